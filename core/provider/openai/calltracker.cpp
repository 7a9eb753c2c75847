// SPDX-License-Identifier: MIT
#include "core/provider/openai/calltracker.h"

#include "core/json/checker.h"

#include <algorithm>

namespace meridian::provider::openai {

namespace {

bool isObjectText(std::string_view text)
{
    if (!text.starts_with('{') || !text.ends_with('}')) {
        return false;
    }
    thread_local json::Checker checker; // its index is worth keeping
    return checker.check(text).has_value();
}

} // namespace

bool CallTracker::readFunction(json::Value function, Said &said)
{
    const json::Value name = function["name"];
    const json::Value arguments = function["arguments"];
    said.name = name.text();
    if (arguments.isString()) {
        said.arguments = arguments.text();
    } else if (arguments.isObject()) { // what arguments are elsewhere
        said.arguments = arguments.raw();
    } else if (!arguments.isAbsent()) {
        return false;
    }
    said.isWhole = !said.name.empty() && isObjectText(said.arguments);
    return name.isString() || name.isAbsent();
}

bool CallTracker::read(json::Value call, Said &said)
{
    const json::Value function = call["function"];
    said.position = call["index"].integer();
    said.id = call["id"].text();
    if (said.id.size() > MaxId) {
        said.id.clear();
    }
    return call.isObject() && (function.isObject() || function.isAbsent()) &&
           readFunction(function, said);
}

std::optional<std::size_t> CallTracker::last(const Said &said) const noexcept
{
    for (std::size_t i = m_calls.size(); i-- > 0;) {
        if (!said.position || m_calls[i].position == said.position) {
            return i;
        }
    }
    return std::nullopt;
}

bool CallTracker::isTaken(std::string_view id) const noexcept
{
    return std::any_of(m_calls.begin(), m_calls.end(),
                       [id](const Call &each) { return each.id == id; });
}

/// The call that goes on with this piece; nothing: it begins one.
std::optional<std::size_t> CallTracker::owner(const Said &said)
{
    if (!said.id.empty()) {
        for (std::size_t i = m_calls.size(); i-- > 0;) {
            const bool isHere = !said.position || m_calls[i].position == said.position;
            if (m_calls[i].id == said.id && isHere) {
                return i; // the id is repeated in every piece
            }
        }
    }
    const auto here = last(said);
    if (!said.id.empty()) {
        if (!here || !said.position) {
            return std::nullopt;
        }
        if (said.name.empty()) { // an id for every piece, or one that comes late
            return here;
        }
        m_writer.defects().note(StreamDefect::WrongIndex);
        return std::nullopt; // all calls at one index
    }
    if (!said.name.empty()) {
        const bool isAnother = !here || !said.position || said.isWhole || m_calls[*here].isWhole;
        if (isAnother && here && said.position) {
            m_writer.defects().note(StreamDefect::WrongIndex);
        }
        return isAnother && !(here && !m_calls[*here].isNamed) ? std::nullopt : here;
    }
    if (!here && !m_calls.empty()) { // an index that was never opened
        m_writer.defects().note(StreamDefect::WrongIndex);
        return m_calls.size() - 1;
    }
    return here;
}

bool CallTracker::open(const Said &said)
{
    if (m_calls.size() >= MaxCalls) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too many tool calls");
        return false;
    }
    // two calls with one id could not be answered: the second gets another one
    const std::string id = isTaken(said.id) ? std::string() : said.id;
    m_calls.push_back({said.position, said.id, !said.name.empty(), said.isWhole});
    m_writer.openCall(static_cast<std::int64_t>(m_calls.size() - 1), id, said.name);
    return true;
}

void CallTracker::add(std::size_t index, const Said &said, json::Value call)
{
    const auto key = static_cast<std::int64_t>(index);
    const bool isBlank = said.arguments.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!said.arguments.empty() && !m_writer.callArguments(key, said.arguments) && !isBlank) {
        m_writer.fail(StreamDefect::WrongIndex,
                      "the provider sent arguments for a tool call that had ended");
    }
    const json::Value signature = call["extra_content"]["google"]["thought_signature"];
    if (signature.isString()) {
        m_writer.callSignature(key, signature.text(), Vendor::Google);
    }
}

void CallTracker::piece(json::Value call)
{
    Said said;
    if (!read(call, said)) {
        m_writer.fail(StreamDefect::NotJson, "the provider sent a tool call of a wrong type");
        return;
    }
    const auto found = owner(said);
    if (found) {
        add(*found, said, call);
    } else if (said.id.empty() && said.name.empty()) {
        if (!said.arguments.empty()) {
            m_writer.fail(StreamDefect::MissingPartStart,
                          "the provider sent arguments before the tool call they belong to");
        }
    } else if (open(said)) {
        add(m_calls.size() - 1, said, call);
    }
}

void CallTracker::whole(json::Value call)
{
    Said said;
    const json::Value type = call["type"];
    if (type.isString() && !type.is("function") && call.isObject()) { // a custom tool's
        m_writer.opaque(call.raw(), Dialect::OpenAiChat);
    } else if (!read(call, said) || said.name.empty()) {
        m_writer.fail(StreamDefect::NotJson, "the provider sent a tool call of a wrong type");
    } else if (open(said)) {
        add(m_calls.size() - 1, said, call);
        m_writer.closeCall(static_cast<std::int64_t>(m_calls.size() - 1));
    }
}

void CallTracker::functionCall(json::Value call)
{
    Said said;
    if (!call.isObject() || !readFunction(call, said)) {
        m_writer.fail(StreamDefect::NotJson, "the provider sent a function_call of a wrong type");
        return;
    }
    if (m_calls.empty() && (said.name.empty() || !open(said))) {
        return;
    }
    add(0, said, call);
}

} // namespace meridian::provider::openai
