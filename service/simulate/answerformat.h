// SPDX-License-Identifier: MIT
// How a generated text looks on the wire: in one piece, or as a stream of events.
#pragma once

#include "service/simulate/answertext.h"

#include <cstdint>
#include <string>

namespace meridian::simulate {

/// What is known of an answer before its first token; all that a running stream keeps.
struct Answer
{
    std::string id; // without the surface's prefix
    std::string model;
    const AnswerText *text = nullptr; // the backend's; outlives the exchange
    std::int64_t created = 0;         // seconds since 1970
    std::uint32_t tokens = 0;
    std::uint32_t promptTokens = 0;
    bool endsAtLimit = false; // the request's maximum, not the end of the text
    bool withUsage = false;   // stream_options.include_usage
};

/// One per surface, without state. Each call appends to `out`.
class AnswerFormat
{
public:
    virtual ~AnswerFormat() = default;
    AnswerFormat(const AnswerFormat &) = delete;
    AnswerFormat &operator=(const AnswerFormat &) = delete;

    virtual void appendWhole(std::string &out, const Answer &answer) const = 0;

    /// The stream: what comes before the first token, each token, what comes after the last.
    virtual void appendOpening(std::string &out, const Answer &answer) const = 0;
    virtual void appendToken(std::string &out, const Answer &answer, std::uint32_t index) const = 0;
    virtual void appendEnding(std::string &out, const Answer &answer) const = 0;

protected:
    AnswerFormat() = default;
};

[[nodiscard]] const AnswerFormat &chatFormat();
[[nodiscard]] const AnswerFormat &completionFormat();
[[nodiscard]] const AnswerFormat &responsesFormat();

} // namespace meridian::simulate
