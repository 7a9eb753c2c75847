// SPDX-License-Identifier: MIT
// What the chunks of chat streams and of completion streams have in common.
#pragma once

#include "core/provider/codec.h"

#include <string>
#include <string_view>

namespace meridian::provider::openai {

/// The provider's id, or one made of the gateway's.
[[nodiscard]] std::string
answerId(const AnswerStart &start, const AnswerContext &context, std::string_view prefix);

/// The model as the client asked for it; as the provider calls it when the client did not say.
[[nodiscard]] std::string_view answerModel(const AnswerStart &start, const AnswerContext &context);

[[nodiscard]] std::int64_t answerCreated(const AnswerStart &start, const AnswerContext &context);

/// `hasFunctionCall`: the client knows function_call only.
[[nodiscard]] std::string_view finishName(FinishReason reason, bool hasFunctionCall) noexcept;

/// Appends whole events to `out`. One per stream.
class StreamChunks
{
public:
    StreamChunks(std::string &out,
                 std::string_view object,
                 std::string_view idPrefix,
                 const AnswerContext &context)
        : m_out(out)
        , m_object(object)
        , m_idPrefix(idPrefix)
        , m_context(context)
        , m_wantsUsage(context.request != nullptr && context.request->wantsUsage)
    {
    }

    /// Fixes what every chunk begins with.
    void start(const AnswerStart &start);

    /// Begins a chunk; the caller appends the choice's first member to `out`, then calls close().
    void open();
    /// `finish`: empty = null.
    void close(std::string_view finish = {});

    /// The usage, if the client asked for it and it is known, and the end.
    void end(const TokenUsage &usage);
    void error(const ApiError &error);
    void ping();

private:
    std::string &m_out;
    const std::string_view m_object;
    const std::string_view m_idPrefix;
    const AnswerContext m_context;
    const bool m_wantsUsage;
    std::string m_head; // `data: {"id":…,"choices":[`
};

} // namespace meridian::provider::openai
