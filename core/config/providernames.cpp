// SPDX-License-Identifier: MIT
#include "core/config/providernames.h"

#include "core/config/scalars.h"

#include <array>
#include <string>
#include <vector>

namespace meridian::config {

namespace {

using model::Provider;
using model::VertexPublisher;

struct Name
{
    std::string_view text;
    ProviderChoice choice;
};

// The provider's own names first; what follows is accepted and not advertised.
constexpr std::array Names{
    Name{"openai", {Provider::OpenAi}},
    Name{"azure_openai", {Provider::AzureOpenAi}},
    Name{"anthropic", {Provider::Anthropic}},
    Name{"google", {Provider::Google}},
    Name{"google_vertex_ai", {Provider::VertexAi}},
    Name{"oci_genai", {Provider::Oci}},
    Name{"ollama", {Provider::Ollama}},
    Name{"azure", {Provider::AzureOpenAi}},
    Name{"gemini", {Provider::Google}},
    Name{"vertex_ai", {Provider::VertexAi}},
    Name{"oci", {Provider::Oci}},
    Name{"vertex_anthropic", {Provider::VertexAi, VertexPublisher::Anthropic}},
};

} // namespace

std::optional<ProviderChoice> providerOf(std::string_view name) noexcept
{
    for (const Name &known : Names) {
        if (known.text == name) {
            return known.choice;
        }
    }
    return std::nullopt;
}

std::optional<ProviderChoice> readProvider(const Cursor &value)
{
    const auto name = readString(value);
    if (!name) {
        return std::nullopt;
    }
    const auto choice = providerOf(*name);
    if (!choice) {
        std::vector<std::string_view> known;
        std::string list;
        for (const Name &each : Names) {
            known.push_back(each.text);
            if (known.size() <= model::ProviderCount) {
                list.append(list.empty() ? "" : ", ").append(each.text);
            }
        }
        const std::string_view nearest = nearestName(*name, known);
        value.error(
            "unknown provider " + quoted(*name) +
            (nearest.empty() ? "; known are " + list : "; did you mean " + quoted(nearest) + "?"));
    }
    return choice;
}

} // namespace meridian::config
