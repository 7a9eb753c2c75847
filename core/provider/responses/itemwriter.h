// SPDX-License-Identifier: MIT
// Writes the items of an answer's `output`.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/answer.h"
#include "core/provider/responses/toolidentity.h"

#include <string>
#include <string_view>

namespace meridian::provider::responses {

/// What stands before another vendor's data in `encrypted_content` (inside the vendor's tag), when
/// it is no thought's signature: a redacted thought, or `call:<call id>:<signature>`.
inline constexpr std::string_view RedactedMark = "redacted:";
inline constexpr std::string_view CallMark = "call:";

/// How far an item has come; the words of `status`.
enum class ItemStatus : std::uint8_t { InProgress, Completed, Incomplete };

/// Writes the items of one answer's parts. One thread.
class ItemWriter
{
public:
    /// `withSignatures`: reasoning items carry `encrypted_content`.
    ItemWriter(const std::vector<Tool> &tools, std::string_view responseId, bool withSignatures)
        : m_tools(tools)
        , m_responseId(responseId)
        , m_withSignatures(withSignatures)
    {
    }

    /// Does the part become an item? Redacted thoughts do only with signatures, and parts that only
    /// another dialect knows do not.
    [[nodiscard]] bool hasItem(Part::Kind kind, Dialect origin) const noexcept;

    /// Does the call's signature become an item of its own, after the call's?
    [[nodiscard]] bool hasSignatureItem(const Part &part) const noexcept;

    [[nodiscard]] std::string idOf(const Part &part, std::size_t number) const;

    /// InProgress: as it is announced, without content.
    void
    write(json::JsonWriter &out, const Part &part, std::size_t number, ItemStatus status) const;
    void writeSignature(json::JsonWriter &out, const Part &call, std::size_t number) const;

    /// Is the function that a model calls `name` a custom tool of the client?
    [[nodiscard]] bool isCustom(std::string_view name) const;

    [[nodiscard]] const ToolIndex &tools() const noexcept { return m_tools; }

    /// All items of an answer, separated by commas. The last one is Incomplete if the answer is.
    [[nodiscard]] std::string items(const Answer &answer) const;

private:
    void writeCall(json::JsonWriter &out, const Part &part, ItemStatus status) const;
    void writeReasoning(json::JsonWriter &out, const Part &part, ItemStatus status) const;

    const ToolIndex m_tools;
    const std::string m_responseId;
    const bool m_withSignatures;
};

/// A part of a message's content: output_text or refusal.
void writeContentPart(json::JsonWriter &out, Part::Kind kind, std::string_view text);

/// A call's arguments as they are told when it is whole: nothing at all means `{}`, unless the
/// model was cut off.
[[nodiscard]] std::string_view wholeArguments(std::string_view arguments,
                                              ItemStatus status) noexcept;

/// Why a response is incomplete; empty: it is not. `hasRefusal`: a refusal is an answer.
[[nodiscard]] std::string_view incompleteReason(FinishReason reason, bool hasRefusal) noexcept;

[[nodiscard]] bool hasRefusal(const Answer &answer) noexcept;

} // namespace meridian::provider::responses
