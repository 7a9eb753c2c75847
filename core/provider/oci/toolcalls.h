// SPDX-License-Identifier: MIT
// Puts the pieces of tool calls together that OCI's streams name in four different ways.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace meridian::provider::oci {

/// One per answer. A call is `{"id","name","arguments"}`, or has name and arguments in `function`;
/// arguments are a text, or an object (`parameters` with Cohere).
class ToolCalls
{
public:
    /// Beyond it the answer fails: no model means that many.
    static constexpr std::size_t MaxCalls = 512;

    explicit ToolCalls(AnswerWriter &writer)
        : m_writer(writer)
    {
    }

    /// A piece that stood at `position` of a stream event's list. With a new id, or with a name and
    /// no id, it opens a call; with a known id it continues that call; else it continues the call
    /// last opened at its position (models put parallel calls one after the other at position 0).
    void fragment(std::size_t position, json::Value call);

    /// A call that is whole. An id that was used before is replaced.
    void whole(json::Value call);

    /// A call of an event that may repeat what was said: only what is new counts.
    void repeated(json::Value call);

    /// The calls of one of Cohere's lists, which are whole, have no ids, and may come twice.
    void withoutIds(json::Value list);

    [[nodiscard]] bool isEmpty() const noexcept { return m_next == 0; }

private:
    std::int64_t open(std::string_view id, std::string_view name);
    void add(std::int64_t key, json::Value arguments);

    AnswerWriter &m_writer;
    std::map<std::string, std::int64_t, std::less<>> m_keys; // by id
    std::vector<std::int64_t> m_atPosition;                  // call last opened there
    std::map<std::uint64_t, std::size_t> m_told;             // calls without ids: how many alike
    std::int64_t m_next = 0;
};

} // namespace meridian::provider::oci
