// SPDX-License-Identifier: MIT
// Names with `*`, as the configuration writes model patterns.
#pragma once

#include <string_view>

namespace meridian::upstream {

[[nodiscard]] constexpr bool isPattern(std::string_view text) noexcept
{
    return text.find('*') != std::string_view::npos;
}

/// `*` stands for any bytes, none included; nothing else is special. Linear for one star, and
/// never worse than the product of the lengths (greedy with one point of return).
[[nodiscard]] constexpr bool matchesPattern(std::string_view pattern,
                                            std::string_view text) noexcept
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

} // namespace meridian::upstream
