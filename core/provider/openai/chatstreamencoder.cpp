// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatstreamencoder.h"

#include "core/json/jsonwriter.h"
#include "core/provider/openai/spelling.h"
#include "core/provider/openai/streamchunks.h"

#include <vector>

namespace meridian::provider::openai {

namespace {

class ChatStreamEncoder final : public AnswerSink
{
public:
    ChatStreamEncoder(std::string &out, const AnswerContext &context)
        : m_out(out)
        , m_chunks(out, "chat.completion.chunk", "chatcmpl-", context)
        , m_isLegacy(wantsFunctionCall(context.request))
    {
    }

    void start(const AnswerStart &start) override
    {
        m_chunks.start(start);
        m_chunks.open();
        m_out.append(R"("delta":{"role":"assistant","content":""})");
        m_chunks.close();
    }

    void partStart(std::uint32_t index, const PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;
    void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override;
    void partStop(std::uint32_t index) override;

    void usage(const TokenUsage &usage) override { m_usage.merge(usage); }

    void finish(FinishReason reason, std::string_view) override
    {
        m_chunks.open();
        m_out.append("\"delta\":{}");
        m_chunks.close(finishName(reason, m_isLegacy));
    }

    void end() override { m_chunks.end(m_usage); }

    void error(const ApiError &error) override { m_chunks.error(error); }

    void ping() override { m_chunks.ping(); }

private:
    struct Open
    {
        Part::Kind kind = Part::Kind::Text;
        std::uint32_t call = 0; // number among the calls
        bool hasText = false;
    };

    void field(std::string_view name, std::string_view text);
    void openCall(std::uint32_t number);
    void closeCall();
    [[nodiscard]] Open *find(std::uint32_t index) noexcept;

    /// The dialect of before tools has room for one call.
    [[nodiscard]] bool isTold(const Open &part) const noexcept
    {
        return !m_isLegacy || part.call == 0;
    }

    std::string &m_out;
    StreamChunks m_chunks;
    const bool m_isLegacy;
    std::vector<Open> m_parts; // by their index
    std::uint32_t m_calls = 0;
    TokenUsage m_usage;
};

ChatStreamEncoder::Open *ChatStreamEncoder::find(std::uint32_t index) noexcept
{
    return index < m_parts.size() ? &m_parts[index] : nullptr;
}

void ChatStreamEncoder::field(std::string_view name, std::string_view text)
{
    m_chunks.open();
    m_out.append("\"delta\":{\"").append(name).append("\":");
    json::appendString(m_out, text);
    m_out.append("}");
    m_chunks.close();
}

void ChatStreamEncoder::openCall(std::uint32_t number)
{
    m_chunks.open();
    if (m_isLegacy) {
        m_out.append("\"delta\":{\"function_call\":{");
    } else {
        m_out.append("\"delta\":{\"tool_calls\":[{\"index\":").append(std::to_string(number));
        m_out.append(",");
    }
}

void ChatStreamEncoder::closeCall()
{
    m_out.append(m_isLegacy ? "}}" : "}]}");
    m_chunks.close();
}

void ChatStreamEncoder::partStart(std::uint32_t index, const PartStart &part)
{
    if (index != m_parts.size()) {
        return; // parts are numbered 0, 1, 2, …
    }
    m_parts.push_back({part.kind, 0, false});
    if (part.kind != Part::Kind::ToolCall) {
        return;
    }
    Open &opened = m_parts.back();
    opened.call = m_calls++;
    if (!isTold(opened)) {
        return;
    }
    openCall(opened.call);
    if (!m_isLegacy) {
        m_out.append("\"id\":");
        json::appendString(m_out, part.id);
        m_out.append(",\"type\":\"function\",\"function\":{");
    }
    m_out.append("\"name\":");
    json::appendString(m_out, part.name);
    m_out.append(m_isLegacy ? ",\"arguments\":\"\"" : ",\"arguments\":\"\"}");
    closeCall();
}

void ChatStreamEncoder::partDelta(std::uint32_t index, std::string_view text)
{
    Open *part = find(index);
    if (part == nullptr || text.empty()) {
        return;
    }
    part->hasText = true;
    if (part->kind == Part::Kind::Text) {
        field("content", text);
    } else if (part->kind == Part::Kind::Thinking) {
        field("reasoning_content", text);
    } else if (part->kind == Part::Kind::Refusal) {
        field("refusal", text);
    } else if (part->kind == Part::Kind::ToolCall && isTold(*part)) {
        openCall(part->call);
        m_out.append(m_isLegacy ? "\"arguments\":" : "\"function\":{\"arguments\":");
        json::appendString(m_out, text);
        m_out.append(m_isLegacy ? "" : "}");
        closeCall();
    }
}

void ChatStreamEncoder::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    const Open *part = find(index);
    if (part == nullptr || part->kind != Part::Kind::ToolCall || by != Vendor::Google ||
        m_isLegacy) {
        return; // nowhere to put it
    }
    openCall(part->call);
    m_out.append("\"function\":{\"arguments\":\"\"},"); // clients add up the arguments unasked
    m_out.append("\"extra_content\":{\"google\":{\"thought_signature\":");
    json::appendString(m_out, signature);
    m_out.append("}}");
    closeCall();
}

void ChatStreamEncoder::partStop(std::uint32_t index)
{
    const Open *part = find(index);
    if (part != nullptr && part->kind == Part::Kind::ToolCall && !part->hasText) {
        partDelta(index, "{}"); // clients parse the arguments, and "" is no JSON
    }
}

} // namespace

std::unique_ptr<AnswerSink> makeChatStreamEncoder(std::string &out, const AnswerContext &context)
{
    return std::make_unique<ChatStreamEncoder>(out, context);
}

} // namespace meridian::provider::openai
