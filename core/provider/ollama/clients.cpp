// SPDX-License-Identifier: MIT
// Ollama's dialects as clients speak them.
#include "core/provider/builtincodecs.h"
#include "core/provider/ollama/requestreaders.h"
#include "core/provider/ollama/streamencoder.h"

namespace meridian::provider {

namespace {

using namespace ollama;

class OllamaClient final : public ClientCodec
{
public:
    explicit OllamaClient(Dialect dialect)
        : m_dialect(dialect)
    {
    }

    Dialect dialect() const noexcept override { return m_dialect; }

    Decoded<ChatRequest> decodeRequest(json::Value body, std::string_view) const override
    {
        return m_dialect == Dialect::OllamaChat ? readChatRequest(body) : readGenerateRequest(body);
    }

    std::string encodeAnswer(const Answer &answer, const AnswerContext &context) const override
    {
        AnswerLines lines(m_dialect, context);
        if (answer.start.created != 0) {
            lines.setCreated(answer.start.created);
        }
        std::string text;
        std::string thinking;
        std::vector<Part> calls;
        for (const Part &part : answer.parts) {
            if (part.kind == Part::Kind::Text || part.kind == Part::Kind::Refusal) {
                text.append(part.text);
            } else if (part.kind == Part::Kind::Thinking) {
                thinking.append(part.text);
            } else if (part.kind == Part::Kind::ToolCall) {
                calls.push_back(part);
            }
        }
        std::string out;
        lines.appendLast(out, {text, thinking, &calls, 0}, doneReasonOf(answer.finish),
                         answer.usage);
        return out;
    }

    std::string_view streamType() const noexcept override { return "application/x-ndjson"; }

    std::unique_ptr<AnswerSink> streamEncoder(std::string &out,
                                              const AnswerContext &context) const override
    {
        return std::make_unique<StreamEncoder>(m_dialect, out, context);
    }

    std::string encodeError(const ApiError &error, int, std::string_view) const override
    {
        return errorObject(error.message);
    }

private:
    const Dialect m_dialect;
};

} // namespace

const ClientCodec &ollamaChatClient()
{
    static const OllamaClient codec(Dialect::OllamaChat);
    return codec;
}

const ClientCodec &ollamaGenerateClient()
{
    static const OllamaClient codec(Dialect::OllamaGenerate);
    return codec;
}

} // namespace meridian::provider
