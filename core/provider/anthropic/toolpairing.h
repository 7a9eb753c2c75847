// SPDX-License-Identifier: MIT
// Which result answers which call, and what calls are named so that Anthropic takes them.
#pragma once

#include "core/provider/conversation.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace meridian::provider::anthropic {

/// Where a part stands in a request.
struct Position
{
    std::size_t turn = 0;
    std::size_t part = 0;

    bool operator==(const Position &) const = default;
};

/// Pairs calls and results of one request, which outlives it. Ids become unique and of letters,
/// digits, `_` and `-`; which id a call gets depends on what stands before it only.
class ToolPairing
{
public:
    struct Call
    {
        Position position;
        std::string id; // as Anthropic gets it
        const Part *result = nullptr;
        Position resultPosition;
    };

    explicit ToolPairing(const ChatRequest &request);

    /// In the order of the conversation.
    [[nodiscard]] const std::vector<Call> &calls() const noexcept { return m_calls; }

    /// Results that answer nothing: no call before them has their id, or it is answered already.
    [[nodiscard]] const std::vector<Position> &orphans() const noexcept { return m_orphans; }

private:
    /// Calls of one turn that have the same id, still to be answered from `next` on.
    struct Group
    {
        std::size_t turn = 0;
        std::vector<std::size_t> calls;
        std::size_t next = 0;
    };

    void addCall(Position position, const Part &call);
    void addResult(Position position, const Part &result);
    std::string uniqueId(std::string_view id);

    std::vector<Call> m_calls;
    std::vector<Position> m_orphans;
    std::unordered_map<std::string_view, std::vector<Group>> m_open;
    std::unordered_set<std::string> m_used;
    std::unordered_map<std::string, std::size_t> m_copies;
};

} // namespace meridian::provider::anthropic
