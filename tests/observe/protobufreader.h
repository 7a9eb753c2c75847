// SPDX-License-Identifier: MIT
// Takes protobuf messages apart, strictly: what is not well-formed throws. Shares nothing with the
// writer under test.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::test {

/// The fields of one message in the order they came.
class ProtobufMessage
{
public:
    struct Field
    {
        std::uint32_t number = 0;
        std::uint32_t wireType = 0;
        std::uint64_t value = 0; // of wire types 0, 1 and 5
        std::string bytes;       // of wire type 2
    };

    explicit ProtobufMessage(std::string_view text)
    {
        while (!text.empty()) {
            Field field;
            const std::uint64_t tag = varint(text);
            field.number = static_cast<std::uint32_t>(tag >> 3U);
            field.wireType = tag & 7U;
            if (field.number == 0) {
                throw std::runtime_error("field 0");
            }
            switch (field.wireType) {
            case 0:
                field.value = varint(text);
                break;
            case 1:
                field.value = fixed(text, 8);
                break;
            case 2:
                field.bytes = take(text, varint(text));
                break;
            case 5:
                field.value = fixed(text, 4);
                break;
            default:
                throw std::runtime_error("wire type");
            }
            m_fields.push_back(std::move(field));
        }
    }

    [[nodiscard]] const std::vector<Field> &fields() const { return m_fields; }

    [[nodiscard]] std::size_t count(std::uint32_t number) const { return all(number).size(); }

    [[nodiscard]] std::vector<Field> all(std::uint32_t number) const
    {
        std::vector<Field> found;
        for (const Field &field : m_fields) {
            if (field.number == number) {
                found.push_back(field);
            }
        }
        return found;
    }

    /// The only field of that number, of that wire type.
    [[nodiscard]] Field one(std::uint32_t number, std::uint32_t wireType) const
    {
        const auto found = all(number);
        if (found.size() != 1 || found.front().wireType != wireType) {
            throw std::runtime_error("field " + std::to_string(number) + " is not there once");
        }
        return found.front();
    }

    [[nodiscard]] std::string text(std::uint32_t number) const { return one(number, 2).bytes; }

    [[nodiscard]] ProtobufMessage message(std::uint32_t number) const
    {
        return ProtobufMessage(text(number));
    }

private:
    static std::uint64_t varint(std::string_view &text)
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(text, 1)[0]);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        throw std::runtime_error("varint without end");
    }

    static std::uint64_t fixed(std::string_view &text, std::size_t size)
    {
        const std::string bytes = take(text, size);
        std::uint64_t value = 0;
        for (std::size_t i = size; i-- > 0;) {
            value = value << 8U | static_cast<unsigned char>(bytes[i]);
        }
        return value;
    }

    static std::string take(std::string_view &text, std::uint64_t size)
    {
        if (size > text.size()) {
            throw std::runtime_error("cut short");
        }
        std::string taken(text.substr(0, size));
        text.remove_prefix(size);
        return taken;
    }

    std::vector<Field> m_fields;
};

} // namespace meridian::test
