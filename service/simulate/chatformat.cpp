// SPDX-License-Identifier: MIT
// /v1/chat/completions and its elder, /v1/completions.
#include "core/http/ssewriter.h"
#include "core/json/jsonwriter.h"
#include "service/simulate/answerformat.h"

namespace meridian::simulate {

namespace {

using json::JsonWriter;

void writeUsage(JsonWriter &out, const Answer &answer)
{
    out.key("usage").beginObject();
    out.integer("prompt_tokens", answer.promptTokens);
    out.integer("completion_tokens", answer.tokens);
    out.integer("total_tokens", std::int64_t{answer.promptTokens} + answer.tokens);
    out.key("prompt_tokens_details").beginObject().integer("cached_tokens", 0).endObject();
    out.key("completion_tokens_details").beginObject().integer("reasoning_tokens", 0).endObject();
    out.endObject();
}

std::string_view finishReason(const Answer &answer)
{
    return answer.endsAtLimit ? "length" : "stop";
}

/// What both have in common: names, and the parts of a choice.
class ChoicesFormat : public AnswerFormat
{
public:
    void appendWhole(std::string &out, const Answer &answer) const override
    {
        JsonWriter body;
        begin(body, answer, wholeObject());
        body.key("choices").beginArray().beginObject().integer("index", 0);
        writeMessage(body, answer.text->first(answer.tokens));
        body.null("logprobs").string("finish_reason", finishReason(answer));
        body.endObject().endArray();
        writeUsage(body, answer);
        out += body.endObject().text();
    }

    void appendToken(std::string &out, const Answer &answer, std::uint32_t index) const override
    {
        appendChunk(out, answer, answer.text->token(index), Part::Token);
    }

    void appendEnding(std::string &out, const Answer &answer) const override
    {
        appendChunk(out, answer, {}, Part::Finish);
        if (answer.withUsage) {
            JsonWriter chunk;
            begin(chunk, answer, chunkObject());
            chunk.key("choices").beginArray().endArray();
            writeUsage(chunk, answer);
            http::appendSseEvent(out, {}, chunk.endObject().text());
        }
        http::appendSseEvent(out, {}, "[DONE]");
    }

protected:
    enum class Part : std::uint8_t { Role, Token, Finish };

    void appendChunk(std::string &out, const Answer &answer, std::string_view text, Part part) const
    {
        JsonWriter chunk;
        begin(chunk, answer, chunkObject());
        chunk.key("choices").beginArray().beginObject().integer("index", 0);
        writeDelta(chunk, text, part);
        chunk.null("logprobs").key("finish_reason");
        if (part == Part::Finish) {
            chunk.string(finishReason(answer));
        } else {
            chunk.null();
        }
        chunk.endObject().endArray();
        if (answer.withUsage) {
            chunk.null("usage");
        }
        http::appendSseEvent(out, {}, chunk.endObject().text());
    }

private:
    [[nodiscard]] virtual std::string_view idPrefix() const = 0;
    [[nodiscard]] virtual std::string_view wholeObject() const = 0;
    [[nodiscard]] virtual std::string_view chunkObject() const = 0;
    virtual void writeMessage(JsonWriter &out, std::string_view text) const = 0;
    virtual void writeDelta(JsonWriter &out, std::string_view text, Part part) const = 0;

    void begin(JsonWriter &out, const Answer &answer, std::string_view object) const
    {
        out.beginObject().string("id", std::string(idPrefix()) + answer.id);
        out.string("object", object).integer("created", answer.created);
        out.string("model", answer.model);
    }
};

class ChatFormat final : public ChoicesFormat
{
public:
    void appendOpening(std::string &out, const Answer &answer) const override
    {
        appendChunk(out, answer, {}, Part::Role);
    }

private:
    [[nodiscard]] std::string_view idPrefix() const override { return "chatcmpl-"; }

    [[nodiscard]] std::string_view wholeObject() const override { return "chat.completion"; }

    [[nodiscard]] std::string_view chunkObject() const override { return "chat.completion.chunk"; }

    void writeMessage(JsonWriter &out, std::string_view text) const override
    {
        out.key("message").beginObject().string("role", "assistant").string("content", text);
        out.null("refusal").endObject();
    }

    void writeDelta(JsonWriter &out, std::string_view text, Part part) const override
    {
        out.key("delta").beginObject();
        if (part == Part::Role) {
            out.string("role", "assistant").string("content", "");
        } else if (part == Part::Token) {
            out.string("content", text);
        }
        out.endObject();
    }
};

class CompletionFormat final : public ChoicesFormat
{
public:
    void appendOpening(std::string &, const Answer &) const override {} // no role to tell

private:
    [[nodiscard]] std::string_view idPrefix() const override { return "cmpl-"; }

    [[nodiscard]] std::string_view wholeObject() const override { return "text_completion"; }

    [[nodiscard]] std::string_view chunkObject() const override { return "text_completion"; }

    void writeMessage(JsonWriter &out, std::string_view text) const override
    {
        out.string("text", text);
    }

    void writeDelta(JsonWriter &out, std::string_view text, Part) const override
    {
        out.string("text", text);
    }
};

} // namespace

const AnswerFormat &chatFormat()
{
    static const ChatFormat Format;
    return Format;
}

const AnswerFormat &completionFormat()
{
    static const CompletionFormat Format;
    return Format;
}

} // namespace meridian::simulate
