// SPDX-License-Identifier: MIT
// Overwrites bytes that must not be found in memory later; the compiler may not leave it out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string.h> // explicit_bzero is no part of <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace meridian {

/// `bytes` lie in a buffer of ours, not in constants.
inline void wipe(std::string_view bytes) noexcept
{
    if (!bytes.empty()) {
        ::explicit_bzero(const_cast<char *>(bytes.data()), bytes.size());
    }
}

/// Makes room for `more` bytes. A string that grows by itself leaves its old bytes in the memory
/// that it gives back.
inline void reserveWiped(std::string &text, std::size_t more)
{
    if (text.capacity() - text.size() >= more) {
        return;
    }
    std::string larger;
    larger.reserve(std::max(text.size() + more, text.capacity() * 2));
    larger.append(text);
    wipe(std::string_view(text));
    text = std::move(larger);
}

} // namespace meridian
