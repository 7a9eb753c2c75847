// SPDX-License-Identifier: MIT
#include "core/provider/responses/requestreader.h"

#include "core/provider/common.h"
#include "core/provider/responses/contentreader.h"
#include "core/provider/responses/itemreader.h"
#include "core/provider/responses/toolreader.h"

#include <algorithm>
#include <array>

namespace meridian::provider::responses {

namespace {

class RequestReader
{
public:
    bool read(json::Value body, std::string_view target)
    {
        m_request.origin = Dialect::OpenAiResponses;
        const bool mayRefer = !body["previous_response_id"].isAbsent();
        const bool isCount = target.substr(0, target.find('?')).ends_with("/input_tokens");
        ItemReader items(m_reader, m_request, m_tools, mayRefer);
        if (!readTools(m_reader, body["tools"], "tools", m_request.tools, m_tools) ||
            !instructions(body["instructions"]) || !input(items, body, mayRefer) ||
            !readToolChoice(m_reader, body["tool_choice"], m_tools, m_request.toolChoice)) {
            return false;
        }
        body.members([&](json::Value name, json::Value value) {
            if (!m_reader.hasFailed()) {
                field(name, value);
            }
        });
        m_request.wantsUsage = m_request.isStream; // its last event tells it
        if (m_request.model.empty() && !isCount) {
            m_reader.fail("model", "is required");
        }
        return !m_reader.hasFailed();
    }

    [[nodiscard]] BadRequest takeError() { return m_reader.takeError(); }

    [[nodiscard]] ChatRequest takeRequest() { return std::move(m_request); }

private:
    bool instructions(json::Value value)
    {
        if (value.isAbsent() || value.is("")) {
            return true;
        }
        if (value.isArray()) { // as the echo of a prompt template has them
            return m_reader.fail("instructions", "must be a string");
        }
        Turn turn;
        turn.role = Role::System;
        turn.parts.push_back(newPart(Part::Kind::Text));
        turn.parts.back().id = InstructionsMark;
        if (!m_reader.string(value, "instructions", turn.parts.back().text)) {
            return false;
        }
        m_request.turns.push_back(std::move(turn));
        return true;
    }

    bool input(ItemReader &items, json::Value body, bool mayRefer)
    {
        const json::Value value = body["input"];
        if (!value.isAbsent()) {
            return items.read(value);
        }
        return mayRefer || !m_request.turns.empty() || m_reader.fail("input", "is required");
    }

    void field(json::Value name, json::Value value)
    {
        constexpr std::array<std::string_view, 4> Read{"tools", "instructions", "input",
                                                       "tool_choice"};
        if (std::any_of(Read.begin(), Read.end(),
                        [&](std::string_view each) { return name.is(each); })) {
            return;
        }
        const std::string path = name.text();
        ChatRequest &to = m_request;
        std::optional<bool> flag;
        if (name.is("model")) {
            m_reader.string(value, path, to.model);
        } else if (name.is("stream")) {
            m_reader.boolean(value, path, flag);
            to.isStream = flag.value_or(false);
        } else if (name.is("parallel_tool_calls")) {
            m_reader.boolean(value, path, to.parallelToolCalls);
        } else if (name.is("max_output_tokens")) {
            if (m_reader.integer(value, path, to.maxTokens) && to.maxTokens.value_or(1) < 1) {
                m_reader.fail(path, "must be at least 1");
            }
        } else if (name.is("temperature")) {
            m_reader.number(value, path, to.temperature);
        } else if (name.is("top_p")) {
            m_reader.number(value, path, to.topP);
        } else if (name.is("top_logprobs")) {
            m_reader.integer(value, path, to.topLogprobs);
        } else if (name.is("user")) {
            m_reader.string(value, path, to.user);
        } else if (name.is("metadata")) {
            m_reader.object(value, path, to.metadata);
        } else if (name.is("service_tier")) {
            m_reader.string(value, path, to.serviceTier);
        } else if (name.is("text")) {
            text(value);
        } else if (name.is("reasoning")) {
            reasoning(value);
        } else if (name.is("background")) {
            if (m_reader.boolean(value, path, flag) && flag.value_or(false)) {
                m_reader.fail(path, "responses in the background are not supported");
            }
        } else {
            extra(name, value, path);
        }
    }

    /// Extras that this gateway reads again have their type checked.
    void extra(json::Value name, json::Value value, const std::string &path)
    {
        std::optional<bool> flag;
        std::string text;
        if (name.is("store")) {
            m_reader.boolean(value, path, flag);
        } else if (name.is("previous_response_id")) {
            m_reader.string(value, path, text);
        } else if (name.is("include") && !value.isAbsent() && !value.isArray()) {
            m_reader.fail(path, "must be an array");
        }
        keepExtra(m_request.extras, path, value);
    }

    void text(json::Value value)
    {
        std::string whole;
        if (!m_reader.object(value, "text", whole)) {
            return;
        }
        value.members([&](json::Value name, json::Value member) {
            if (name.is("format")) {
                format(member);
            } else if (name.is("verbosity")) {
                m_reader.string(member, "text.verbosity", m_request.verbosity);
            } else {
                keepExtra(m_request.extras, memberOf("text", name.text()), member);
            }
        });
    }

    void format(json::Value value)
    {
        ResponseFormat &to = m_request.format;
        if (value.isAbsent()) {
            return;
        }
        const json::Value type = value["type"];
        if (type.is("text")) {
            to.kind = ResponseFormat::Kind::Text;
        } else if (type.is("json_object")) {
            to.kind = ResponseFormat::Kind::JsonObject;
        } else if (type.is("json_schema")) {
            to.kind = ResponseFormat::Kind::JsonSchema;
            if (value["schema"].isAbsent()) {
                m_reader.fail("text.format.schema", "is required");
            }
        } else {
            m_reader.fail("text.format.type", "must be 'text', 'json_object' or 'json_schema'");
            return;
        }
        m_reader.string(value["name"], "text.format.name", to.name);
        m_reader.string(value["description"], "text.format.description", to.description);
        m_reader.object(value["schema"], "text.format.schema", to.schema);
        m_reader.boolean(value["strict"], "text.format.strict", to.strict);
        value.members([&](json::Value name, json::Value member) {
            if (!name.is("type") && !name.is("name") && !name.is("description") &&
                !name.is("schema") && !name.is("strict")) {
                keepExtra(m_request.extras, memberOf("text.format", name.text()), member);
            }
        });
    }

    void reasoning(json::Value value)
    {
        std::string whole;
        if (!m_reader.object(value, "reasoning", whole)) {
            return;
        }
        value.members([&](json::Value name, json::Value member) {
            Reasoning &to = m_request.reasoning;
            if (name.is("effort")) {
                std::string word;
                m_reader.string(member, "reasoning.effort", word);
                to.effort = effortOf(word);
                if (to.effort == Reasoning::Effort::Unset) { // a word that is newer than we are
                    keepExtra(m_request.extras, "reasoning.effort", member);
                }
            } else if (name.is("summary") || name.is("generate_summary")) { // its former name
                m_reader.string(member, memberOf("reasoning", name.text()), to.summary);
            } else {
                keepExtra(m_request.extras, memberOf("reasoning", name.text()), member);
            }
        });
        if (!m_request.reasoning.summary.empty()) {
            m_request.reasoning.wantsText = m_request.reasoning.summary != "none";
        }
    }

    FieldReader m_reader;
    ChatRequest m_request;
    ToolIndex m_tools;
};

} // namespace

Decoded<ChatRequest> readRequest(json::Value body, std::string_view target)
{
    RequestReader reader;
    if (!reader.read(body, target)) {
        return tl::unexpected<BadRequest>(reader.takeError());
    }
    return reader.takeRequest();
}

bool isHarmlessExtra(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 10> Names{
        "store",           "previous_response_id", "include",           "stream_options",
        "client_metadata", "prompt_cache_key",     "safety_identifier", "prompt_cache_retention",
        "phase",           "defer_loading"};
    return std::find(Names.begin(), Names.end(), name) != Names.end();
}

bool wantsSignatures(const ChatRequest &request) noexcept
{
    bool isWanted = false;
    extraNamed(request.extras, "include").elements([&](json::Value each) {
        isWanted = isWanted || each.is("reasoning.encrypted_content");
    });
    return isWanted;
}

} // namespace meridian::provider::responses
