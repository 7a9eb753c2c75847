// SPDX-License-Identifier: MIT
// OCI's streams with the quirks that have been seen: filler, a repeated end, calls without ids.
#include "service/simulate/oci/ociserverparts.h"

namespace meridian::simulate {

namespace {

using json::JsonWriter;
using provider::AnswerContext;
using provider::Dialect;
using provider::FinishReason;
using provider::Part;

constexpr std::string_view Filler = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// All three formats; the text is kept, because Cohere's say it again.
class OciStream final : public provider::AnswerSink
{
public:
    OciStream(Dialect format, std::string &out, const AnswerContext &context)
        : m_format(format)
        , m_out(out)
        , m_wantsUsage(context.request->wantsUsage)
        , m_haveIds(ociCallsHaveIds(context.model))
    {
    }

    void start(const provider::AnswerStart &) override {}

    void partStart(std::uint32_t, const provider::PartStart &part) override;
    void partDelta(std::uint32_t, std::string_view text) override;

    void partSignature(std::uint32_t, std::string_view, provider::Vendor) override {}

    void partStop(std::uint32_t) override;

    void usage(const provider::TokenUsage &usage) override { m_usage.merge(usage); }

    void finish(FinishReason reason, std::string_view) override { m_finish = reason; }

    void end() override;

    void error(const provider::ApiError &) override {}

private:
    [[nodiscard]] bool isWholeCall() const noexcept
    {
        return m_format != Dialect::OciGeneric || !m_haveIds;
    }

    JsonWriter begin() const;
    void send(JsonWriter &event);
    void text(std::string_view text);
    void callPiece(std::string_view id, std::string_view name, std::string_view arguments);
    void repeatCalls(JsonWriter &event);

    const Dialect m_format;
    std::string &m_out;
    const bool m_wantsUsage;
    const bool m_haveIds;
    Part m_part;               // the open one; of a call also its arguments
    std::vector<Part> m_calls; // that the end says again
    std::string m_text;        // likewise
    provider::TokenUsage m_usage;
    FinishReason m_finish = FinishReason::Stop;
    std::size_t m_events = 0;
};

JsonWriter OciStream::begin() const
{
    JsonWriter event;
    event.beginObject();
    if (m_format == Dialect::OciGeneric) {
        event.integer("index", 0);
    } else {
        event.string("apiFormat", ociFormatName(m_format));
    }
    return event;
}

void OciStream::send(JsonWriter &event)
{
    event.string("pad", Filler.substr(0, 1 + m_events++ * 7 % Filler.size()));
    m_out.append("data: ").append(event.endObject().text());
    m_out.append(m_format == Dialect::OciCohere ? "\n" : "\n\n"); // both have been seen
}

void OciStream::text(std::string_view text)
{
    JsonWriter event = begin();
    if (m_format == Dialect::OciCohere) {
        event.string("text", text);
        send(event);
        return;
    }
    const bool isThought = m_part.kind == Part::Kind::Thinking;
    event.key("message").beginObject().string("role", "ASSISTANT");
    if (isThought && m_format == Dialect::OciGeneric) {
        event.string("reasoningContent", text);
    } else {
        event.key("content").beginArray().beginObject();
        event.string("type", isThought ? "THINKING" : "TEXT");
        event.string(isThought ? "thinking" : "text", text).endObject().endArray();
    }
    event.endObject();
    send(event);
}

/// Parallel calls come one after the other, all at position 0; what follows a call's first piece
/// has no id.
void OciStream::callPiece(std::string_view id, std::string_view name, std::string_view arguments)
{
    JsonWriter event = begin();
    event.key("message").beginObject().string("role", "ASSISTANT");
    event.key("toolCalls").beginArray().beginObject();
    if (!id.empty()) {
        event.string("id", id);
    }
    event.string("type", "FUNCTION");
    if (!name.empty()) {
        event.string("name", name);
    }
    event.string("arguments", arguments).endObject().endArray().endObject();
    send(event);
}

void OciStream::partStart(std::uint32_t, const provider::PartStart &part)
{
    m_part = Part();
    m_part.kind = part.kind;
    m_part.id = part.id;
    m_part.name = part.name;
    if (part.kind == Part::Kind::ToolCall && !isWholeCall()) {
        callPiece(part.id, part.name, {});
    }
}

void OciStream::partDelta(std::uint32_t, std::string_view bytes)
{
    if (m_part.kind == Part::Kind::ToolCall) {
        if (isWholeCall()) {
            m_part.text.append(bytes);
        } else {
            callPiece({}, {}, bytes);
        }
    } else if (m_part.kind != Part::Kind::Thinking || m_format != Dialect::OciCohere) {
        if (m_part.kind == Part::Kind::Text && m_format != Dialect::OciGeneric) {
            m_text.append(bytes);
        }
        text(bytes);
    }
}

void OciStream::partStop(std::uint32_t)
{
    if (m_part.kind != Part::Kind::ToolCall || !isWholeCall()) {
        return;
    }
    if (m_format == Dialect::OciGeneric) {
        callPiece({}, m_part.name, m_part.text);
        return;
    }
    if (m_format == Dialect::OciCohereV2) {
        JsonWriter event = begin();
        event.key("message").beginObject().string("role", "ASSISTANT");
        event.key("toolCalls").beginArray();
        writeOciCall(event, m_format, m_part, true);
        event.endArray().endObject();
        send(event);
    }
    m_calls.push_back(std::move(m_part));
    m_part = Part();
}

void OciStream::repeatCalls(JsonWriter &event)
{
    if (m_calls.empty()) {
        return;
    }
    event.key("toolCalls").beginArray();
    for (const Part &call : m_calls) {
        writeOciCall(event, m_format, call, true);
    }
    event.endArray();
}

void OciStream::end()
{
    JsonWriter last = begin();
    if (m_format == Dialect::OciCohere) {
        last.string("text", m_text);
        repeatCalls(last);
    } else if (m_format == Dialect::OciCohereV2) {
        last.key("message").beginObject().string("role", "ASSISTANT").key("content").beginArray();
        last.beginObject().string("type", "TEXT").string("text", m_text).endObject().endArray();
        repeatCalls(last);
        last.endObject();
    }
    last.string("finishReason", ociFinishName(m_format, m_finish));
    send(last);
    if (m_wantsUsage) {
        JsonWriter usage = begin();
        writeOciUsage(usage, m_usage);
        send(usage);
    }
    if (m_format == Dialect::OciGeneric) {
        m_out.append("data: [DONE]\n\n");
    }
}

} // namespace

std::unique_ptr<provider::AnswerSink>
makeOciStream(Dialect format, std::string &out, const AnswerContext &context)
{
    return std::make_unique<OciStream>(format, out, context);
}

} // namespace meridian::simulate
