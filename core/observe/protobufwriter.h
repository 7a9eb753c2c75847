// SPDX-License-Identifier: MIT
// Writes the protobuf wire format: the four shapes of a field that OTLP needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::observe {

/// The encoding of https://protobuf.dev/programming-guides/encoding/, by hand: OTLP's messages have
/// a dozen fields that never change, and libprotobuf with its generator would be the heaviest
/// dependency of the gateway for them. Appends to a string of the caller's. One thread.
class ProtobufWriter
{
public:
    explicit ProtobufWriter(std::string &out) noexcept
        : m_out(out)
    {
    }

    /// int32, int64, uint, enum, bool; a negative number takes ten bytes.
    void varint(std::uint32_t field, std::uint64_t value);
    void fixed32(std::uint32_t field, std::uint32_t value);
    void fixed64(std::uint32_t field, std::uint64_t value);

    void bytes(std::uint32_t field, std::string_view value);

    /// A string must be UTF-8, or a reader refuses the whole message: what is not becomes U+FFFD.
    void string(std::uint32_t field, std::string_view text);

    template <std::size_t N>
    void bytes(std::uint32_t field, const std::array<std::uint8_t, N> &value)
    {
        bytes(field, {reinterpret_cast<const char *>(value.data()), N});
    }

    /// An embedded message: what is written until end() gets the result of begin().
    [[nodiscard]] std::size_t begin(std::uint32_t field);
    void end(std::size_t mark);

    /// An embedded message that has been written already.
    void header(std::uint32_t field, std::size_t size);

private:
    void number(std::uint64_t value);

    std::string &m_out;
};

} // namespace meridian::observe
