// SPDX-License-Identifier: MIT
#include "core/discovery/place.h"

#include <algorithm>
#include <array>
#include <utility>

namespace meridian::discovery {

namespace {

struct UsualPort
{
    std::uint16_t port;
    std::string_view engine;
};

constexpr std::array UsualPorts{
    UsualPort{11434, "ollama"},  UsualPort{1234, "lmstudio"},
    UsualPort{8080, "llamacpp"}, // LocalAI
    UsualPort{8081, "llamacpp"}, UsualPort{8000, "vllm"},
    UsualPort{30000, "sglang"},  UsualPort{1337, "jan"},
    UsualPort{5000, "textgen"},
};

} // namespace

std::vector<Place> usualPlaces()
{
    std::vector<Place> places;
    for (const UsualPort &usual : UsualPorts) {
        auto url = config::parseBackendUrl("http://127.0.0.1:" + std::to_string(usual.port));
        places.push_back({std::move(*url), std::string(usual.engine)});
    }
    return places;
}

Result<Place> parsePlace(std::string_view url, bool mayLeaveThisMachine)
{
    auto parsed = config::parseBackendUrl(url);
    if (!parsed) {
        return failure(ErrorCode::InvalidConfig, parsed.error());
    }
    if (!mayLeaveThisMachine && !config::isLoopbackHost(parsed->host)) {
        return failure(ErrorCode::InvalidConfig,
                       "is not on this machine; other hosts are contacted only when that is asked "
                       "for (beyond_loopback)");
    }
    return Place{std::move(*parsed), {}};
}

bool isSamePlace(const config::BackendUrl &left, const config::BackendUrl &right)
{
    const bool isSameHost = left.host == right.host || (config::isLoopbackHost(left.host) &&
                                                        config::isLoopbackHost(right.host));
    return isSameHost && left.port == right.port && left.basePath == right.basePath;
}

void addPlaces(std::vector<Place> &places, const std::vector<Place> &more)
{
    for (const Place &place : more) {
        const bool isKnown = std::any_of(places.begin(), places.end(), [&](const Place &known) {
            return isSamePlace(known.url, place.url);
        });
        if (!isKnown) {
            places.push_back(place);
        }
    }
}

} // namespace meridian::discovery
