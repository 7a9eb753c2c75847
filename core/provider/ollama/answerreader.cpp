// SPDX-License-Identifier: MIT
#include "core/provider/ollama/answerreader.h"

#include "core/provider/common.h"
#include "core/provider/timestamps.h"

namespace meridian::provider::ollama {

namespace {

/// No answer calls so many tools; each costs a look at all others.
constexpr std::int64_t MaxCalls = 4096;

json::Value errorIn(json::Value line) noexcept
{
    const json::Value error = line["error"];
    return error.isAbsent() || error.is("") ? json::Value() : error;
}

/// An object; some servers send its text, as OpenAI does.
std::string argumentsOf(json::Value arguments)
{
    if (arguments.isAbsent()) {
        return "{}";
    }
    return arguments.isString() ? arguments.text() : std::string(arguments.raw());
}

} // namespace

ApiError errorOf(json::Value error, ErrorClass kind)
{
    constexpr std::size_t Shown = 2000;
    constexpr auto isInside = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
    };
    ApiError made;
    made.kind = kind;
    made.message = error.isObject() ? error["message"].text() : error.text();
    if (made.message.size() > Shown) {
        std::size_t end = Shown;
        while (end > 0 && isInside(made.message[end])) {
            --end;
        }
        made.message.resize(end);
    }
    const bool mayBeTooLong = kind == ErrorClass::BadRequest || kind == ErrorClass::Upstream;
    if (mayBeTooLong && (saysContextTooLong(made.message) ||
                         made.message.find("exceeds the context length") != std::string::npos)) {
        made.kind = ErrorClass::ContextTooLong;
        made.code = "context_length_exceeded";
    }
    if (made.message.empty()) {
        made.message = "the Ollama server reported an error without a text";
    }
    return made;
}

void AnswerReader::fail(StreamDefect defect, ApiError error)
{
    if (!m_hasFailed) {
        m_hasFailed = true;
        m_writer.defects().note(defect);
        m_writer.fail(std::move(error));
    }
}

void AnswerReader::readCalls(json::Value calls)
{
    calls.elements([&](json::Value call) {
        if (m_hasFailed) {
            return;
        }
        if (m_calls == MaxCalls) {
            ApiError error;
            error.message = "the Ollama server's answer calls too many tools";
            fail(StreamDefect::TooLarge, std::move(error));
            return;
        }
        const json::Value function = call["function"];
        const std::string name = function["name"].text();
        if (name.empty()) {
            m_writer.defects().note(StreamDefect::UnknownEvent);
            return;
        }
        std::string id = call["id"].text();
        if (!id.empty() && !m_ids.insert(id).second) {
            m_writer.defects().note(StreamDefect::WrongIndex);
            id.clear();
        }
        const std::int64_t key = m_calls++;
        m_writer.openCall(key, id, name);
        m_writer.callArguments(key, argumentsOf(function["arguments"]));
        m_writer.closeCall(key);
    });
}

bool AnswerReader::readContent(json::Value line)
{
    const json::Value message = line["message"];
    const json::Value response = line["response"]; // of /api/generate
    if (!message.isObject() && !response.isString() && !line["done"].isTrue()) {
        return false;
    }
    if (!m_writer.hasStarted()) {
        m_writer.start({{}, line["model"].text(), secondsOf(line["created_at"].text())});
    }
    const json::Value from = message.isObject() ? message : line;
    m_writer.thinking(from["thinking"].text());
    m_writer.text(message.isObject() ? message["content"].text() : response.text());
    readCalls(from["tool_calls"]);
    return true;
}

void AnswerReader::readEnd(json::Value line)
{
    const json::Value reason = line["done_reason"];
    const bool isEmpty = reason.is("load") || reason.is("unload");
    if (!isEmpty) {
        // a server that found the whole prompt in its cache leaves the count out
        m_writer.usage({tokenCountOf(line["prompt_eval_count"]).value_or(0),
                        {},
                        {},
                        {},
                        tokenCountOf(line["eval_count"]).value_or(0),
                        {}});
    }
    if (reason.isString()) {
        m_writer.finish(reason.is("length") ? FinishReason::MaxTokens : FinishReason::Stop);
    }
    m_writer.end();
}

void AnswerReader::readLine(json::Value line)
{
    if (const json::Value error = errorIn(line); !error.isMissing()) {
        fail(StreamDefect::ErrorEvent, errorOf(error, ErrorClass::Upstream));
        return;
    }
    if (!readContent(line)) {
        m_writer.defects().note(StreamDefect::UnknownEvent);
        return;
    }
    if (!m_hasFailed && line["done"].isTrue()) {
        readEnd(line);
    }
}

void AnswerReader::readWhole(json::Value body)
{
    if (const json::Value error = errorIn(body); !error.isMissing()) {
        fail(StreamDefect::ErrorEvent, errorOf(error, ErrorClass::Upstream));
        return;
    }
    if (!readContent(body)) {
        m_writer.fail(StreamDefect::NotJson, "the Ollama server's answer is none");
        return;
    }
    if (!m_hasFailed) {
        readEnd(body);
    }
}

} // namespace meridian::provider::ollama
