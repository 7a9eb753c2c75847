// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatstreamdecoder.h"

#include "core/json/checker.h"
#include "core/provider/openai/openaierror.h"
#include "core/provider/openai/openaiusage.h"

#include <optional>
#include <string>

namespace meridian::provider::openai {

namespace {

std::optional<json::Value> checked(std::string_view text)
{
    thread_local json::Checker checker; // its index is worth keeping
    return checker.check(text);
}

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) {
        return {};
    }
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

} // namespace

void ChatStreamDecoder::feed(std::string_view bytes)
{
    if (m_reader.feed(bytes) == http::SseReader::Status::TooLarge && !m_writer.hasEnded()) {
        m_writer.fail(StreamDefect::TooLarge, "an event of the provider's stream is too large");
    }
}

void ChatStreamDecoder::bodyEnded()
{
    m_isFlushing = true;
    feed("\n\n"); // some leave out the last blank line
    m_writer.bodyEnded();
}

void ChatStreamDecoder::sseLine(std::string_view field, std::string_view value)
{
    if (field.empty()) {
        m_writer.ping();
        return;
    }
    if (field[0] != '{' || m_writer.hasEnded()) {
        return;
    }
    // an engine that fails in the middle may forget that it is in an event stream
    const std::string line = std::string(field).append(":").append(value);
    const auto object = checked(trimmed(line));
    if (object && isErrorObject(*object)) {
        m_writer.defects().note(StreamDefect::ErrorEvent);
        m_writer.fail(readError(*object, 0));
    }
}

void ChatStreamDecoder::sseEvent(std::string_view name, std::string_view data)
{
    const std::string_view text = trimmed(data);
    if (m_writer.hasEnded()) {
        if (!text.empty()) {
            m_writer.defects().note(StreamDefect::AfterEnd);
        }
        return;
    }
    if (text == "[DONE]") {
        done();
        return;
    }
    const auto value = checked(text);
    if (name == "error" || (value && isErrorObject(*value))) {
        m_writer.defects().note(StreamDefect::ErrorEvent);
        m_writer.fail(value && value->isObject() ? readError(*value, 0) : readErrorBody(502, text));
    } else if (value && value->isObject()) {
        chunk(*value);
    } else if (m_isFlushing && m_writer.hasFinish()) {
        return; // the answer was whole; its usage was not
    } else if (!text.empty()) {
        m_writer.fail(m_isFlushing ? StreamDefect::Truncated : StreamDefect::NotJson,
                      m_isFlushing ? "the provider's stream ended early"
                                   : "the provider's stream holds something that is no JSON");
    }
}

/// The first chunk need not be the answer's: Azure begins with one about its filters that has an
/// empty id.
void ChatStreamDecoder::begin(json::Value chunk)
{
    if (m_writer.hasStarted()) {
        return;
    }
    if (const std::string id = chunk["id"].text(); !id.empty()) {
        m_start.id = id;
    }
    if (const std::string model = chunk["model"].text(); !model.empty()) {
        m_start.model = model;
    }
    if (const auto created = chunk["created"].integer(); created && *created > 0) {
        m_start.created = *created;
    }
}

void ChatStreamDecoder::chunk(json::Value chunk)
{
    begin(chunk);
    const json::Value choices = chunk["choices"];
    json::Value usage = chunk["usage"];
    if (!usage.isObject()) {
        usage = chunk["x_groq"]["usage"]; // Groq
    }
    if (choices.isArray()) {
        choices.elements([this](json::Value each) { choice(each); });
    } else if (!choices.isAbsent()) {
        m_writer.fail(StreamDefect::NotJson, "the provider sent choices of a wrong type");
    } else if (!usage.isObject()) {
        m_writer.defects().note(StreamDefect::UnknownEvent);
    }
    if (usage.isObject()) {
        m_writer.usage(readUsage(usage));
    }
}

void ChatStreamDecoder::choice(json::Value choice)
{
    if (m_writer.hasEnded() || choice["index"].integer().value_or(0) != 0) {
        return;
    }
    if (!choice.isObject()) {
        m_writer.fail(StreamDefect::NotJson, "the provider sent a choice of a wrong type");
        return;
    }
    const json::Value delta = choice["delta"];
    const json::Value message = choice["message"];
    if (!m_writer.hasStarted()) {
        m_writer.start(m_start);
        if (!delta["role"].isString() && !message["role"].isString()) {
            m_writer.defects().note(StreamDefect::LostRole);
        }
    }
    if (!delta.isAbsent()) {
        m_delta.delta(delta);
    } else if (!message.isAbsent() && !m_delta.hasContent()) { // not what repeats it at the end
        m_delta.message(message);
    }
    if (!m_writer.hasEnded()) {
        m_delta.finish(choice);
    }
}

void ChatStreamDecoder::done()
{
    if (m_writer.hasStarted() && (m_writer.hasFinish() || m_delta.hasContent())) {
        m_writer.end();
    } else {
        m_writer.fail(StreamDefect::Truncated, "the provider's stream held no answer");
    }
}

} // namespace meridian::provider::openai
