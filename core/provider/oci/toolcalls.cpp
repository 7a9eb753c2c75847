// SPDX-License-Identifier: MIT
#include "core/provider/oci/toolcalls.h"

#include "core/base/hash.h"

namespace meridian::provider::oci {

namespace {

using json::Value;

/// Where name and arguments stand.
Value functionOf(Value call)
{
    const Value nested = call["function"];
    return nested.isObject() ? nested : call;
}

Value argumentsOf(Value function)
{
    const Value arguments = function["arguments"];
    return arguments.isAbsent() ? function["parameters"] : arguments;
}

} // namespace

/// A new call; -1 when there are too many.
std::int64_t ToolCalls::open(std::string_view id, std::string_view name)
{
    if (m_next >= static_cast<std::int64_t>(MaxCalls)) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too many tool calls");
        return -1;
    }
    const std::int64_t key = m_next++;
    m_writer.openCall(key, id, name);
    if (!id.empty()) {
        m_keys.emplace(id, key);
    }
    return key;
}

void ToolCalls::add(std::int64_t key, Value arguments)
{
    if (arguments.isAbsent() || key < 0) {
        return;
    }
    const bool isTold = arguments.isString() ? m_writer.callArguments(key, arguments.text())
                                             : m_writer.callArguments(key, arguments.raw());
    if (!isTold) { // text came between, or the call was whole
        m_writer.defects().note(StreamDefect::WrongIndex);
    }
}

void ToolCalls::fragment(std::size_t position, Value call)
{
    if (!call.isObject() || m_writer.hasEnded()) {
        return;
    }
    if (position >= MaxCalls) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too many tool calls");
        return;
    }
    const Value function = functionOf(call);
    const std::string id = call["id"].text();
    const std::string name = function["name"].text();
    if (m_atPosition.size() <= position) {
        m_atPosition.resize(position + 1, -1);
    }
    std::int64_t key = m_atPosition[position];
    const auto known = m_keys.find(id);
    if (!id.empty() && known != m_keys.end()) {
        key = known->second;
    } else if (!id.empty() || !name.empty()) {
        key = open(id, name);
    } else if (key < 0 && m_next > 0) {
        m_writer.defects().note(StreamDefect::WrongIndex);
        key = m_next - 1;
    } else if (key < 0) { // arguments of nothing
        m_writer.defects().note(StreamDefect::MissingPartStart);
        return;
    }
    m_atPosition[position] = key;
    add(key, argumentsOf(function));
}

void ToolCalls::whole(Value call)
{
    if (!call.isObject() || m_writer.hasEnded()) {
        return;
    }
    const Value function = functionOf(call);
    std::string id = call["id"].text();
    if (m_keys.find(id) != m_keys.end()) {
        m_writer.defects().note(StreamDefect::WrongIndex);
        id.clear();
    }
    const std::int64_t key = open(id, function["name"].text());
    add(key, argumentsOf(function));
    m_writer.closeCall(key);
}

void ToolCalls::repeated(Value call)
{
    const std::string id = call["id"].text();
    const bool isKnown = id.empty() ? !isEmpty() : m_keys.find(id) != m_keys.end();
    if (!isKnown) {
        whole(call);
    }
}

void ToolCalls::withoutIds(Value list)
{
    std::map<std::uint64_t, std::size_t> seen;
    list.elements([&](Value call) {
        if (!call.isObject() || m_writer.hasEnded()) {
            return;
        }
        const Value function = functionOf(call);
        const std::string name = function["name"].text();
        const std::uint64_t hash = hashBytes(argumentsOf(function).raw(), hashBytes(name));
        if (++seen[hash] <= m_told[hash]) {
            return; // an earlier event's
        }
        ++m_told[hash];
        whole(call);
    });
}

} // namespace meridian::provider::oci
