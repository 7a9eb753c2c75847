// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/streamdecoder.h"

#include "core/provider/anthropic/errorfields.h"

#include <string>

namespace meridian::provider::anthropic {

namespace {

constexpr std::int64_t NoIndex = -1;

} // namespace

StreamDecoder::StreamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
    : m_reader(sink, defects, idSeed)
    , m_events(*this, MaxEventBytes)
{
}

void StreamDecoder::feed(std::string_view bytes)
{
    if (m_events.feed(bytes) == http::SseReader::Status::TooLarge) {
        m_reader.writer().fail(StreamDefect::TooLarge,
                               "the provider's stream has too long an event");
    }
}

void StreamDecoder::bodyEnded()
{
    m_isEnding = true;
    feed("\n\n"); // a last event whose blank line is missing
    m_reader.bodyEnded();
}

void StreamDecoder::sseEvent(std::string_view name, std::string_view data)
{
    AnswerWriter &writer = m_reader.writer();
    if (writer.hasEnded()) {
        writer.defects().note(StreamDefect::AfterEnd);
        return;
    }
    if (data.empty() || data == "[DONE]") { // OpenAI's end, from those who speak both
        writer.defects().note(StreamDefect::UnknownEvent);
        return;
    }
    const auto value = m_checker.check(data);
    if (!value || !value->isObject()) {
        if (!m_isEnding) {
            writer.fail(StreamDefect::NotJson,
                        "the provider's stream holds an event that is no JSON");
        }
        return;
    }
    const json::Value type = (*value)["type"];
    if (type.isString()) {
        event(type, *value);
        return;
    }
    const std::string quoted = std::string("\"").append(name).append("\"");
    const bool isPlain = name.find_first_of("\"\\") == std::string_view::npos;
    event(json::Value(isPlain ? std::string_view(quoted) : "\"\""), *value);
}

void StreamDecoder::event(json::Value type, json::Value data)
{
    const std::int64_t index = data["index"].integer().value_or(NoIndex);
    if (type.is("content_block_delta")) {
        m_reader.delta(index, data["delta"]);
    } else if (type.is("content_block_start")) {
        m_reader.openBlock(index, data["content_block"]);
    } else if (type.is("content_block_stop")) {
        m_reader.closeBlock(index);
    } else if (type.is("message_start")) {
        m_reader.start(data["message"]);
    } else if (type.is("message_delta")) {
        m_reader.usage(data["usage"]);
        m_reader.finish(data["delta"]);
    } else if (type.is("message_stop")) {
        m_reader.end();
    } else if (type.is("ping")) {
        m_reader.writer().ping();
    } else if (type.is("error") || data["error"].isObject()) {
        m_reader.writer().defects().note(StreamDefect::ErrorEvent);
        m_reader.writer().fail(readError(0, data.raw()));
    } else {
        m_reader.writer().defects().note(StreamDefect::UnknownEvent);
    }
}

} // namespace meridian::provider::anthropic
