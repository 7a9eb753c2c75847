// SPDX-License-Identifier: MIT
// /v1/chat/completions as clients speak it.
#include "core/provider/builtincodecs.h"
#include "core/provider/openai/chatanswer.h"
#include "core/provider/openai/chatrequest.h"
#include "core/provider/openai/chatstreamencoder.h"
#include "core/provider/openai/openaierror.h"

namespace meridian::provider {

namespace {

class OpenAiChatClient final : public ClientCodec
{
public:
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::OpenAiChat; }

    [[nodiscard]] Decoded<ChatRequest> decodeRequest(json::Value body,
                                                     std::string_view) const override
    {
        return openai::readChatRequest(body);
    }

    [[nodiscard]] std::string encodeAnswer(const Answer &answer,
                                           const AnswerContext &context) const override
    {
        return openai::writeChatAnswer(answer, context);
    }

    [[nodiscard]] std::unique_ptr<AnswerSink>
    streamEncoder(std::string &out, const AnswerContext &context) const override
    {
        return openai::makeChatStreamEncoder(out, context);
    }

    [[nodiscard]] std::string
    encodeError(const ApiError &error, int, std::string_view) const override
    {
        return openai::writeError(error);
    }
};

} // namespace

const ClientCodec &openAiChatClient()
{
    static const OpenAiChatClient codec;
    return codec;
}

} // namespace meridian::provider
