// SPDX-License-Identifier: MIT
#include "core/provider/gemini/streamdecoder.h"

namespace meridian::provider::gemini {

namespace {

constexpr std::string_view White = " \t\r\n";

} // namespace

StreamDecoder::StreamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
    : m_defects(defects)
    , m_chunks(sink, defects, idSeed)
    , m_events(*this, MaxChunk)
    , m_array([this](std::string_view text) { chunk(text); }, MaxChunk)
{
}

void StreamDecoder::feed(std::string_view bytes)
{
    if (m_framing == Framing::Unknown) {
        const std::size_t first = bytes.find_first_not_of(White);
        if (first == std::string_view::npos) {
            return;
        }
        bytes.remove_prefix(first);
        m_framing = bytes[0] == '[' || bytes[0] == '{' ? Framing::Array : Framing::Events;
    }
    if (m_framing == Framing::Array) {
        feedArray(bytes);
    } else if (!m_chunks.writer().hasEnded() &&
               m_events.feed(bytes) == http::SseReader::Status::TooLarge) {
        m_chunks.writer().fail(StreamDefect::TooLarge, "an event of the provider is too large");
    }
}

void StreamDecoder::feedArray(std::string_view bytes)
{
    AnswerWriter &writer = m_chunks.writer();
    if (writer.hasEnded()) {
        return;
    }
    switch (m_array.feed(bytes)) {
    case ArraySplitter::Status::Open:
        break;
    case ArraySplitter::Status::Closed:
        m_isArrayClosed = true;
        if (m_array.hasExcess()) {
            m_defects.note(StreamDefect::AfterEnd);
        }
        break;
    case ArraySplitter::Status::NotJson:
        writer.fail(StreamDefect::NotJson, "the provider's stream is not JSON");
        break;
    case ArraySplitter::Status::TooLarge:
        writer.fail(StreamDefect::TooLarge, "an event of the provider is too large");
        break;
    }
}

void StreamDecoder::sseEvent(std::string_view, std::string_view data)
{
    if (m_isBodyOver && !m_checker.check(data)) {
        return; // the stream was cut in the middle of an event: that is what will be told
    }
    if (data != "[DONE]") { // not Google's, but of some that stand in for it
        chunk(data);
    }
}

void StreamDecoder::chunk(std::string_view text)
{
    AnswerWriter &writer = m_chunks.writer();
    if (writer.hasEnded()) {
        return;
    }
    const auto value = m_checker.check(text);
    if (!value) {
        writer.fail(StreamDefect::NotJson, "the provider's stream holds what is not JSON");
    } else if (value->isArray() && value->count() > 0) { // an error in a list of one
        value->elements([this](json::Value each) {
            if (!m_chunks.writer().hasEnded()) {
                m_chunks.read(each);
            }
        });
    } else {
        m_chunks.read(*value);
    }
}

void StreamDecoder::bodyEnded()
{
    AnswerWriter &writer = m_chunks.writer();
    m_isBodyOver = true;
    if (m_framing == Framing::Events && !writer.hasEnded()) {
        static_cast<void>(m_events.feed("\n\n")); // a last event without its blank line
    }
    if (writer.hasEnded()) {
        return;
    }
    const bool isWhole = m_framing == Framing::Events || m_isArrayClosed;
    if (isWhole && writer.hasFinish()) {
        writer.end(); // Gemini has no terminal event
    } else {
        writer.bodyEnded();
    }
}

} // namespace meridian::provider::gemini
