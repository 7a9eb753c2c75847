// SPDX-License-Identifier: MIT
#include "core/provider/ollama/callids.h"

#include "core/provider/ollama/names.h"

namespace meridian::provider::ollama {

void CallIds::beginTurn()
{
    m_calls.clear();
    m_inOrder = {};
    m_byName.clear();
    m_byId.clear();
}

std::string CallIds::add(std::string_view given, std::string_view name)
{
    std::string id(given);
    while (id.empty() || m_taken.contains(id)) {
        id = std::string(MadeIdPrefix).append(std::to_string(m_made++));
    }
    m_taken.insert(id);
    const std::size_t index = m_calls.size();
    m_inOrder.calls.push_back(index);
    m_byName[std::string(name)].calls.push_back(index);
    m_byId[given.empty() ? id : std::string(given)].calls.push_back(index);
    m_calls.push_back({id, std::string(name), false});
    return id;
}

std::optional<CallIds::Match> CallIds::firstOf(Queue &queue)
{
    for (; queue.next < queue.calls.size(); ++queue.next) {
        Call &call = m_calls[queue.calls[queue.next]];
        if (!call.isAnswered) {
            call.isAnswered = true;
            return Match{call.id, call.name};
        }
    }
    return std::nullopt;
}

std::optional<CallIds::Match> CallIds::answer(std::string_view givenId, std::string_view name)
{
    if (givenId.empty() && name.empty()) {
        return firstOf(m_inOrder);
    }
    auto &known = givenId.empty() ? m_byName : m_byId;
    const auto queue = known.find(std::string(givenId.empty() ? name : givenId));
    return queue != known.end() ? firstOf(queue->second) : std::nullopt;
}

} // namespace meridian::provider::ollama
