// SPDX-License-Identifier: MIT
// A view of one JSON value inside a text that is kept as it came: nothing is built, nothing is
// lost.
#pragma once

#include "core/json/valuecursor.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::json {

/// One value of a text that Checker has passed; the text must outlive it. Cheap to copy. Numbers
/// keep their spelling and objects the order of their members: raw() is what stood on the wire.
/// Looking for a member walks the object: to read many, use members().
class Value
{
public:
    enum class Kind : std::uint8_t { Missing, Null, Boolean, Number, String, Array, Object };

    Value() noexcept = default;

    /// `raw` is one value without white space around it.
    explicit Value(std::string_view raw) noexcept
        : m_raw(raw)
    {
    }

    [[nodiscard]] Kind kind() const noexcept;

    [[nodiscard]] bool isMissing() const noexcept { return m_raw.empty(); }

    /// Not given, or null.
    [[nodiscard]] bool isAbsent() const noexcept { return m_raw.empty() || m_raw[0] == 'n'; }

    [[nodiscard]] bool isString() const noexcept { return begins('"'); }

    [[nodiscard]] bool isArray() const noexcept { return begins('['); }

    [[nodiscard]] bool isObject() const noexcept { return begins('{'); }

    [[nodiscard]] bool isNumber() const noexcept { return kind() == Kind::Number; }

    [[nodiscard]] bool isTrue() const noexcept { return begins('t'); }

    [[nodiscard]] bool isFalse() const noexcept { return begins('f'); }

    [[nodiscard]] std::string_view raw() const noexcept { return m_raw; }

    /// What a string means; empty for any other kind. Half a surrogate pair becomes U+FFFD.
    [[nodiscard]] std::string text() const;

    /// Appends text(); without an allocation of its own.
    void appendText(std::string &out) const;

    /// Is it the string `ascii` (letters, digits, `_`, `-`, `.`)?
    [[nodiscard]] bool is(std::string_view ascii) const noexcept;

    /// Nothing when it is no number, or is not finite.
    [[nodiscard]] std::optional<double> number() const noexcept;

    /// Nothing when it is no integer of 64 bits. `3.0` is one.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

    /// The member that stands last under this name; Missing when there is none, or no object.
    [[nodiscard]] Value operator[](std::string_view asciiName) const noexcept;

    /// How many elements an array has; 0 for other kinds. Walks the array.
    [[nodiscard]] std::size_t count() const noexcept;

    /// Calls `f(name, value)` for each member of an object, in order; `name` is a string Value.
    template <typename F>
    void members(F f) const
    {
        if (!isObject()) {
            return;
        }
        ValueCursor cursor(m_raw);
        cursor.readObject(
            [&](const StringValue &name) { f(Value(quoted(name.raw)), next(cursor)); });
    }

    /// Calls `f(value)` for each element of an array, in order.
    template <typename F>
    void elements(F f) const
    {
        if (!isArray()) {
            return;
        }
        ValueCursor cursor(m_raw);
        cursor.readArray([&] { f(next(cursor)); });
    }

private:
    [[nodiscard]] bool begins(char byte) const noexcept
    {
        return !m_raw.empty() && m_raw[0] == byte;
    }

    static Value next(ValueCursor &cursor) noexcept;

    /// The quotes stand around it in the text.
    static std::string_view quoted(std::string_view inside) noexcept
    {
        return {inside.data() - 1, inside.size() + 2};
    }

    std::string_view m_raw;
};

} // namespace meridian::json
