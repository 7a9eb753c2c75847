// SPDX-License-Identifier: MIT
// Anthropic's dialect as clients speak it: /v1/messages and /v1/messages/count_tokens.
#include "core/provider/anthropic/answerencoder.h"
#include "core/provider/anthropic/errorfields.h"
#include "core/provider/anthropic/requestreader.h"
#include "core/provider/anthropic/streamencoder.h"
#include "core/provider/builtincodecs.h"

namespace meridian::provider {

namespace {

class AnthropicClient final : public ClientCodec
{
public:
    Dialect dialect() const noexcept override { return Dialect::Anthropic; }

    Decoded<ChatRequest> decodeRequest(json::Value body, std::string_view target) const override
    {
        return anthropic::readRequest(body, target);
    }

    std::string encodeAnswer(const Answer &answer, const AnswerContext &context) const override
    {
        return anthropic::writeAnswer(answer, context);
    }

    std::unique_ptr<AnswerSink> streamEncoder(std::string &out,
                                              const AnswerContext &context) const override
    {
        return std::make_unique<anthropic::StreamEncoder>(out, context);
    }

    std::string
    encodeError(const ApiError &error, int /*status*/, std::string_view requestId) const override
    {
        return anthropic::writeError(error, requestId);
    }
};

} // namespace

const ClientCodec &anthropicClient()
{
    static const AnthropicClient codec;
    return codec;
}

} // namespace meridian::provider
