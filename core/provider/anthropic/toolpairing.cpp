// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/toolpairing.h"

#include "core/base/hash.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

constexpr std::size_t MaxIdLength = 64; // longer ones have been refused
constexpr std::size_t KeptOfId = 40;

constexpr bool isIdCharacter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool isValidId(std::string_view id) noexcept
{
    return !id.empty() && id.size() <= MaxIdLength &&
           std::all_of(id.begin(), id.end(), isIdCharacter);
}

/// Different ids stay different: their hash is part of what they become.
std::string validId(std::string_view id)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    if (isValidId(id)) {
        return std::string(id);
    }
    std::string valid(id.substr(0, KeptOfId));
    std::replace_if(
        valid.begin(), valid.end(), [](char c) { return !isIdCharacter(c); }, '_');
    valid.push_back('_');
    std::uint64_t hash = hashBytes(id);
    for (int i = 0; i < 16; ++i, hash >>= 4U) {
        valid.push_back(Digits[hash & 15U]);
    }
    return valid;
}

} // namespace

ToolPairing::ToolPairing(const ChatRequest &request)
{
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        const Turn &turn = request.turns[i];
        for (std::size_t j = 0; j < turn.parts.size(); ++j) {
            const Part &part = turn.parts[j];
            if (part.kind == Part::Kind::ToolCall && turn.role == Role::Assistant) {
                addCall({i, j}, part);
            } else if (part.kind == Part::Kind::ToolResult) {
                addResult({i, j}, part);
            }
        }
    }
}

void ToolPairing::addCall(Position position, const Part &call)
{
    std::vector<Group> &groups = m_open[call.id];
    if (groups.empty() || groups.back().turn != position.turn) {
        groups.push_back({position.turn, {}, 0});
    }
    groups.back().calls.push_back(m_calls.size());
    m_calls.push_back({position, uniqueId(call.id), nullptr, {}});
}

void ToolPairing::addResult(Position position, const Part &result)
{
    const auto found = m_open.find(result.id);
    if (found == m_open.end() || found->second.empty()) {
        m_orphans.push_back(position);
        return;
    }
    Group &latest = found->second.back(); // ids that begin anew in each turn: the last one is meant
    Call &call = m_calls[latest.calls[latest.next]];
    call.result = &result;
    call.resultPosition = position;
    if (++latest.next == latest.calls.size()) {
        found->second.pop_back();
    }
}

std::string ToolPairing::uniqueId(std::string_view id)
{
    const std::string wanted = validId(id);
    std::string unique = wanted;
    while (!m_used.insert(unique).second) {
        unique = wanted + "_" + std::to_string(++m_copies[wanted] + 1);
    }
    return unique;
}

} // namespace meridian::provider::anthropic
