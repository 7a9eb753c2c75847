// SPDX-License-Identifier: MIT
// What an operator should look at now, worst first, each with its cure.
#pragma once

#include "core/admin/backendstatus.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {

/// One thing that is not as it should be. Names and reasons in it come from configurations and
/// peers: data, not markup.
struct Attention
{
    bool isError = false;  // else a warning
    std::string subject;   // a backend's name, or what it is about
    std::string_view page; // where to look: backends, routes, requests, settings
    std::string message;
    std::string cure;
};

/// What attentionOf() goes by.
struct AttentionFacts
{
    const std::vector<BackendStatus> &backends;
    bool isDraining = false;
    bool isConfigChanged = false; // on disk, and not read yet
    std::string reloadProblem;    // the first of the last reload; empty = it succeeded
    /// Within the last minutes.
    std::function<bool(std::string_view backend)> hadDefects;
    std::function<bool(std::string_view backend)> hadRefusedKeys;
};

/// Empty: all quiet.
[[nodiscard]] std::vector<Attention> attentionOf(const AttentionFacts &facts);

} // namespace meridian::admin
