// SPDX-License-Identifier: MIT
#include "core/provider/gemini/streamencoder.h"

#include "core/http/ssewriter.h"
#include "core/provider/common.h"
#include "core/provider/gemini/answerencoder.h"
#include "core/provider/gemini/errors.h"
#include "core/provider/gemini/words.h"

#include <algorithm>

namespace meridian::provider::gemini {

void StreamEncoder::event(std::string_view json)
{
    const std::string line = onOneLine(json); // some SDKs read no event of several lines
    if (m_isArray) {
        m_out.append(m_hasEvent ? ",\r\n" : "[").append(line);
    } else {
        http::appendSseEvent(m_out, {}, line);
    }
    m_hasEvent = true;
}

void StreamEncoder::chunk(const Part &part)
{
    json::JsonWriter out;
    out.beginObject().key("candidates").beginArray().beginObject();
    out.key("content").beginObject().string("role", "model").key("parts").beginArray();
    writePart(out, part);
    out.endArray().endObject().integer("index", 0).endObject().endArray();
    writeTail(out, nullptr, m_start, m_context);
    out.endObject();
    event(out.text());
}

Part *StreamEncoder::find(std::uint32_t index) noexcept
{
    const auto found = std::find_if(m_open.begin(), m_open.end(),
                                    [=](const OpenPart &open) { return open.index == index; });
    return found != m_open.end() ? &found->part : nullptr;
}

void StreamEncoder::partStart(std::uint32_t index, const PartStart &start)
{
    Part part;
    part.kind = start.kind;
    part.id = start.id;
    part.name = start.name;
    part.origin = start.origin;
    (start.kind == Part::Kind::Opaque ? part.json : part.text) = start.data;
    const bool isWhole = start.kind == Part::Kind::Opaque && start.origin == Dialect::Gemini;
    if (isWhole || start.kind == Part::Kind::RedactedThinking) {
        chunk(part);
        part.text.clear();
        part.json.clear();
    }
    m_open.push_back({index, std::move(part)});
}

void StreamEncoder::partDelta(std::uint32_t index, std::string_view text)
{
    Part *part = find(index);
    if (part == nullptr || m_isOver) {
        return;
    }
    if (part->kind == Part::Kind::ToolCall) {
        m_callBytes += text.size();
        if (m_callBytes > MaxCallBytes) {
            ApiError tooLarge;
            tooLarge.message = "the arguments of a function call are too large";
            error(tooLarge);
            return;
        }
        part->text.append(text);
        return;
    }
    Part piece;
    piece.kind = part->kind;
    piece.text = text;
    chunk(piece);
}

void StreamEncoder::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    if (Part *part = find(index); part != nullptr) {
        part->signature.append(signature);
        part->signedBy = by;
    }
}

void StreamEncoder::partStop(std::uint32_t index)
{
    Part *part = find(index);
    if (part == nullptr || m_isOver) {
        return;
    }
    if (part->kind == Part::Kind::ToolCall) {
        m_callBytes -= part->text.size();
        chunk(*part);
    } else if (!part->signature.empty()) { // the text is out: the signature follows it
        chunk(*part);
    }
    m_open.erase(std::find_if(m_open.begin(), m_open.end(),
                              [=](const OpenPart &open) { return open.index == index; }));
}

void StreamEncoder::end()
{
    if (m_isOver) {
        return;
    }
    m_isOver = true;
    json::JsonWriter out;
    out.beginObject().key("candidates").beginArray().beginObject();
    out.key("content").beginObject().string("role", "model").key("parts").beginArray();
    out.beginObject().string("text", "").endObject().endArray().endObject();
    out.string("finishReason", finishWord(m_finish)).integer("index", 0);
    out.endObject().endArray();
    writeTail(out, &m_usage, m_start, m_context);
    out.endObject();
    event(out.text());
    if (m_isArray) {
        m_out.append("\r\n]");
    }
}

void StreamEncoder::error(const ApiError &error)
{
    if (m_isOver) {
        return;
    }
    m_isOver = true;
    event(writeError(error, statusOf(error), m_context.requestId));
    if (m_isArray) {
        m_out.append("\r\n]");
    }
}

} // namespace meridian::provider::gemini
