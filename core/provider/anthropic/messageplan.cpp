// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/messageplan.h"

#include "core/provider/anthropic/blockwriter.h"

#include <algorithm>
#include <tuple>

namespace meridian::provider::anthropic {

namespace {

constexpr std::string_view Beginning = "."; // what a user says who has said nothing

std::string turnPath(std::size_t turn)
{
    return "messages[" + std::to_string(turn) + "]";
}

std::string partPath(Position position)
{
    return turnPath(position.turn) + ".content[" + std::to_string(position.part) + "]";
}

bool isThought(const PlannedBlock &block) noexcept
{
    return block.part != nullptr && (block.part->kind == Part::Kind::Thinking ||
                                     block.part->kind == Part::Kind::RedactedThinking);
}

} // namespace

MessagePlan::MessagePlan(const ChatRequest &request, Fidelity &fidelity)
    : m_request(request)
    , m_fidelity(fidelity)
    , m_pairing(request)
{
    for (const Position &orphan : m_pairing.orphans()) {
        fidelity.dropped(partPath(orphan), "a result that answers no call");
    }
    m_assistantsBefore.push_back(0);
    for (const Turn &turn : request.turns) {
        m_assistantsBefore.push_back(m_assistantsBefore.back() +
                                     (turn.role == Role::Assistant ? 1 : 0));
    }
    const bool isOwn = request.origin == Dialect::Anthropic;
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        const Role role = request.turns[i].role;
        const bool isSystem = role == Role::System || role == Role::Developer;
        // what comes late stays where it is: before the rest it would change the prompt's prefix, and
        // with it every cache of it
        if (isSystem && (isOwn ? i == 0 : m_messages.empty())) {
            addSystem(i);
        } else {
            addTurn(i);
        }
    }
    addResults(request.turns.size());
    if (m_messages.empty()) {
        fidelity.approximated("messages", "a user has to say something");
        add(Role::User, nullptr, {nullptr, {}, {}, Beginning});
    }
    trimPrefill();
}

void MessagePlan::addSystem(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
    for (std::size_t j = 0; j < turn.parts.size(); ++j) {
        const Part &part = turn.parts[j];
        if (part.kind != Part::Kind::Text) {
            m_fidelity.dropped(partPath({index, j}), "a system prompt is text");
        } else if (!isBlank(part.text)) {
            m_system.push_back({&part, {index, j}, {}, {}});
        }
    }
}

void MessagePlan::addTurn(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
    Role role = turn.role == Role::Tool ? Role::User : turn.role;
    if (role == Role::Developer) {
        role = Role::System;
    }
    if (role == Role::System && m_request.origin != Dialect::Anthropic) {
        role = Role::User;
        m_fidelity.approximated(turnPath(index),
                                "instructions in the middle are told as the user's words");
    }
    if (role != Role::Assistant) {
        addResults(index);
    }
    for (std::size_t j = 0; j < turn.parts.size(); ++j) {
        const Part &part = turn.parts[j];
        const Position position{index, j};
        std::string_view callId;
        if (part.kind == Part::Kind::ToolResult) {
            continue; // stands behind its call
        }
        if (part.kind == Part::Kind::ToolCall && role == Role::Assistant) {
            callId = m_pairing.calls()[m_nextCall++].id;
        }
        if (isWritable(part, {role, partPath(position), callId, false}, m_fidelity)) {
            add(role, &turn, {&part, position, callId, {}});
        }
    }
}

/// Of the calls that have been written since: in the order in which they came, then those that
/// nobody sent.
void MessagePlan::addResults(std::size_t index)
{
    using Call = ToolPairing::Call;
    std::vector<const Call *> calls;
    for (; m_answeredCalls < m_nextCall; ++m_answeredCalls) {
        calls.push_back(&m_pairing.calls()[m_answeredCalls]);
    }
    std::stable_sort(calls.begin(), calls.end(), [](const Call *a, const Call *b) {
        const auto key = [](const Call *call) {
            return std::tuple(call->result == nullptr, call->resultPosition.turn,
                              call->resultPosition.part);
        };
        return key(a) < key(b);
    });
    for (const Call *call : calls) {
        if (call->result == nullptr) {
            m_fidelity.approximated(partPath(call->position), "a call without a result");
            add(Role::User, nullptr, {nullptr, call->position, call->id, {}});
            continue;
        }
        const Position at = call->resultPosition;
        if (m_assistantsBefore[at.turn] > m_assistantsBefore[index]) {
            m_fidelity.approximated(partPath(at), "moved to its call");
        }
        add(Role::User, &m_request.turns[at.turn], {call->result, at, call->id, {}});
    }
}

void MessagePlan::add(Role role, const Turn *turn, PlannedBlock block)
{
    if (m_messages.empty() && role == Role::Assistant) {
        m_fidelity.approximated("messages", "the user has to begin");
        add(Role::User, nullptr, {nullptr, {}, {}, Beginning});
    }
    if (m_messages.empty() || m_messages.back().role != role) {
        m_messages.push_back({role, {}, {}});
    }
    PlannedMessage &message = m_messages.back();
    if (turn != nullptr && (message.turns.empty() || message.turns.back() != turn)) {
        message.turns.push_back(turn);
    }
    message.blocks.push_back(block);
}

/// The beginning of an answer must not end in white space.
void MessagePlan::trimPrefill()
{
    PlannedMessage &last = m_messages.back();
    PlannedBlock &block = last.blocks.back();
    if (last.role != Role::Assistant || block.part == nullptr ||
        block.part->kind != Part::Kind::Text) {
        return;
    }
    const std::string_view text = block.part->text;
    const std::string_view trimmed = text.substr(0, text.find_last_not_of(" \t\r\n\f\v") + 1);
    if (trimmed.size() != text.size()) {
        m_fidelity.approximated(partPath(block.position), "white space at the end of a prefill");
        block.text = trimmed;
    }
}

bool MessagePlan::lacksThought() const noexcept
{
    if (m_messages.back().role == Role::Assistant) { // the beginning of its answer
        return true;
    }
    if (m_messages.size() < 2 || m_messages.back().role != Role::User ||
        m_messages.back().blocks.front().callId.empty()) {
        return false;
    }
    const PlannedMessage &assistant = m_messages[m_messages.size() - 2];
    return assistant.role == Role::Assistant && !isThought(assistant.blocks.front());
}

} // namespace meridian::provider::anthropic
