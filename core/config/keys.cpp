// SPDX-License-Identifier: MIT
// How defaults are written.
#include "core/config/keys.h"

#include <array>
#include <charconv>

namespace meridian::config {

std::string defaultOf(const std::string &text)
{
    return text.empty() ? "\"\"" : text;
}

std::string defaultOf(bool value)
{
    return value ? "true" : "false";
}

std::string defaultOf(double number)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

std::string defaultOf(model::Duration duration)
{
    return defaultOf(std::chrono::duration<double>(duration).count());
}

} // namespace meridian::config
