// SPDX-License-Identifier: MIT
// Writes JSON in the order it is told, into one string: no document, no sorting, no surprises.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::json {

/// What happens to characters beyond ASCII: escaped as \uXXXX, or left as they are.
enum class Escape : std::uint8_t { NonAscii, ControlsOnly };

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void appendString(std::string &out, std::string_view text, Escape escape = Escape::ControlsOnly);

/// Appends `hundredths`/100 the way Python prints a rounded float: 12.0, 12.5, 12.34.
void appendHundredths(std::string &out, std::int64_t hundredths);

/// Appends an integer in decimal.
void appendInteger(std::string &out, std::int64_t value);

/// Compact JSON (no spaces), members in insertion order. The caller keeps begin/end and key/value
/// in step; asserted in debug builds. Any thread, one writer per document.
class JsonWriter
{
public:
    explicit JsonWriter(Escape escape = Escape::ControlsOnly) noexcept
        : m_escape(escape)
    {
    }

    JsonWriter &beginObject();
    JsonWriter &endObject();
    JsonWriter &beginArray();
    JsonWriter &endArray();
    JsonWriter &key(std::string_view name);

    JsonWriter &string(std::string_view text);
    JsonWriter &integer(std::int64_t value);
    JsonWriter &boolean(bool value);
    JsonWriter &null();
    /// Rounded to two decimals; what JSON cannot say (NaN, infinity) becomes null.
    JsonWriter &decimal(double value);
    /// A value that is JSON already, as it stands.
    JsonWriter &raw(std::string_view json);

    /// Members in short: key and value in one call.
    JsonWriter &string(std::string_view name, std::string_view text)
    {
        return key(name).string(text);
    }

    JsonWriter &integer(std::string_view name, std::int64_t value)
    {
        return key(name).integer(value);
    }

    JsonWriter &boolean(std::string_view name, bool value) { return key(name).boolean(value); }

    JsonWriter &null(std::string_view name) { return key(name).null(); }

    JsonWriter &decimal(std::string_view name, double value) { return key(name).decimal(value); }

    JsonWriter &raw(std::string_view name, std::string_view json) { return key(name).raw(json); }

    [[nodiscard]] const std::string &text() const noexcept { return m_out; }

    /// The document; the writer is empty afterwards.
    [[nodiscard]] std::string take();

    /// Forgets the document and keeps its memory for the next one.
    void clear() noexcept
    {
        m_out.clear();
        m_hasElement.clear();
        m_afterKey = false;
    }

private:
    void separate();
    JsonWriter &open(char bracket);
    JsonWriter &close(char bracket);

    const Escape m_escape;
    std::string m_out;
    std::vector<bool> m_hasElement; // one per open container
    bool m_afterKey = false;
};

} // namespace meridian::json
