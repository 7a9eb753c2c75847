// SPDX-License-Identifier: MIT
// /v1/chat/completions as OpenAI speaks it, and every engine that says it is compatible.
#include "core/provider/builtincodecs.h"
#include "core/provider/openai/chatstreamdecoder.h"
#include "core/provider/openai/openaierror.h"
#include "core/provider/openai/openaiusage.h"
#include "core/provider/openai/requestwriter.h"

namespace meridian::provider {

namespace {

class OpenAiChatProvider final : public ProviderCodec
{
public:
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::OpenAiChat; }

    [[nodiscard]] std::string encodeRequest(const ChatRequest &request,
                                            const RequestContext &context,
                                            Fidelity &fidelity) const override
    {
        return openai::writeChatRequest(request, context, fidelity);
    }

    [[nodiscard]] std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const override
    {
        return std::make_unique<openai::ChatStreamDecoder>(sink, defects, idSeed);
    }

    void decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const override;

    [[nodiscard]] ApiError decodeError(int status, std::string_view body) const override
    {
        return openai::readErrorBody(status, body);
    }
};

void OpenAiChatProvider::decodeAnswer(json::Value body,
                                      AnswerSink &sink,
                                      std::string_view idSeed) const
{
    StreamDefects unseen;
    AnswerWriter writer(sink, unseen, idSeed);
    if (openai::isErrorObject(body)) {
        writer.fail(openai::readError(body, 0));
        return;
    }
    json::Value choice;
    body["choices"].elements([&](json::Value each) {
        if (choice.isMissing() || each["index"].integer() == 0) {
            choice = each;
        }
    });
    const json::Value message = choice["message"];
    if (!message.isObject()) {
        writer.fail(StreamDefect::Truncated, "the provider's answer holds no message");
        return;
    }
    writer.start({body["id"].text(), body["model"].text(), body["created"].integer().value_or(0)});
    openai::DeltaReader reader(writer);
    reader.message(message);
    if (writer.hasEnded()) {
        return;
    }
    reader.finish(choice);
    writer.usage(openai::readUsage(body["usage"]));
    if (!writer.hasEnded()) {
        writer.end();
    }
}

} // namespace

const ProviderCodec &openAiChatProvider()
{
    static const OpenAiChatProvider codec;
    return codec;
}

} // namespace meridian::provider
