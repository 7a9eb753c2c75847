// SPDX-License-Identifier: MIT
#include "core/provider/oci/eventdecoder.h"

#include "core/provider/oci/answerparts.h"
#include "core/provider/oci/ocierror.h"

namespace meridian::provider::oci {

namespace {

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view Blank = " \t\r";
    const std::size_t begin = text.find_first_not_of(Blank);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(Blank) - begin + 1);
}

constexpr std::string_view Data = "data:";
constexpr std::string_view Done = "[DONE]";

bool isIgnored(std::string_view line) noexcept
{
    return line.empty() || line.starts_with(':') || line.starts_with("event:") ||
           line.starts_with("id:") || line.starts_with("retry:");
}

bool saysSomething(json::Value event)
{
    bool saysSomething = false;
    event.members([&](json::Value name, json::Value) {
        saysSomething = saysSomething || name.is("message") || name.is("text") ||
                        name.is("choices") || name.is("toolCalls") || name.is("finishReason") ||
                        name.is("usage");
    });
    return saysSomething;
}

} // namespace

void EventDecoder::feed(std::string_view bytes)
{
    while (!bytes.empty() && !m_writer.hasEnded()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (m_partial.size() + piece.size() > MaxLine) {
            m_partial = std::string();
            m_writer.fail(StreamDefect::TooLarge, "an event of the provider's is too large");
            return;
        }
        if (end == std::string_view::npos) {
            m_partial.append(piece);
            return;
        }
        if (m_partial.empty()) {
            line(piece);
        } else {
            m_partial.append(piece);
            line(m_partial);
            m_partial.clear();
        }
        bytes.remove_prefix(end + 1);
    }
    if (!bytes.empty() && trimmed(bytes) != "\n") { // a blank line behind the last event is none
        m_writer.defects().note(StreamDefect::AfterEnd);
    }
}

void EventDecoder::line(std::string_view line)
{
    line = trimmed(line);
    if (line.starts_with(Data)) {
        payload(trimmed(line.substr(Data.size())));
    } else if (line.starts_with('{')) {
        payload(line); // an error told without the stream's form
    } else if (!isIgnored(line)) {
        m_writer.defects().note(StreamDefect::UnknownEvent);
    }
}

void EventDecoder::payload(std::string_view text)
{
    if (text.empty()) {
        return;
    }
    if (text == Done) {
        done();
        return;
    }
    const auto value = m_checker.check(text);
    if (!value || !value->isObject()) {
        m_writer.fail(StreamDefect::NotJson, "an event of the provider's is not understood");
        return;
    }
    object(*value);
}

void EventDecoder::object(json::Value value)
{
    if (isError(value)) {
        m_writer.defects().note(StreamDefect::ErrorEvent);
        m_writer.fail(errorOf(value, 0));
        return;
    }
    const json::Value whole = value["chatResponse"]; // a provider that did not stream after all
    const json::Value answer = whole.isObject() ? whole : value;
    if (!saysSomething(answer)) {
        m_writer.defects().note(StreamDefect::UnknownEvent);
        return;
    }
    if (!m_writer.hasStarted()) {
        m_writer.start(startOf(value, answer));
    }
    event(answer);
    readUsage(answer["usage"], m_writer);
}

void EventDecoder::done()
{
    if (m_writer.hasStarted()) {
        m_writer.end();
    } else {
        m_writer.fail(StreamDefect::Truncated, "the provider's stream holds no answer");
    }
}

void EventDecoder::bodyEnded()
{
    if (!m_writer.hasEnded() && !m_partial.empty()) {
        // the last line may lack its end; half a line is no more than a stream that broke off
        const std::string_view rest = trimmed(m_partial);
        const std::string_view text =
            rest.starts_with(Data) ? trimmed(rest.substr(Data.size())) : rest;
        if (text == Done) {
            done();
        } else if (const auto value = m_checker.check(text); value && value->isObject()) {
            object(*value);
        }
    }
    if (m_writer.hasEnded()) {
        return;
    }
    if (m_writer.hasFinish()) {
        m_writer.end(); // [DONE] is optional here: no defect
    } else {
        m_writer.bodyEnded();
    }
}

} // namespace meridian::provider::oci
