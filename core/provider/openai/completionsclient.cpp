// SPDX-License-Identifier: MIT
// /v1/completions as clients speak it: one prompt, told to any provider as the user's only turn.
#include "core/json/jsonwriter.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/openai/commonfields.h"
#include "core/provider/openai/openaierror.h"
#include "core/provider/openai/openaiusage.h"
#include "core/provider/openai/streamchunks.h"

namespace meridian::provider {

namespace {

using openai::FieldReader;
using openai::Path;

constexpr std::string_view Object = "text_completion";
constexpr std::string_view IdPrefix = "cmpl-";

void readPrompt(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "prompt"};
    Part part;
    if (value.isString()) {
        part.text = value.text();
    } else if (value.isArray()) {
        std::size_t count = 0;
        value.elements([&](json::Value each) {
            if (!each.isString()) {
                fields.fail(path, "token ids cannot be translated; send the text");
            } else if (++count > 1) {
                fields.fail(path, "one prompt per request; send several requests");
            } else {
                part.text = each.text();
            }
        });
    } else {
        fields.fail(path, "must be a string");
    }
    if (part.text.empty()) {
        fields.fail(path, "must not be empty");
    }
    request.turns.emplace_back();
    request.turns.back().parts.push_back(std::move(part));
}

bool isAnswerText(Part::Kind kind) noexcept
{
    return kind == Part::Kind::Text || kind == Part::Kind::Refusal;
}

/// Thoughts and calls have no place in a completion.
class CompletionStreamEncoder final : public AnswerSink
{
public:
    CompletionStreamEncoder(std::string &out, const AnswerContext &context)
        : m_out(out)
        , m_chunks(out, Object, IdPrefix, context)
    {
    }

    void start(const AnswerStart &start) override { m_chunks.start(start); }

    void partStart(std::uint32_t, const PartStart &part) override
    {
        if (isAnswerText(part.kind)) { // text overlaps with nothing: one flag will do
            m_isText = true;
        }
    }

    void partDelta(std::uint32_t, std::string_view text) override
    {
        if (m_isText && !text.empty()) {
            chunk(text, {});
        }
    }

    void partSignature(std::uint32_t, std::string_view, Vendor) override {}

    void partStop(std::uint32_t) override { m_isText = false; }

    void usage(const TokenUsage &usage) override { m_usage.merge(usage); }

    void finish(FinishReason reason, std::string_view) override { chunk({}, finishOf(reason)); }

    void end() override { m_chunks.end(m_usage); }

    void error(const ApiError &error) override { m_chunks.error(error); }

    void ping() override { m_chunks.ping(); }

    [[nodiscard]] static std::string_view finishOf(FinishReason reason) noexcept
    {
        return reason == FinishReason::ToolCalls ? "stop" : openai::finishName(reason, false);
    }

private:
    void chunk(std::string_view text, std::string_view finish)
    {
        m_chunks.open();
        m_out.append("\"text\":");
        json::appendString(m_out, text);
        m_chunks.close(finish);
    }

    std::string &m_out;
    openai::StreamChunks m_chunks;
    bool m_isText = false;
    TokenUsage m_usage;
};

class OpenAiCompletionsClient final : public ClientCodec
{
public:
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::OpenAiCompletions; }

    [[nodiscard]] Decoded<ChatRequest> decodeRequest(json::Value body,
                                                     std::string_view) const override
    {
        FieldReader fields;
        ChatRequest request;
        request.origin = Dialect::OpenAiCompletions;
        json::Value prompt;
        body.members([&](json::Value key, json::Value value) {
            std::string scratch;
            const std::string_view name = openai::memberName(key, scratch);
            if (name == "prompt") {
                prompt = value;
            } else if (!openai::readCommonField(fields, name, value, request)) {
                openai::keepExtra(request.extras, std::string(name), value);
            }
        });
        readPrompt(fields, prompt, request);
        if (fields.hasFailed()) {
            return fields.failure();
        }
        return request;
    }

    [[nodiscard]] std::string encodeAnswer(const Answer &answer,
                                           const AnswerContext &context) const override
    {
        std::string text;
        for (const Part &part : answer.parts) {
            if (isAnswerText(part.kind)) {
                text.append(part.text);
            }
        }
        json::JsonWriter json;
        json.beginObject();
        json.string("id", openai::answerId(answer.start, context, IdPrefix));
        json.string("object", Object);
        json.integer("created", openai::answerCreated(answer.start, context));
        json.string("model", openai::answerModel(answer.start, context));
        json.key("choices").beginArray().beginObject();
        json.integer("index", 0).string("text", text).null("logprobs");
        json.string("finish_reason", CompletionStreamEncoder::finishOf(answer.finish));
        json.endObject().endArray();
        if (openai::hasUsage(answer.usage)) {
            json.key("usage");
            openai::writeUsage(json, answer.usage);
        }
        json.endObject();
        return json.take();
    }

    [[nodiscard]] std::unique_ptr<AnswerSink>
    streamEncoder(std::string &out, const AnswerContext &context) const override
    {
        return std::make_unique<CompletionStreamEncoder>(out, context);
    }

    [[nodiscard]] std::string
    encodeError(const ApiError &error, int, std::string_view) const override
    {
        return openai::writeError(error);
    }
};

} // namespace

const ClientCodec &openAiCompletionsClient()
{
    static const OpenAiCompletionsClient codec;
    return codec;
}

} // namespace meridian::provider
