// SPDX-License-Identifier: MIT
// Lays a request's turns out as Anthropic wants messages to be, before anything is written.
#pragma once

#include "core/provider/anthropic/toolpairing.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::anthropic {

/// One block to write.
struct PlannedBlock
{
    const Part *part = nullptr; // null: the answer to a call that nobody answered, or `text`
    Position position;
    std::string_view callId; // of a call or a result
    std::string_view text;   // instead of a part's own, where it is not empty
};

struct PlannedMessage
{
    Role role = Role::User; // User, Assistant, System
    std::vector<PlannedBlock> blocks;
    std::vector<const Turn *> turns; // that it is made of
};

/// Neighbours of equal role are one message; the user begins; the results of an assistant's calls
/// are first in the message behind it, all of them; empty text is left out. The request outlives
/// the plan.
class MessagePlan
{
public:
    MessagePlan(const ChatRequest &request, Fidelity &fidelity);

    /// Parts of `system`.
    [[nodiscard]] const std::vector<PlannedBlock> &system() const noexcept { return m_system; }

    [[nodiscard]] const std::vector<PlannedMessage> &messages() const noexcept
    {
        return m_messages;
    }

    /// The assistant is in the middle of its calls and its message does not begin with a thought:
    /// Anthropic refuses to go on thinking then, unless it decides itself.
    [[nodiscard]] bool lacksThought() const noexcept;

private:
    void addTurn(std::size_t index);
    void addSystem(std::size_t index);
    void addResults(std::size_t index);
    void add(Role role, const Turn *turn, PlannedBlock block);
    void trimPrefill();

    const ChatRequest &m_request;
    Fidelity &m_fidelity;
    const ToolPairing m_pairing;
    std::vector<PlannedBlock> m_system;
    std::vector<PlannedMessage> m_messages;
    std::vector<std::size_t> m_assistantsBefore; // per turn, and at the end
    std::size_t m_nextCall = 0;                  // of the pairing's: not written yet
    std::size_t m_answeredCalls = 0; // of the pairing's: their results have been planned
};

} // namespace meridian::provider::anthropic
