// SPDX-License-Identifier: MIT
// Where a JSON text's tokens begin: simdjson's first stage, kept behind one small class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace meridian::json {

/// The offsets of a text's tokens: each bracket, comma and colon outside strings, each opening
/// quote, and the first byte of each number or word. Reused from text to text; one thread.
///
/// Only the first stage of simdjson is used: unlike its on-demand reader it needs no padding behind
/// the text and lets us see mismatched brackets and the depth, at the same cost.
class StructuralIndex
{
public:
    enum class Outcome : std::uint8_t { Ok, NotJson, InvalidUtf8, OutOfMemory };

    explicit StructuralIndex(std::size_t keptCapacity);
    ~StructuralIndex();
    StructuralIndex(const StructuralIndex &) = delete;
    StructuralIndex &operator=(const StructuralIndex &) = delete;

    /// Indexes `text`, which must outlive the reads below. Ok: UTF-8 throughout, every string is
    /// closed and holds no control character, and there is at least one token.
    [[nodiscard]] Outcome build(std::string_view text);

    /// Gives memory back that only an unusually large text needed.
    void trim();

    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

    /// Where token `i` begins; i < size().
    [[nodiscard]] std::size_t offset(std::size_t i) const noexcept { return m_offsets[i]; }

    /// The first byte of token `i`; NUL, which begins no token, beyond the last.
    [[nodiscard]] char at(std::size_t i) const noexcept
    {
        return i < m_size ? m_text[m_offsets[i]] : '\0';
    }

    /// One past the last byte of the token `i`, the white space behind it left out. For strings,
    /// numbers and words.
    [[nodiscard]] std::size_t end(std::size_t i) const noexcept;

private:
    bool reserve(std::size_t textSize);

    const std::size_t m_keptCapacity;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> m_stage;
    std::string_view m_text;
    const std::uint32_t *m_offsets = nullptr;
    std::size_t m_size = 0;
};

} // namespace meridian::json
