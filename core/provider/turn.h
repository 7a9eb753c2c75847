// SPDX-License-Identifier: MIT
// What is said in a conversation, turn by turn and part by part, in nobody's dialect.
#pragma once

#include "core/provider/dialect.h"

#include <cstdint>
#include <string>
#include <vector>

namespace meridian::provider {

/// A field that the neutral model has no place for: written again by the dialect it came from,
/// reported as lost by any other (Fidelity).
struct Extra
{
    std::string name;
    std::string json; // the value as it stood

    bool operator==(const Extra &) const = default;
};

/// Anthropic's `cache_control` on one part, tool or turn.
struct CacheMark
{
    bool isSet = false;
    std::string ttl; // "5m", "1h"; empty: the provider's own

    bool operator==(const CacheMark &) const = default;
};

/// Where an image, a document or a sound is.
struct Source
{
    enum class Kind : std::uint8_t { None, Base64, Url, FileId, Text };

    Kind kind = Kind::None;
    std::string mediaType; // "image/png"; empty: unknown
    std::string data;      // base64 without prefix, the url, the id, the text

    bool operator==(const Source &) const = default;
};

/// One piece of a turn. Which fields mean something depends on `kind`.
struct Part
{
    enum class Kind : std::uint8_t {
        Text,             // text
        Image,            // source, detail
        Document,         // source, name (title or file name)
        Audio,            // source
        Thinking,         // text, signature
        RedactedThinking, // text: the opaque data
        ToolCall,         // id, name, text: the arguments as JSON text, signature (Gemini's)
        ToolResult,       // id: of the call, name: of its function if known, parts, isError
        Refusal,          // text
        Opaque,           // json: a part of `origin`'s dialect that nobody else knows
    };

    Kind kind = Kind::Text;
    std::string text;
    std::string id;
    std::string name;
    std::string signature;             // proof of origin of a thought or a call
    Vendor signedBy = Vendor::Unknown; // whose signature it is
    Source source;
    std::string detail; // of an image: "low", "high", "auto"; else how its own dialect spelt it
    bool isError = false;
    std::vector<Part> parts; // of a tool result
    CacheMark cache;
    std::vector<Extra> extras; // of `origin`'s dialect
    std::string json;          // Opaque: the whole part
    Dialect origin = Dialect::OpenAiChat;

    bool operator==(const Part &) const = default;
};

enum class Role : std::uint8_t { System, Developer, User, Assistant, Tool };

/// One message. The results of tools are turns of Role::Tool, also where a dialect sends them as
/// the user's; one turn holds the results that arrived together.
struct Turn
{
    Role role = Role::User;
    std::string name; // of the participant
    std::vector<Part> parts;
    std::vector<Extra> extras;

    bool operator==(const Turn &) const = default;
};

} // namespace meridian::provider
