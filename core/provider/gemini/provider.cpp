// SPDX-License-Identifier: MIT
// Gemini as providers speak it: the Gemini API, and Google's models on Vertex AI.
#include "core/provider/builtincodecs.h"
#include "core/provider/gemini/chunkreader.h"
#include "core/provider/gemini/errors.h"
#include "core/provider/gemini/requestwriter.h"
#include "core/provider/gemini/streamdecoder.h"

namespace meridian::provider {

namespace {

class GeminiProvider final : public ProviderCodec
{
public:
    Dialect dialect() const noexcept override { return Dialect::Gemini; }

    std::string encodeRequest(const ChatRequest &request,
                              const RequestContext &context,
                              Fidelity &fidelity) const override
    {
        return gemini::writeRequest(request, context, fidelity);
    }

    std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const override
    {
        return std::make_unique<gemini::StreamDecoder>(sink, defects, idSeed);
    }

    void decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const override
    {
        StreamDefects defects; // of streams only
        gemini::ChunkReader reader(sink, defects, idSeed);
        reader.read(body);
        AnswerWriter &writer = reader.writer();
        if (writer.hasEnded()) {
            return;
        }
        if (reader.hasAnswer()) {
            writer.end();
        } else {
            writer.fail(StreamDefect::Truncated, "the provider's answer has no candidate");
        }
    }

    ApiError decodeError(int status, std::string_view body) const override
    {
        return gemini::readError(status, body);
    }
};

} // namespace

const ProviderCodec &geminiProvider()
{
    static const GeminiProvider Codec;
    return Codec;
}

} // namespace meridian::provider
