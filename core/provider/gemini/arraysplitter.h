// SPDX-License-Identifier: MIT
// Cuts a JSON array that is still growing into its elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace meridian::provider::gemini {

/// One per stream. Also takes a single object instead of an array. Elements are handed over as
/// they stood; whether they are JSON is the caller's to check. Keeps at most `limit` bytes.
class ArraySplitter
{
public:
    enum class Status : std::uint8_t {
        Open,     // more may come
        Closed,   // the array, or the object, is whole
        NotJson,  // something else stands where an element must
        TooLarge, // an element exceeds the limit
    };

    ArraySplitter(std::function<void(std::string_view)> element, std::size_t limit)
        : m_element(std::move(element))
        , m_limit(limit)
    {
    }

    /// The next piece, cut anywhere. After any status but Open nothing more is taken.
    Status feed(std::string_view bytes);

    /// Something stood behind what was Closed.
    [[nodiscard]] bool hasExcess() const noexcept { return m_hasExcess; }

private:
    Status between(char c);
    bool inside(char c); // true: the element's last byte

    std::function<void(std::string_view)> m_element;
    const std::size_t m_limit;
    std::string m_text; // the element so far
    std::size_t m_depth = 0;
    Status m_status = Status::Open;
    bool m_hasBegun = false;
    bool m_isArray = false;
    bool m_needsComma = false;
    bool m_inString = false;
    bool m_isEscaped = false;
    bool m_hasExcess = false;
};

} // namespace meridian::provider::gemini
