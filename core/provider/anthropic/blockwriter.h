// SPDX-License-Identifier: MIT
// Writes parts as Anthropic's content blocks.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string>
#include <string_view>

namespace meridian::provider::anthropic {

/// Where a block is written for.
struct BlockPlace
{
    Role role = Role::User;
    std::string path;        // of the part in the client's body
    std::string_view callId; // of a call or a result
    bool isInResult = false;
};

/// May `part` stand there? What may not is left out; `fidelity` says so where something is lost.
[[nodiscard]] bool isWritable(const Part &part, const BlockPlace &place, Fidelity &fidelity);

/// Writes one block; only what isWritable().
void writeBlock(json::JsonWriter &out,
                const Part &part,
                const BlockPlace &place,
                Fidelity &fidelity);

/// An answer to a call that nobody answered.
void writeMissingResult(json::JsonWriter &out, std::string_view callId);

/// A part that was a string in Anthropic's dialect, or may be one.
[[nodiscard]] bool isPlainText(const Part &part) noexcept;

/// Is there nothing but white space in it? Anthropic refuses such text blocks.
[[nodiscard]] bool isBlank(std::string_view text) noexcept;

} // namespace meridian::provider::anthropic
