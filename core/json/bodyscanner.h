// SPDX-License-Identifier: MIT
// Reads the few top-level fields of a request body that the gateway acts on, in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::json {

class StructuralIndex;

/// Where a value stands in the body, brackets or quotes included: what a splice replaces.
struct Extent
{
    std::size_t offset = 0;
    std::size_t size = 0;

    /// No JSON value is empty, so an empty extent is a field that was not given.
    [[nodiscard]] bool isPresent() const noexcept { return size != 0; }

    [[nodiscard]] std::string_view in(std::string_view body) const noexcept
    {
        return body.substr(offset, size);
    }
};

/// What the top-level object says. A field given twice counts as given last, like everywhere;
/// `model` and `stream` given twice are refused, because two readers could then route one request
/// two ways.
struct BodyFields
{
    /// Unescaped; empty = missing, null or "". A view of the body or of the scanner: the next scan
    /// (of another exchange on the same worker, too) ends it, so copy it to keep it.
    std::string_view model;
    Extent modelValue; // the quoted name, or the null
    bool stream = false;
    bool hasStream = false; // `stream` was given
    bool streamOptionsIncludeUsage = false;
    /// First positive integer of max_tokens, max_completion_tokens, max_output_tokens, in this
    /// order.
    std::optional<std::uint32_t> maxTokens;
    Extent messages;
    Extent input;
    Extent previousResponse; // previous_response_id
    Extent prompt;
    Extent tools;
    Extent streamOptions;
};

/// Whether the body may go on, or how it is to be refused.
enum class ScanOutcome : std::uint8_t {
    Ok,
    NotJson,
    InvalidUtf8,
    NotAnObject,
    DuplicateKey,
    ModelNotAString,
    StreamNotABoolean,
    OutOfMemory, // ours, not the client's
};

struct ScanResult
{
    ScanOutcome outcome = ScanOutcome::Ok;
    std::string_view reason; // one static phrase for the client; empty when Ok
    BodyFields fields;       // meaningful when Ok
};

/// Scans request bodies, one after the other. One per worker: it keeps the index of the last body.
///
/// Checked: UTF-8, strings closed, brackets matched in kind and number (at most MaxDepth deep),
/// commas and colons in their places, nothing after the object. Not checked: what numbers and
/// escapes outside the fields above look like; the backend says so itself. An empty body counts as
/// `{}`.
///
/// No allocation per request once the index has grown to the usual size; it takes four bytes for
/// each body byte (address space; only touched as far as the body has structure), and what a body
/// above KeptCapacity needed is given back after it.
class BodyScanner
{
public:
    static constexpr std::size_t MaxDepth = 1024; // what common parsers accept
    /// Body bytes the index stays ready for.
    static constexpr std::size_t KeptCapacity = 1024UL * 1024;
    /// Larger numbers of tokens are cut: costs stay finite.
    static constexpr std::uint32_t MaxTokensCap = 2147483647;

    BodyScanner();
    ~BodyScanner();
    BodyScanner(const BodyScanner &) = delete;
    BodyScanner &operator=(const BodyScanner &) = delete;

    /// Needs no padding behind `body`. The result's views end with the next call.
    [[nodiscard]] ScanResult scan(std::string_view body);

private:
    std::unique_ptr<StructuralIndex> m_index;
    std::string m_text; // what an escaped key, then an escaped model name, means
};

} // namespace meridian::json
