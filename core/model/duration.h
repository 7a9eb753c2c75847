// SPDX-License-Identifier: MIT
// The one type for spans of time in the configuration.
#pragma once

#include <chrono>

namespace meridian::model {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

} // namespace meridian::model
