// SPDX-License-Identifier: MIT
// Ollama's own dialect as its servers speak it.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/common.h"
#include "core/provider/ollama/linedecoder.h"
#include "core/provider/ollama/requestwriter.h"

namespace meridian::provider {

namespace {

using namespace ollama;

/// A model that is not there is the one error that the client's user can mend.
void suggestPull(ApiError &error)
{
    error.code = "model_not_found";
    if (error.message.find("pull") == std::string::npos) {
        error.message.append(" (pull it on the Ollama server: `ollama pull <model>`)");
    }
}

class OllamaProvider final : public ProviderCodec
{
public:
    Dialect dialect() const noexcept override { return Dialect::OllamaChat; }

    std::string encodeRequest(const ChatRequest &request,
                              const RequestContext &context,
                              Fidelity &fidelity) const override
    {
        return writeRequest(request, context, fidelity);
    }

    std::string_view streamType() const noexcept override { return "application/x-ndjson"; }

    std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const override
    {
        return std::make_unique<LineDecoder>(sink, defects, idSeed);
    }

    void decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const override
    {
        StreamDefects unheard;
        AnswerReader(sink, unheard, idSeed).readWhole(body);
    }

    ApiError decodeError(int status, std::string_view body) const override
    {
        constexpr std::size_t Looked = 64UL * 1024; // an error is short
        const ErrorClass kind = errorClassOf(status);
        ApiError error;
        json::Checker checker;
        const auto value = checker.check(body.substr(0, Looked));
        if (value && !(*value)["error"].isAbsent()) {
            error = errorOf((*value)["error"], kind);
        } else {
            error.kind = kind;
            error.message = readableExcerpt(body);
        }
        if (error.message.empty()) {
            error.message = "the Ollama server answered with status " + std::to_string(status);
        }
        if (error.kind == ErrorClass::NotFound) {
            suggestPull(error);
        }
        return error;
    }
};

} // namespace

const ProviderCodec &ollamaChatProvider()
{
    static const OllamaProvider codec;
    return codec;
}

} // namespace meridian::provider
