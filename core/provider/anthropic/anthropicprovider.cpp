// SPDX-License-Identifier: MIT
// Anthropic's dialect as providers speak it: Anthropic itself, and Vertex AI's publisher.
#include "core/provider/anthropic/answerreader.h"
#include "core/provider/anthropic/errorfields.h"
#include "core/provider/anthropic/requestwriter.h"
#include "core/provider/anthropic/streamdecoder.h"
#include "core/provider/builtincodecs.h"

namespace meridian::provider {

namespace {

class AnthropicProvider final : public ProviderCodec
{
public:
    Dialect dialect() const noexcept override { return Dialect::Anthropic; }

    std::string encodeRequest(const ChatRequest &request,
                              const RequestContext &context,
                              Fidelity &fidelity) const override
    {
        return anthropic::writeRequest(request, context, fidelity);
    }

    std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const override
    {
        return std::make_unique<anthropic::StreamDecoder>(sink, defects, idSeed);
    }

    void decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const override
    {
        StreamDefects defects; // of streams only
        anthropic::AnswerReader reader(sink, defects, idSeed);
        const json::Value content = body["content"];
        if (body["type"].is("error") || body["error"].isObject()) {
            reader.writer().fail(anthropic::readError(0, body.raw()));
            return;
        }
        if (!content.isArray()) {
            reader.writer().fail(StreamDefect::NotJson, "the provider's answer is no message");
            return;
        }
        reader.start(body);
        std::int64_t index = 0;
        content.elements([&](json::Value block) {
            reader.openBlock(index, block);
            reader.closeBlock(index++);
        });
        reader.finish(body);
        reader.end();
    }

    ApiError decodeError(int status, std::string_view body) const override
    {
        return anthropic::readError(status, body);
    }
};

} // namespace

const ProviderCodec &anthropicProvider()
{
    static const AnthropicProvider codec;
    return codec;
}

} // namespace meridian::provider
