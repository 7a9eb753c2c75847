// SPDX-License-Identifier: MIT
// /v1/responses: one output item, a message with one text part.
#include "core/http/ssewriter.h"
#include "core/json/jsonwriter.h"
#include "service/simulate/answerformat.h"

namespace meridian::simulate {

namespace {

using json::JsonWriter;

constexpr std::uint32_t OpeningEvents = 4; // sequence numbers before the first token

class ResponsesFormat final : public AnswerFormat
{
public:
    void appendWhole(std::string &out, const Answer &answer) const override
    {
        JsonWriter body;
        writeResponse(body, answer, true);
        out += body.text();
    }

    void appendOpening(std::string &out, const Answer &answer) const override
    {
        appendResponseEvent(out, answer, "response.created", 0, false);
        appendResponseEvent(out, answer, "response.in_progress", 1, false);
        appendItemEvent(out, answer, "response.output_item.added", 2, false);
        appendPartEvent(out, answer, "response.content_part.added", 3, false);
    }

    void appendToken(std::string &out, const Answer &answer, std::uint32_t index) const override
    {
        JsonWriter event = begin("response.output_text.delta", OpeningEvents + index);
        writePlace(event, answer);
        event.string("delta", answer.text->token(index)).key("logprobs").beginArray().endArray();
        end(out, "response.output_text.delta", event);
    }

    void appendEnding(std::string &out, const Answer &answer) const override
    {
        const std::uint32_t sequence = OpeningEvents + answer.tokens;
        JsonWriter event = begin("response.output_text.done", sequence);
        writePlace(event, answer);
        event.string("text", answer.text->first(answer.tokens));
        event.key("logprobs").beginArray().endArray();
        end(out, "response.output_text.done", event);
        appendPartEvent(out, answer, "response.content_part.done", sequence + 1, true);
        appendItemEvent(out, answer, "response.output_item.done", sequence + 2, true);
        const std::string_view last =
            answer.endsAtLimit ? "response.incomplete" : "response.completed";
        appendResponseEvent(out, answer, last, sequence + 3, true);
    }

private:
    static JsonWriter begin(std::string_view type, std::uint32_t sequence)
    {
        JsonWriter event;
        event.beginObject().string("type", type).integer("sequence_number", sequence);
        return event;
    }

    static void end(std::string &out, std::string_view type, JsonWriter &event)
    {
        http::appendSseEvent(out, type, event.endObject().text());
    }

    static void writePlace(JsonWriter &out, const Answer &answer)
    {
        out.string("item_id", "msg_" + answer.id).integer("output_index", 0);
        out.integer("content_index", 0);
    }

    static void writePart(JsonWriter &out, const Answer &answer, bool isDone)
    {
        out.beginObject().string("type", "output_text");
        out.string("text", isDone ? answer.text->first(answer.tokens) : std::string());
        out.key("annotations").beginArray().endArray();
        out.key("logprobs").beginArray().endArray();
        out.endObject();
    }

    static void writeItem(JsonWriter &out, const Answer &answer, bool isDone)
    {
        out.beginObject().string("id", "msg_" + answer.id).string("type", "message");
        out.string("status", !isDone              ? "in_progress"
                             : answer.endsAtLimit ? "incomplete"
                                                  : "completed");
        out.string("role", "assistant").key("content").beginArray();
        if (isDone) {
            writePart(out, answer, true);
        }
        out.endArray().endObject();
    }

    static void writeUsage(JsonWriter &out, const Answer &answer)
    {
        out.beginObject().integer("input_tokens", answer.promptTokens);
        out.key("input_tokens_details").beginObject().integer("cached_tokens", 0).endObject();
        out.integer("output_tokens", answer.tokens);
        out.key("output_tokens_details").beginObject().integer("reasoning_tokens", 0).endObject();
        out.integer("total_tokens", std::int64_t{answer.promptTokens} + answer.tokens).endObject();
    }

    static void writeResponse(JsonWriter &out, const Answer &answer, bool isDone)
    {
        const bool isIncomplete = isDone && answer.endsAtLimit;
        out.beginObject().string("id", "resp_" + answer.id).string("object", "response");
        out.integer("created_at", answer.created);
        out.string("status", isIncomplete ? "incomplete" : isDone ? "completed" : "in_progress");
        out.null("error").key("incomplete_details");
        if (isIncomplete) {
            out.beginObject().string("reason", "max_output_tokens").endObject();
        } else {
            out.null();
        }
        out.null("instructions").null("metadata").string("model", answer.model);
        out.key("output").beginArray();
        if (isDone) {
            writeItem(out, answer, true);
        }
        out.endArray().boolean("parallel_tool_calls", true).null("previous_response_id");
        out.string("tool_choice", "auto").key("tools").beginArray().endArray();
        out.key("usage");
        if (isDone) {
            writeUsage(out, answer);
        } else {
            out.null();
        }
        out.endObject();
    }

    static void appendResponseEvent(std::string &out,
                                    const Answer &answer,
                                    std::string_view type,
                                    std::uint32_t sequence,
                                    bool isDone)
    {
        JsonWriter event = begin(type, sequence);
        event.key("response");
        writeResponse(event, answer, isDone);
        end(out, type, event);
    }

    static void appendItemEvent(std::string &out,
                                const Answer &answer,
                                std::string_view type,
                                std::uint32_t sequence,
                                bool isDone)
    {
        JsonWriter event = begin(type, sequence);
        event.integer("output_index", 0).key("item");
        writeItem(event, answer, isDone);
        end(out, type, event);
    }

    static void appendPartEvent(std::string &out,
                                const Answer &answer,
                                std::string_view type,
                                std::uint32_t sequence,
                                bool isDone)
    {
        JsonWriter event = begin(type, sequence);
        writePlace(event, answer);
        event.key("part");
        writePart(event, answer, isDone);
        end(out, type, event);
    }
};

} // namespace

const AnswerFormat &responsesFormat()
{
    static const ResponsesFormat Format;
    return Format;
}

} // namespace meridian::simulate
