// SPDX-License-Identifier: MIT
// Writes the objects that Ollama's answers and streams consist of.
#pragma once

#include "core/provider/codec.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::ollama {

/// The content of one object.
struct Piece
{
    std::string_view text;
    std::string_view thinking;
    const std::vector<Part> *calls = nullptr; // null: none
    std::size_t firstCall = 0;                // its number in the answer
};

/// Writes objects of one answer. One per answer, one thread; what `context` refers to outlives it.
class AnswerLines
{
public:
    /// `dialect`: OllamaChat or OllamaGenerate.
    AnswerLines(Dialect dialect, const AnswerContext &context);

    /// The answer's own time, where the provider told one.
    void setCreated(std::int64_t created);

    /// One object without its end of line, `done:false`.
    void appendPiece(std::string &out, const Piece &piece) const;

    /// The same with `done:true`, the reason and the counts.
    void appendLast(std::string &out,
                    const Piece &piece,
                    std::string_view doneReason,
                    const TokenUsage &usage) const;

private:
    void appendContent(std::string &out, const Piece &piece) const;

    const bool m_isChat;
    std::string m_model; // as a JSON string
    std::string m_head;  // of each object, up to its content
};

/// stop or length: Ollama knows no other words for the end of an answer.
[[nodiscard]] std::string_view doneReasonOf(FinishReason reason) noexcept;

} // namespace meridian::provider::ollama
