// SPDX-License-Identifier: MIT
// Gives Ollama's tool calls ids, and finds the call that a result without one belongs to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace meridian::provider::ollama {

/// Reads a conversation from its beginning, so that one that has grown keeps its ids. One per
/// request.
class CallIds
{
public:
    struct Match
    {
        std::string id;
        std::string name; // of the call's function
    };

    /// An assistant's message begins: results now belong to its calls.
    void beginTurn();

    /// The id to know a call by: `given`, or a made one when there is none or it is taken.
    [[nodiscard]] std::string add(std::string_view given, std::string_view name);

    /// The first call without a result that fits. An id decides; without one the function's name
    /// does; without both the order. Nothing: no call wants this result.
    [[nodiscard]] std::optional<Match> answer(std::string_view givenId, std::string_view name);

private:
    struct Call
    {
        std::string id;
        std::string name;
        bool isAnswered = false;
    };

    /// Calls in order, those before `next` answered: a million results must not be a million walks.
    struct Queue
    {
        std::vector<std::size_t> calls;
        std::size_t next = 0;
    };

    [[nodiscard]] std::optional<Match> firstOf(Queue &queue);

    std::vector<Call> m_calls;
    Queue m_inOrder;
    std::unordered_map<std::string, Queue> m_byName;
    std::unordered_map<std::string, Queue> m_byId; // as the client said it
    std::unordered_set<std::string> m_taken;
    std::size_t m_made = 0;
};

} // namespace meridian::provider::ollama
