// SPDX-License-Identifier: MIT
// The request and the answers that the tests of this folder tell.
#pragma once

#include "core/provider/builtincodecs.h"

#include <map>
#include <string>
#include <string_view>

namespace meridian::testing {

/// A request with a function, a custom tool and a namespace, that wants signatures. `more`: further
/// members, after a comma.
[[nodiscard]] provider::ChatRequest toolRequest(std::string_view more = {});

[[nodiscard]] provider::Part
part(provider::Part::Kind kind, std::string text, std::string id = {}, std::string name = {});

/// By the name of their golden files.
[[nodiscard]] std::map<std::string, provider::Answer> answers();

} // namespace meridian::testing
