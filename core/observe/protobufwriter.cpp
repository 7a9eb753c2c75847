// SPDX-License-Identifier: MIT
// Writes the protobuf wire format: the four shapes of a field that OTLP needs.
#include "core/observe/protobufwriter.h"

#include "core/json/utf8.h"

#include <algorithm>

namespace meridian::observe {

namespace {

enum WireType : std::uint32_t { Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5 };

constexpr std::size_t MaxVarint = 10;

std::size_t writeVarint(char *to, std::uint64_t value) noexcept
{
    std::size_t size = 0;
    while (value >= 0x80) {
        to[size++] = static_cast<char>(value | 0x80U);
        value >>= 7U;
    }
    to[size++] = static_cast<char>(value);
    return size;
}

std::uint64_t tag(std::uint32_t field, WireType type) noexcept
{
    return std::uint64_t{field} << 3U | type;
}

template <typename Number>
void appendLittleEndian(std::string &out, Number value)
{
    for (std::size_t i = 0; i < sizeof value; ++i) {
        out += static_cast<char>(value >> (8U * i));
    }
}

bool isAscii(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

void ProtobufWriter::number(std::uint64_t value)
{
    char buffer[MaxVarint];
    m_out.append(buffer, writeVarint(buffer, value));
}

void ProtobufWriter::varint(std::uint32_t field, std::uint64_t value)
{
    number(tag(field, Varint));
    number(value);
}

void ProtobufWriter::fixed32(std::uint32_t field, std::uint32_t value)
{
    number(tag(field, Fixed32));
    appendLittleEndian(m_out, value);
}

void ProtobufWriter::fixed64(std::uint32_t field, std::uint64_t value)
{
    number(tag(field, Fixed64));
    appendLittleEndian(m_out, value);
}

void ProtobufWriter::header(std::uint32_t field, std::size_t size)
{
    number(tag(field, Delimited));
    number(size);
}

void ProtobufWriter::bytes(std::uint32_t field, std::string_view value)
{
    header(field, value.size());
    m_out += value;
}

void ProtobufWriter::string(std::uint32_t field, std::string_view text)
{
    if (isAscii(text)) {
        bytes(field, text);
        return;
    }
    const std::size_t mark = begin(field);
    json::appendValidUtf8(m_out, text);
    end(mark);
}

std::size_t ProtobufWriter::begin(std::uint32_t field)
{
    number(tag(field, Delimited));
    return m_out.size();
}

/// The length goes in front of what is there already: moving the few hundred bytes of a span is
/// cheaper than measuring them first.
void ProtobufWriter::end(std::size_t mark)
{
    char buffer[MaxVarint];
    const std::size_t size = writeVarint(buffer, m_out.size() - mark);
    m_out.insert(mark, buffer, size);
}

} // namespace meridian::observe
