// SPDX-License-Identifier: MIT
#include "core/provider/ollama/streamencoder.h"

#include "core/json/jsonwriter.h"
#include "core/provider/common.h"

namespace meridian::provider::ollama {

void StreamEncoder::start(const AnswerStart &start)
{
    if (start.created != 0) {
        m_lines.setCreated(start.created);
    }
}

void StreamEncoder::partStart(std::uint32_t index, const PartStart &part)
{
    if (part.kind == Part::Kind::ToolCall) {
        Part &call = m_calls[index];
        call.id = part.id;
        call.name = part.name;
    } else {
        m_kind = part.kind;
    }
}

void StreamEncoder::partDelta(std::uint32_t index, std::string_view text)
{
    if (m_hasEnded) {
        return;
    }
    if (const auto call = m_calls.find(index); call != m_calls.end()) {
        m_callBytes += text.size();
        if (m_callBytes > MaxCallBytes) {
            error({ErrorClass::Upstream,
                   0,
                   "the arguments of a tool call are too large",
                   {},
                   {},
                   std::chrono::nanoseconds(0)});
            return;
        }
        call->second.text.append(text);
        return;
    }
    Piece piece;
    (m_kind == Part::Kind::Thinking ? piece.thinking : piece.text) = text;
    m_lines.appendPiece(m_out, piece);
    m_out.push_back('\n');
}

void StreamEncoder::partStop(std::uint32_t index)
{
    const auto call = m_calls.find(index);
    if (call == m_calls.end() || m_hasEnded) {
        return;
    }
    const std::vector<Part> calls{std::move(call->second)};
    m_calls.erase(call);
    m_callBytes -= calls[0].text.size();
    Piece piece;
    piece.calls = &calls;
    piece.firstCall = m_told++;
    std::string line;
    m_lines.appendPiece(line, piece);
    m_out.append(onOneLine(line)).push_back('\n'); // arguments are as the provider spelt them
}

void StreamEncoder::end()
{
    if (!m_hasEnded) {
        m_hasEnded = true;
        m_lines.appendLast(m_out, {}, doneReasonOf(m_finish), m_usage);
        m_out.push_back('\n');
    }
}

void StreamEncoder::error(const ApiError &error)
{
    if (!m_hasEnded) {
        m_hasEnded = true;
        m_out.append(errorObject(error.message)).append("\n");
    }
}

std::string errorObject(std::string_view message)
{
    json::JsonWriter writer;
    writer.beginObject().string("error", message).endObject();
    return writer.take();
}

} // namespace meridian::provider::ollama
