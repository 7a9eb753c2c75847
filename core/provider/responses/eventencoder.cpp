// SPDX-License-Identifier: MIT
#include "core/provider/responses/eventencoder.h"

#include "core/provider/responses/requestreader.h"
#include "core/provider/responses/responseid.h"
#include "core/provider/responses/responsewriter.h"
#include "core/provider/responses/toolidentity.h"

namespace meridian::provider::responses {

namespace {

bool isThought(Part::Kind kind) noexcept
{
    return kind == Part::Kind::Thinking || kind == Part::Kind::RedactedThinking;
}

bool isMessage(Part::Kind kind) noexcept
{
    return kind == Part::Kind::Text || kind == Part::Kind::Refusal;
}

} // namespace

EventEncoder::EventEncoder(std::string &out, const AnswerContext &context)
    : m_out(out)
    , m_requestModel(context.model)
    , m_requestCreated(context.created)
    , m_id(responseId(context.requestId))
    , m_echo(echoOf(*context.request))
    , m_items(context.request->tools, m_id, wantsSignatures(*context.request))
{
}

json::JsonWriter &EventEncoder::begin(std::string_view type)
{
    m_out.append("event: ").append(type).append("\ndata: ");
    m_writer.clear();
    return m_writer.beginObject().string("type", type).integer("sequence_number", m_sequence++);
}

json::JsonWriter &EventEncoder::beginOf(std::string_view type, const Item &item)
{
    begin(type).string("item_id", item.id);
    return m_writer.integer("output_index", static_cast<std::int64_t>(item.output));
}

void EventEncoder::send()
{
    m_out.append(m_writer.endObject().text()).append("\n\n");
}

void EventEncoder::tellResponse(std::string_view type,
                                std::string_view status,
                                const ApiError *error)
{
    std::string output;
    for (const std::string &item : m_output) {
        if (!item.empty()) { // else it was never done
            output.append(output.empty() ? "" : ",").append(item);
        }
    }
    ResponseState state{m_id, m_model, m_created, status, {}, output, nullptr, error};
    if (status != "in_progress") {
        state.usage = &m_usage;
    }
    if (status == "incomplete") {
        state.incompleteReason = incompleteReason(m_finish, m_hasRefusal);
    }
    begin(type).raw("response", responseObject(state, m_echo));
    send();
}

void EventEncoder::start(const AnswerStart &start)
{
    if (m_hasStarted || m_hasEnded) {
        return;
    }
    m_hasStarted = true;
    m_model = m_requestModel.empty() ? std::string_view(start.model) : m_requestModel;
    m_created = start.created != 0 ? start.created : m_requestCreated;
    tellResponse("response.created", "in_progress");
    tellResponse("response.in_progress", "in_progress");
}

EventEncoder::Item *EventEncoder::itemAt(std::uint32_t index) noexcept
{
    const bool isOpen =
        !m_hasEnded && index < m_parts.size() && m_parts[index].stage == Stage::Open;
    return isOpen ? &m_parts[index] : nullptr;
}

bool EventEncoder::hold(std::size_t bytes)
{
    m_bytes += bytes;
    if (m_bytes > AnswerBuilder::MaxBytes) {
        ApiError failure;
        failure.message = "the provider's answer is too large";
        error(failure);
        return false;
    }
    return true;
}

void EventEncoder::tellItem(std::string_view type, std::size_t output, std::string_view item)
{
    begin(type).integer("output_index", static_cast<std::int64_t>(output)).raw("item", item);
    send();
}

void EventEncoder::partStart(std::uint32_t index, const PartStart &part)
{
    if (m_hasEnded || index != m_parts.size() || !hold(part.data.size())) {
        return;
    }
    tellStopped(ItemStatus::Completed);
    m_hasRefusal = m_hasRefusal || part.kind == Part::Kind::Refusal;
    Item &item = m_parts.emplace_back();
    item.part.kind = part.kind;
    item.part.id = part.id;
    item.part.name = part.name;
    item.part.origin = part.origin;
    (part.kind == Part::Kind::Opaque ? item.part.json : item.part.text) = part.data;
    if (!m_items.hasItem(part.kind, part.origin)) {
        item.stage = Stage::Skipped;
        return;
    }
    announce(item, index);
}

void EventEncoder::announce(Item &item, std::size_t number)
{
    const Part &part = item.part;
    item.id = m_items.idOf(part, number);
    item.output = m_output.size();
    item.isCustom = part.kind == Part::Kind::ToolCall && m_items.isCustom(part.name);
    m_output.emplace_back();
    json::JsonWriter announced;
    m_items.write(announced, part, number, ItemStatus::InProgress);
    tellItem("response.output_item.added", item.output, announced.text());
    if (isMessage(part.kind)) {
        beginOf("response.content_part.added", item).integer("content_index", 0).key("part");
        writeContentPart(m_writer, part.kind, {});
        send();
    }
}

void EventEncoder::partDelta(std::uint32_t index, std::string_view text)
{
    Item *item = itemAt(index);
    if (item == nullptr || text.empty() || !hold(text.size())) {
        return;
    }
    tellStopped(ItemStatus::Completed);
    item->part.text.append(text);
    switch (item->part.kind) {
    case Part::Kind::Text:
        beginOf("response.output_text.delta", *item).integer("content_index", 0);
        m_writer.string("delta", text).key("logprobs").beginArray().endArray();
        send();
        break;
    case Part::Kind::Refusal:
        beginOf("response.refusal.delta", *item).integer("content_index", 0);
        m_writer.string("delta", text);
        send();
        break;
    case Part::Kind::Thinking:
        if (!item->hasSummary) {
            item->hasSummary = true;
            beginOf("response.reasoning_summary_part.added", *item).integer("summary_index", 0);
            m_writer.key("part").beginObject().string("type", "summary_text");
            m_writer.string("text", "").endObject();
            send();
        }
        beginOf("response.reasoning_summary_text.delta", *item).integer("summary_index", 0);
        m_writer.string("delta", text);
        send();
        break;
    case Part::Kind::ToolCall:
        if (!item->isCustom) { // its text has to be unwrapped first
            beginOf("response.function_call_arguments.delta", *item).string("delta", text);
            send();
        }
        break;
    default:
        break;
    }
}

void EventEncoder::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    Item *item = itemAt(index);
    if (item != nullptr && hold(signature.size())) {
        item->part.signature.append(signature);
        item->part.signedBy = by;
    }
}

void EventEncoder::partStop(std::uint32_t index)
{
    if (Item *item = itemAt(index); item != nullptr) {
        tellStopped(ItemStatus::Completed);
        item->stage = Stage::Stopped;
        m_stopped = index;
    }
}

void EventEncoder::tellStopped(ItemStatus status)
{
    if (m_stopped) {
        const std::size_t number = *m_stopped;
        m_stopped.reset();
        tellDone(m_parts[number], number, status);
    }
}

void EventEncoder::tellDone(Item &item, std::size_t number, ItemStatus status)
{
    item.stage = Stage::Done;
    if (isMessage(item.part.kind)) {
        tellMessage(item);
    } else if (isThought(item.part.kind)) {
        tellThought(item);
    } else if (item.part.kind == Part::Kind::ToolCall) {
        tellCall(item, status);
    }
    json::JsonWriter whole;
    m_items.write(whole, item.part, number, status);
    m_output[item.output] = whole.take();
    tellItem("response.output_item.done", item.output, m_output[item.output]);
    if (m_items.hasSignatureItem(item.part)) {
        tellSignature(item, number);
    }
    item.part = Part(); // its text is in m_output now
}

void EventEncoder::tellMessage(const Item &item)
{
    const Part &part = item.part;
    if (part.kind == Part::Kind::Refusal) {
        beginOf("response.refusal.done", item).integer("content_index", 0);
        m_writer.string("refusal", part.text);
    } else {
        beginOf("response.output_text.done", item).integer("content_index", 0);
        m_writer.string("text", part.text).key("logprobs").beginArray().endArray();
    }
    send();
    beginOf("response.content_part.done", item).integer("content_index", 0).key("part");
    writeContentPart(m_writer, part.kind, part.text);
    send();
}

void EventEncoder::tellThought(const Item &item)
{
    if (!item.hasSummary) {
        return;
    }
    beginOf("response.reasoning_summary_text.done", item).integer("summary_index", 0);
    m_writer.string("text", item.part.text);
    send();
    beginOf("response.reasoning_summary_part.done", item).integer("summary_index", 0);
    m_writer.key("part").beginObject().string("type", "summary_text");
    m_writer.string("text", item.part.text).endObject();
    send();
}

void EventEncoder::tellCall(const Item &item, ItemStatus status)
{
    if (item.isCustom) {
        const std::string input = customInput(item.part.text);
        if (!input.empty()) {
            beginOf("response.custom_tool_call_input.delta", item).string("delta", input);
            send();
        }
        beginOf("response.custom_tool_call_input.done", item).string("input", input);
        send();
        return;
    }
    const std::string_view arguments = wholeArguments(item.part.text, status);
    if (item.part.text.empty() && !arguments.empty()) { // the deltas make the whole
        beginOf("response.function_call_arguments.delta", item).string("delta", arguments);
        send();
    }
    beginOf("response.function_call_arguments.done", item).string("arguments", arguments);
    m_writer.string("name", m_items.tools().identityOf(item.part.name).name);
    send();
}

void EventEncoder::tellSignature(const Item &item, std::size_t number)
{
    json::JsonWriter whole;
    m_items.writeSignature(whole, item.part, number);
    const std::size_t output = m_output.size();
    m_output.push_back(whole.take());
    tellItem("response.output_item.added", output, m_output.back());
    tellItem("response.output_item.done", output, m_output.back());
}

void EventEncoder::usage(const TokenUsage &usage)
{
    m_usage.merge(usage);
}

void EventEncoder::finish(FinishReason reason, std::string_view)
{
    if (!m_hasEnded) {
        m_finish = reason;
        const bool isCut = !incompleteReason(reason, m_hasRefusal).empty();
        tellStopped(isCut ? ItemStatus::Incomplete : ItemStatus::Completed);
    }
}

void EventEncoder::end()
{
    if (m_hasEnded) {
        return;
    }
    const bool isCut = !incompleteReason(m_finish, m_hasRefusal).empty();
    m_hasEnded = true;
    tellResponse(isCut ? "response.incomplete" : "response.completed",
                 isCut ? "incomplete" : "completed");
}

void EventEncoder::error(const ApiError &error)
{
    if (m_hasEnded) {
        return;
    }
    m_hasEnded = true;
    tellStopped(ItemStatus::Completed);
    if (!m_hasStarted) {
        m_model = m_requestModel;
        m_created = m_requestCreated;
        const auto stringOrNull = [&](std::string_view name, std::string_view text) {
            text.empty() ? m_writer.null(name) : m_writer.string(name, text);
        };
        begin("error").string("message", error.message);
        stringOrNull("code", errorCode(error));
        stringOrNull("param", error.param);
        send();
    }
    tellResponse("response.failed", "failed", &error);
}

void EventEncoder::ping()
{
    if (!m_hasEnded) {
        m_out.append(": keep-alive\n\n");
    }
}

} // namespace meridian::provider::responses
