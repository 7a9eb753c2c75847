// SPDX-License-Identifier: MIT
#include "core/json/bodyscanner.h"

#include "core/json/number.h"
#include "core/json/structuralindex.h"
#include "core/json/tokenwalk.h"
#include "core/json/unescape.h"

#include <algorithm>
#include <array>

namespace meridian::json {

namespace {

constexpr std::array<std::string_view, 3> MaxTokensNames{"max_tokens", "max_completion_tokens",
                                                         "max_output_tokens"};

constexpr ScanResult refusal(ScanOutcome outcome, std::string_view reason)
{
    return {outcome, reason, {}};
}

/// Reads one body's top-level object; lives for one scan.
class ObjectReader
{
public:
    ObjectReader(const StructuralIndex &index, std::string_view body, std::string &text)
        : m_index(index)
        , m_body(body)
        , m_text(text)
    {
    }

    ScanResult read();

private:
    bool readField();
    bool take(std::string_view key, std::size_t value);
    void readModel(std::size_t value);
    void takeStream(std::string_view value);
    bool takeStreamOptions(std::size_t value);
    ScanResult notAnObject() const;

    /// The text of the string token `i`, as it stands between its quotes.
    [[nodiscard]] std::string_view rawString(std::size_t i) const noexcept
    {
        const std::size_t begin = m_index.offset(i) + 1;
        return m_body.substr(begin, m_index.end(i) - begin - 1);
    }

    /// The meaning of the string token `i`: a view of the body unless it holds an escape.
    std::optional<std::string_view> stringAt(std::size_t i)
    {
        const std::string_view raw = rawString(i);
        if (raw.find('\\') == std::string_view::npos) {
            return raw;
        }
        m_text.clear();
        if (!appendUnescaped(m_text, raw)) {
            return std::nullopt;
        }
        return m_text;
    }

    /// Not JSON: no further field is read.
    bool malformed(std::string_view reason = "malformed object") noexcept
    {
        m_result = refusal(ScanOutcome::NotJson, reason);
        return false;
    }

    /// JSON, but not for us. The first of these counts, unless the rest turns out not to be JSON.
    void refuse(ScanOutcome outcome, std::string_view reason) noexcept
    {
        if (m_result.outcome == ScanOutcome::Ok) {
            m_result.outcome = outcome;
            m_result.reason = reason;
        }
    }

    const StructuralIndex &m_index;
    const std::string_view m_body;
    std::string &m_text;
    ScanResult m_result;
    std::size_t m_at = 0;               // the next token
    Extent m_value;                     // of the field being taken
    std::optional<std::size_t> m_model; // the token of its value
    bool m_hasStream = false;
    std::array<std::uint32_t, MaxTokensNames.size()> m_maxTokens{};
};

ScanResult ObjectReader::read()
{
    if (m_index.at(0) != '{') {
        return notAnObject();
    }
    m_at = 1;
    if (m_index.at(m_at) == '}') {
        ++m_at;
    } else {
        do {
            if (!readField()) {
                return m_result;
            }
        } while (m_index.at(m_at++) == ',');
        if (m_index.at(m_at - 1) != '}') {
            return refusal(ScanOutcome::NotJson, "malformed object");
        }
    }
    if (m_at != m_index.size()) {
        return refusal(ScanOutcome::NotJson, "text after the object");
    }
    if (m_model) {
        readModel(*m_model);
    }
    const auto given = std::find_if(m_maxTokens.begin(), m_maxTokens.end(),
                                    [](std::uint32_t count) { return count > 0; });
    if (given != m_maxTokens.end()) {
        m_result.fields.maxTokens = *given;
    }
    return m_result;
}

bool ObjectReader::readField()
{
    const std::size_t key = m_at;
    if (m_index.at(key) != '"' || m_index.at(key + 1) != ':') {
        return malformed();
    }
    const std::size_t value = key + 2;
    const auto next = skipValue(m_index, value, BodyScanner::MaxDepth - 1);
    if (!next) {
        return malformed();
    }
    const auto name = stringAt(key);
    if (!name) {
        return malformed("invalid escape in a key");
    }
    const std::size_t offset = m_index.offset(value);
    m_value = {offset, m_index.end(*next - 1) - offset};
    m_at = *next;
    return take(*name, value);
}

bool ObjectReader::take(std::string_view key, std::size_t value)
{
    BodyFields &fields = m_result.fields;
    if (key == "messages") {
        fields.messages = m_value;
    } else if (key == "model") {
        if (m_model) {
            refuse(ScanOutcome::DuplicateKey, "model is given twice");
        }
        m_model = value; // read at the end: the text buffer is still needed for keys
        fields.modelValue = m_value;
    } else if (key == "stream") {
        takeStream(m_value.in(m_body));
    } else if (key == "input") {
        fields.input = m_value;
    } else if (key == "previous_response_id") {
        fields.previousResponse = m_value;
    } else if (key == "prompt") {
        fields.prompt = m_value;
    } else if (key == "tools") {
        fields.tools = m_value;
    } else if (key == "stream_options") {
        return takeStreamOptions(value);
    } else if (key.starts_with("max_")) {
        const auto *const known = std::find(MaxTokensNames.begin(), MaxTokensNames.end(), key);
        if (known != MaxTokensNames.end()) {
            m_maxTokens[static_cast<std::size_t>(known - MaxTokensNames.begin())] =
                positiveInteger(m_value.in(m_body), BodyScanner::MaxTokensCap);
        }
    }
    return true;
}

void ObjectReader::readModel(std::size_t value)
{
    if (m_index.at(value) != '"') {
        if (m_result.fields.modelValue.in(m_body) != "null") {
            refuse(ScanOutcome::ModelNotAString, "model must be a string");
        }
        return;
    }
    if (const auto name = stringAt(value)) {
        m_result.fields.model = *name;
    } else {
        malformed("invalid escape in model");
    }
}

void ObjectReader::takeStream(std::string_view value)
{
    if (m_hasStream) {
        refuse(ScanOutcome::DuplicateKey, "stream is given twice");
    }
    m_hasStream = true;
    m_result.fields.hasStream = true;
    m_result.fields.stream = value == "true";
    if (value != "true" && value != "false" && value != "null") {
        refuse(ScanOutcome::StreamNotABoolean, "stream must be a boolean");
    }
}

bool ObjectReader::takeStreamOptions(std::size_t value)
{
    BodyFields &fields = m_result.fields;
    fields.streamOptions = m_value;
    fields.streamOptionsIncludeUsage = false;
    if (m_index.at(value) != '{' || m_index.at(value + 1) == '}') {
        return true;
    }
    std::size_t i = value; // skipValue() has been over it: the grammar holds
    do {
        const std::size_t key = i + 1;
        const auto next = skipValue(m_index, key + 2, BodyScanner::MaxDepth);
        const auto name = stringAt(key);
        if (!next || !name) {
            return malformed();
        }
        if (*name == "include_usage") {
            const std::size_t offset = m_index.offset(key + 2);
            fields.streamOptionsIncludeUsage =
                m_body.substr(offset, m_index.end(key + 2) - offset) == "true";
        }
        i = *next;
    } while (m_index.at(i) == ',');
    return true;
}

ScanResult ObjectReader::notAnObject() const
{
    const auto next = skipValue(m_index, 0, BodyScanner::MaxDepth);
    if (next && *next == m_index.size()) {
        const std::size_t offset = m_index.offset(0);
        const std::string_view value = m_body.substr(offset, m_index.end(*next - 1) - offset);
        const char lead = value.front();
        if (lead == '[' || lead == '"' || value == "null" || value == "true" || value == "false" ||
            isNumber(value)) {
            return refusal(ScanOutcome::NotAnObject, "not an object");
        }
    }
    return refusal(ScanOutcome::NotJson, "malformed value");
}

} // namespace

BodyScanner::BodyScanner()
    : m_index(std::make_unique<StructuralIndex>(KeptCapacity))
{
}

BodyScanner::~BodyScanner() = default;

ScanResult BodyScanner::scan(std::string_view body)
{
    if (body.empty()) {
        return {};
    }
    if (m_text.capacity() > KeptCapacity) {
        m_text = {}; // an escaped name of megabytes
    }
    ScanResult result;
    switch (m_index->build(body)) {
    case StructuralIndex::Outcome::Ok:
        result = ObjectReader(*m_index, body, m_text).read();
        break;
    case StructuralIndex::Outcome::InvalidUtf8:
        result = refusal(ScanOutcome::InvalidUtf8, "invalid UTF-8");
        break;
    case StructuralIndex::Outcome::NotJson:
        result = refusal(ScanOutcome::NotJson, "no value, unclosed string or control character");
        break;
    case StructuralIndex::Outcome::OutOfMemory:
        result = refusal(ScanOutcome::OutOfMemory, "out of memory");
        break;
    }
    m_index->trim();
    return result;
}

} // namespace meridian::json
