// SPDX-License-Identifier: MIT
#include "core/proxy/streamcontinuation.h"

#include "core/json/jsonwriter.h"

#include <simdjson.h>

namespace meridian::proxy {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

bool isGiven(const object &from, const char *key)
{
    element value;
    return from[key].get(value) == simdjson::SUCCESS && !value.is_null();
}

} // namespace

struct StreamContinuation::Parser
{
    simdjson::dom::parser dom;
};

StreamContinuation::StreamContinuation()
    : m_parser(std::make_unique<Parser>())
    , m_reader(*this)
{
}

StreamContinuation::~StreamContinuation() = default;

void StreamContinuation::feed(std::string_view events)
{
    if (m_isContinuable && m_reader.feed(events) != http::SseReader::Status::Ok) {
        m_isContinuable = false;
    }
}

void StreamContinuation::sseEvent(std::string_view, std::string_view data)
{
    if (data == "[DONE]") {
        m_isFinished = true;
        return;
    }
    element chunk;
    simdjson::dom::array choices;
    if (m_parser->dom.parse(data.data(), data.size()).get(chunk) != simdjson::SUCCESS ||
        chunk["choices"].get(choices) != simdjson::SUCCESS) {
        m_isContinuable = false;
        return;
    }
    for (const element choice : choices) { // a chunk of usage alone has none
        object fields;
        object delta;
        std::int64_t index = 0;
        if (choice.get(fields) != simdjson::SUCCESS ||
            fields["delta"].get(delta) != simdjson::SUCCESS ||
            (fields["index"].get(index) == simdjson::SUCCESS && index != 0)) {
            m_isContinuable = false;
            return;
        }
        for (const char *key : {"tool_calls", "function_call", "reasoning_content", "reasoning",
                                "refusal", "audio"}) {
            m_isContinuable = m_isContinuable && !isGiven(delta, key);
        }
        m_isFinished = m_isFinished || isGiven(fields, "finish_reason");
        std::string_view content;
        if (delta["content"].get(content) == simdjson::SUCCESS) {
            m_text.append(content);
        }
    }
    m_isContinuable = m_isContinuable && m_text.size() <= MaxText;
}

std::string StreamContinuation::request(std::string_view body,
                                        const json::Extent &messages,
                                        const json::Extent &modelValue,
                                        std::string_view model) const
{
    const std::size_t open = body.find('{');
    if (!messages.isPresent() || body[messages.offset] != '[' || open == std::string_view::npos) {
        return {};
    }
    const std::size_t close = messages.offset + messages.size - 1; // of the list
    const bool isEmptyList = body.find_first_not_of(" \t\r\n", messages.offset + 1) == close;
    std::string message = isEmptyList ? "" : ",";
    message += R"({"role":"assistant","content":)";
    json::appendString(message, m_text);
    message += '}';

    std::string out;
    out.reserve(body.size() + message.size() + 96);
    std::size_t done = 0;
    const auto copyTo = [&](std::size_t end) {
        out.append(body, done, end - done);
        done = end;
    };
    const auto putModel = [&] {
        copyTo(modelValue.offset);
        json::appendString(out, model);
        done = modelValue.offset + modelValue.size;
    };
    const bool replacesModel = !model.empty() && modelValue.isPresent();
    copyTo(open + 1);
    out += R"("continue_final_message":true,"add_generation_prompt":false,)";
    if (replacesModel && modelValue.offset < close) {
        putModel();
    }
    copyTo(close);
    out += message;
    if (replacesModel && modelValue.offset > close) {
        putModel();
    }
    copyTo(body.size());
    return out;
}

} // namespace meridian::proxy
