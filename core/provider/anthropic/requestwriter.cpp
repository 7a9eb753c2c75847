// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/requestwriter.h"

#include "core/json/jsonwriter.h"
#include "core/provider/anthropic/blockwriter.h"
#include "core/provider/anthropic/fields.h"
#include "core/provider/anthropic/messageplan.h"
#include "core/provider/anthropic/thinkingplan.h"
#include "core/provider/anthropic/toolfields.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace meridian::provider::anthropic {

namespace {

constexpr std::string_view JsonInstruction =
    "Answer with one JSON object and nothing else: no explanation, no code fence.";

class RequestWriter
{
public:
    RequestWriter(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
        : m_request(request)
        , m_context(context)
        , m_fidelity(fidelity)
        , m_isOwn(request.origin == Dialect::Anthropic)
        , m_plan(request, fidelity)
        , m_thinking(planThinking(request, context.options, m_plan.lacksThought(), fidelity))
    {
    }

    std::string write()
    {
        m_out.beginObject().string("model", m_context.model);
        m_out.integer("max_tokens", m_thinking.maxTokens);
        if (m_request.isStream) {
            m_out.boolean("stream", true);
        }
        writeSampling();
        writeStop();
        writeThinking();
        writeOutputConfig();
        writeMetadata();
        writeServiceTier();
        if (m_isOwn) {
            writeExtras(m_out, m_request.extras);
        }
        writeTools(m_out, m_request, m_fidelity);
        writeSystem();
        writeMessages();
        m_out.endObject();
        reportLost();
        return m_out.take();
    }

private:
    /// Is this field written by its extra? See readRequest().
    bool isExtra(std::string_view name) const
    {
        return m_isOwn && findExtra(m_request.extras, name) != nullptr;
    }

    static double valueOf(const Number &number) { return json::Value(number).number().value_or(0); }

    void writeNumber(std::string_view name, const Number &number)
    {
        if (!number.empty()) {
            m_out.raw(name, number);
        }
    }

    void writeSampling()
    {
        const ChatRequest &request = m_request;
        if (m_isOwn) {
            writeNumber("temperature", request.temperature);
            writeNumber("top_p", request.topP);
            writeNumber("top_k", request.topK);
            return;
        }
        if (m_thinking.isThinking()) { // which allows neither
            if (!request.temperature.empty() && valueOf(request.temperature) != 1) {
                m_fidelity.approximated("temperature", "cannot be chosen while thinking");
            }
            if (!request.topK.empty()) {
                m_fidelity.approximated("top_k", "cannot be chosen while thinking");
            }
            constexpr double LeastTopP = 0.95;
            if (!request.topP.empty() && valueOf(request.topP) < LeastTopP) {
                m_fidelity.approximated("top_p", "cannot be below 0.95 while thinking");
            } else {
                writeNumber("top_p", request.topP);
            }
            return;
        }
        if (!request.temperature.empty() && valueOf(request.temperature) > 1) {
            m_fidelity.approximated("temperature", "is at most 1");
            m_out.raw("temperature", "1");
        } else {
            writeNumber("temperature", request.temperature);
        }
        // newer models refuse both; 1 is what top_p is anyway
        if (request.temperature.empty() || request.topP.empty() || valueOf(request.topP) != 1) {
            writeNumber("top_p", request.topP);
        }
        writeNumber("top_k", request.topK);
    }

    void writeStop()
    {
        std::vector<std::string_view> kept;
        for (const std::string &stop : m_request.stop) {
            if (m_isOwn || !isBlank(stop)) {
                kept.push_back(stop);
            }
        }
        if (kept.size() != m_request.stop.size()) {
            m_fidelity.approximated("stop", "white space alone cannot stop");
        }
        if (!kept.empty()) {
            m_out.key("stop_sequences").beginArray();
            for (const std::string_view stop : kept) {
                m_out.string(stop);
            }
            m_out.endArray();
        }
    }

    void writeThinking()
    {
        using Mode = ThinkingPlan::Mode;
        constexpr std::array<std::string_view, 4> Names{"", "disabled", "enabled", "adaptive"};
        if (m_thinking.mode == Mode::Unsaid || isExtra("thinking")) {
            return;
        }
        m_out.key("thinking").beginObject();
        m_out.string("type", Names[static_cast<std::size_t>(m_thinking.mode)]);
        if (m_thinking.mode == Mode::Enabled) {
            m_out.integer("budget_tokens", m_thinking.budget);
        }
        if (m_thinking.display) {
            m_out.string("display", *m_thinking.display ? "summarized" : "omitted");
        }
        m_out.endObject();
    }

    void writeOutputConfig()
    {
        const ResponseFormat &format = m_request.format;
        if (format.kind == ResponseFormat::Kind::JsonObject) {
            m_fidelity.approximated("response_format", "asked for in words");
        }
        const bool hasSchema = format.kind == ResponseFormat::Kind::JsonSchema &&
                               !format.schema.empty() && !isExtra("output_format");
        if ((!hasSchema && m_thinking.effort.empty()) || isExtra("output_config")) {
            return;
        }
        m_out.key("output_config").beginObject();
        if (!m_thinking.effort.empty()) {
            m_out.string("effort", m_thinking.effort);
        }
        if (hasSchema) {
            m_out.key("format").beginObject().string("type", "json_schema");
            m_out.raw("schema", format.schema).endObject();
        }
        m_out.endObject();
    }

    void writeMetadata()
    {
        if (!m_request.user.empty() && !isExtra("metadata")) {
            m_out.key("metadata").beginObject().string("user_id", m_request.user).endObject();
        }
    }

    void writeServiceTier()
    {
        const std::string &tier = m_request.serviceTier;
        if (tier.empty()) {
            return;
        }
        if (m_isOwn || tier == "auto" || tier == "standard_only") {
            m_out.string("service_tier", tier);
        } else if (tier == "default" || tier == "standard") {
            m_out.string("service_tier", "standard_only");
        } else {
            m_fidelity.dropped("service_tier", "Anthropic has no such tier");
        }
    }

    BlockPlace placeOf(const PlannedBlock &block, Role role) const
    {
        return {role,
                "messages[" + std::to_string(block.position.turn) + "].content[" +
                    std::to_string(block.position.part) + "]",
                block.callId, false};
    }

    void writePlanned(const PlannedBlock &block, Role role)
    {
        if (!block.text.empty()) {
            Part text;
            text.origin = Dialect::Anthropic;
            if (block.part != nullptr) {
                text = *block.part;
            }
            text.text = block.text;
            writeBlock(m_out, text, placeOf(block, role), m_fidelity);
        } else if (block.part == nullptr) {
            writeMissingResult(m_out, block.callId);
        } else {
            writeBlock(m_out, *block.part, placeOf(block, role), m_fidelity);
        }
    }

    /// Anthropic's clients may have said a string where others always get blocks, which are what
    /// can grow at the end without changing what stands before it.
    bool isString(const std::vector<PlannedBlock> &blocks) const
    {
        return m_isOwn && blocks.size() == 1 && blocks[0].part != nullptr &&
               isPlainText(*blocks[0].part);
    }

    static std::string_view textOf(const PlannedBlock &block)
    {
        return block.text.empty() ? std::string_view(block.part->text) : block.text;
    }

    void writeSystem()
    {
        const std::vector<PlannedBlock> &blocks = m_plan.system();
        const bool asksForJson = m_request.format.kind == ResponseFormat::Kind::JsonObject;
        if (blocks.empty() && !asksForJson) {
            return;
        }
        m_out.key("system");
        const bool isJoined = std::all_of(blocks.begin(), blocks.end(), [](const auto &block) {
            return isPlainText(*block.part);
        });
        if (!isJoined) {
            m_out.beginArray();
            for (const PlannedBlock &block : blocks) {
                writePlanned(block, Role::System);
            }
            if (asksForJson) {
                m_out.beginObject().string("type", "text").string("text", JsonInstruction);
                m_out.endObject();
            }
            m_out.endArray();
            return;
        }
        std::string joined;
        for (const PlannedBlock &block : blocks) {
            joined.append(joined.empty() ? "" : "\n\n").append(block.part->text);
        }
        if (asksForJson) {
            joined.append(joined.empty() ? "" : "\n\n").append(JsonInstruction);
        }
        m_out.string(joined);
    }

    void writeMessages()
    {
        m_out.key("messages").beginArray();
        for (const PlannedMessage &message : m_plan.messages()) {
            m_out.beginObject();
            m_out.string("role", message.role == Role::Assistant ? "assistant"
                                 : message.role == Role::System  ? "system"
                                                                 : "user");
            if (isString(message.blocks)) {
                m_out.string("content", textOf(message.blocks[0]));
            } else {
                m_out.key("content").beginArray();
                for (const PlannedBlock &block : message.blocks) {
                    writePlanned(block, message.role);
                }
                m_out.endArray();
            }
            if (m_isOwn) {
                writeTurnExtras(message);
            }
            m_out.endObject();
        }
        m_out.endArray();
    }

    /// Of the message that the turns began as; those of messages merged into it have no place.
    void writeTurnExtras(const PlannedMessage &message)
    {
        for (const Turn *turn : message.turns) {
            if (turn == message.turns.front()) {
                writeExtras(m_out, turn->extras);
                continue;
            }
            for (const Extra &extra : turn->extras) {
                m_fidelity.dropped("messages[]." + extra.name, "its message was merged");
            }
        }
    }

    void reportNumber(std::string_view name, const Number &number, double harmless)
    {
        if (!number.empty() && valueOf(number) != harmless) {
            m_fidelity.dropped(std::string(name));
        }
    }

    void reportLost()
    {
        const ChatRequest &request = m_request;
        reportNumber("frequency_penalty", request.frequencyPenalty, 0);
        reportNumber("presence_penalty", request.presencePenalty, 0);
        reportNumber("repeat_penalty", request.repeatPenalty, 1);
        reportNumber("min_p", request.minP, 0);
        reportNumber("seed", request.seed, std::nan("")); // every seed means something

        struct Row
        {
            std::string_view name;
            bool isLost;
        };

        for (const Row &row :
             {Row{"n", request.choices.value_or(1) > 1}, Row{"logprobs", request.logprobs == true},
              Row{"top_logprobs", request.topLogprobs.value_or(0) > 0},
              Row{"logit_bias", !request.logitBias.empty() && request.logitBias != "{}"},
              Row{"verbosity", !request.verbosity.empty()},
              Row{"keep_alive", !request.keepAlive.empty()},
              Row{"metadata", !request.metadata.empty() && request.metadata != "{}"}}) {
            if (row.isLost) {
                m_fidelity.dropped(std::string(row.name));
            }
        }
        for (std::size_t i = 0; i < request.turns.size(); ++i) {
            reportTurn(request.turns[i], "messages[" + std::to_string(i) + "].");
        }
        if (!m_isOwn) {
            reportExtras();
        }
    }

    void reportTurn(const Turn &turn, const std::string &path)
    {
        if (!turn.name.empty()) {
            m_fidelity.dropped(path + "name");
        }
        if (!m_isOwn) {
            for (const Extra &extra : turn.extras) {
                m_fidelity.dropped(path + extra.name);
            }
        }
    }

    void reportExtras()
    {
        // about storing, caching and counting at a provider that is not asked: no answer depends
        // on them
        constexpr std::array<std::string_view, 6> Harmless{
            "store",           "prompt_cache_key", "prompt_cache_retention",
            "client_metadata", "stream_options",   "safety_identifier"};
        for (const Extra &extra : m_request.extras) {
            if (std::find(Harmless.begin(), Harmless.end(), extra.name) == Harmless.end()) {
                m_fidelity.dropped(extra.name);
            }
        }
    }

    const ChatRequest &m_request;
    const RequestContext &m_context;
    Fidelity &m_fidelity;
    const bool m_isOwn;
    const MessagePlan m_plan;
    const ThinkingPlan m_thinking;
    json::JsonWriter m_out;
};

} // namespace

std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    return RequestWriter(request, context, fidelity).write();
}

} // namespace meridian::provider::anthropic
