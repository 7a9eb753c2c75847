// SPDX-License-Identifier: MIT
// An address where an engine may listen.
#pragma once

#include "core/base/result.h"
#include "core/config/backendurl.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::discovery {

struct Place
{
    config::BackendUrl url;
    std::string usual; // the engine that listens there as a rule; empty: somebody named the place
};

inline constexpr std::size_t MaxPlaces = 64; // of one search

/// The ports that engines have on this machine when nobody chose another.
[[nodiscard]] std::vector<Place> usualPlaces();

/// The error says what is wrong with the url, and does not quote it.
[[nodiscard]] Result<Place> parsePlace(std::string_view url, bool mayLeaveThisMachine);

/// The same port of the same host: every loopback name is one host.
[[nodiscard]] bool isSamePlace(const config::BackendUrl &left, const config::BackendUrl &right);

/// Adds those that are not in the list yet.
void addPlaces(std::vector<Place> &places, const std::vector<Place> &more);

} // namespace meridian::discovery
