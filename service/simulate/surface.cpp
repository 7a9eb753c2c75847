// SPDX-License-Identifier: MIT
#include "service/simulate/surface.h"

#include <algorithm>
#include <array>

namespace meridian::simulate {

namespace {

struct Row
{
    std::string_view path;
    std::string_view method;
    Surface surface;
};

constexpr std::array<Row, 15> Rows{{
    {"/v1/chat/completions", "POST", Surface::ChatCompletions},
    {"/v1/completions", "POST", Surface::Completions},
    {"/v1/responses", "POST", Surface::Responses},
    {"/v1/embeddings", "POST", Surface::Embeddings},
    {"/v1/moderations", "POST", Surface::Moderations},
    {"/v1/rerank", "POST", Surface::Rerank},
    {"/v1/audio/speech", "POST", Surface::Speech},
    {"/v1/audio/transcriptions", "POST", Surface::Transcription},
    {"/v1/audio/translations", "POST", Surface::Transcription},
    {"/v1/images/generations", "POST", Surface::Images},
    {"/v1/images/edits", "POST", Surface::ImageUpload},
    {"/v1/images/variations", "POST", Surface::ImageUpload},
    {"/v1/models", "GET", Surface::Models},
    {"/stats", "GET", Surface::Stats},
    {"/health", "GET", Surface::Health},
}};

constexpr std::string_view ModelPrefix = "/v1/models/";

} // namespace

Route routeOf(std::string_view method, std::string_view target) noexcept
{
    const std::string_view path = target.substr(0, target.find('?'));
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    Route route;
    if (path.size() > ModelPrefix.size() && path.starts_with(ModelPrefix)) {
        route = {Surface::Model, "GET", path.substr(ModelPrefix.size())};
    } else {
        const auto *const row = std::find_if(Rows.begin(), Rows.end(),
                                             [path](const Row &each) { return each.path == path; });
        if (row == Rows.end()) {
            return route;
        }
        route = {row->surface, row->method, {}};
    }
    if (route.allowed != wanted) {
        route.surface = Surface::WrongMethod;
    }
    return route;
}

} // namespace meridian::simulate
