// SPDX-License-Identifier: MIT
// Walks through JSON whose structure has been checked, without an index, and counts its characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian::json {

/// A string of the text.
struct StringValue
{
    std::string_view raw;     // between the quotes, as it stands there
    std::uint64_t points = 0; // code points of what it means

    /// Does it mean `name`, which consists of ASCII letters and `_`?
    [[nodiscard]] bool means(std::string_view name) const noexcept;
};

/// Stands in front of a value, a comma or a bracket. Made for extents of the body scanner, that is,
/// for UTF-8 with closed strings and matched brackets; on any other bytes it stays inside them,
/// goes forward only, and ends early. Linear, no allocation, no recursion. One thread; the text
/// must outlive it.
class ValueCursor
{
public:
    explicit ValueCursor(std::string_view text) noexcept
        : m_at(text.data())
        , m_end(text.data() + text.size())
    {
    }

    /// The next byte that is not white space; NUL at the end.
    [[nodiscard]] char peek() noexcept;

    /// Steps over `byte` if it comes next.
    bool take(char byte) noexcept;

    /// Reads or steps over a value. A string that does not mean what was asked for is stepped over.
    std::optional<StringValue> readString() noexcept;
    void skip() noexcept;

    /// The array that comes next: `element` is called in front of each element and steps over it.
    template <typename Element>
    void readArray(Element element)
    {
        take('[');
        if (take(']')) {
            return;
        }
        do {
            element();
        } while (take(','));
        expect(']');
    }

    /// The object that comes next: `field` gets each name and steps over the value.
    template <typename Field>
    void readObject(Field field)
    {
        take('{');
        if (take('}')) {
            return;
        }
        do {
            if (peek() != '"') {
                break;
            }
            const StringValue name = string();
            expect(':');
            field(name);
        } while (take(','));
        expect('}');
    }

    /// What has not been read yet begins here.
    [[nodiscard]] const char *position() const noexcept { return m_at; }

    /// Nothing more is wanted: the loops above end.
    void finish() noexcept { m_at = m_end; }

private:
    StringValue string() noexcept;
    void skipScalar() noexcept;

    /// Anything else: no structure to go by, so nothing more is read.
    void expect(char byte) noexcept
    {
        if (!take(byte)) {
            finish();
        }
    }

    const char *m_at;
    const char *const m_end;
};

} // namespace meridian::json
