// SPDX-License-Identifier: MIT
#include "service/simulate/strict/anthropicmessages.h"
#include "service/simulate/strict/strictchecks.h"

namespace meridian::simulate {

namespace {

using json::Value;

constexpr std::int64_t LeastBudget = 1024;

void checkTools(Rules &rules, Value body)
{
    std::set<std::string> names;
    rules.each(body["tools"], "tools", [&](Value tool, const std::string &path) {
        const Value type = tool["type"];
        if (!type.isMissing() && !type.is("custom")) {
            rules.needsText(tool, path, "type");
            return; // the provider's own
        }
        rules.only(tool, path,
                   {"type", "name", "description", "input_schema", "cache_control", "strict",
                    "eager_input_streaming", "defer_loading", "allowed_callers", "input_examples"});
        rules.text(tool, path, "description");
        const std::string name = tool["name"].text();
        if (!isName(name, "_-", 128)) {
            rules.refuse(path + ".name", "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
        }
        if (!names.insert(name).second) {
            rules.refuse("tools", "Tool names must be unique.");
        }
        if (rules.needsObject(tool, path, "input_schema") &&
            !tool["input_schema"]["type"].is("object")) {
            rules.refuse(path + ".input_schema.type", "Input should be 'object'");
        }
    });
}

void checkChoice(Rules &rules, Value body, bool thinks)
{
    const Value choice = body["tool_choice"];
    if (choice.isMissing()) {
        return;
    }
    rules.needsObject(body, {}, "tool_choice");
    rules.only(choice, "tool_choice", {"type", "name", "disable_parallel_tool_use"});
    rules.word(choice, "tool_choice", "type", {"auto", "any", "none", "tool"});
    rules.boolean(choice, "tool_choice", "disable_parallel_tool_use");
    if (body["tools"].count() == 0) {
        rules.refuse("tool_choice", "tool_choice may only be specified while providing tools.");
    }
    if (choice["type"].is("tool")) {
        rules.needsText(choice, "tool_choice", "name");
        bool isKnown = false;
        body["tools"].elements(
            [&](Value tool) { isKnown = isKnown || tool["name"].text() == choice["name"].text(); });
        if (!isKnown) {
            rules.refuse("tool_choice",
                         "Tool '" + choice["name"].text() + "' not found in provided tools");
        }
    } else if (!choice["name"].isMissing()) {
        rules.refuse("tool_choice.name", "Extra inputs are not permitted");
    }
    if (thinks && (choice["type"].is("any") || choice["type"].is("tool"))) {
        rules.refuse({}, "Thinking may not be enabled when tool_choice forces tool use.");
    }
}

/// True when the model is to think.
bool checkThinking(Rules &rules, Value body, bool isCount)
{
    const Value thinking = body["thinking"];
    if (thinking.isMissing()) {
        return false;
    }
    rules.needsObject(body, {}, "thinking");
    rules.word(thinking, "thinking", "type", {"enabled", "disabled", "adaptive"});
    rules.needsText(thinking, "thinking", "type");
    rules.word(thinking, "thinking", "display", {"summarized", "omitted"});
    if (!thinking["type"].is("enabled")) {
        rules.only(thinking, "thinking", {"type", "display"});
        return thinking["type"].is("adaptive");
    }
    rules.only(thinking, "thinking", {"type", "display", "budget_tokens"});
    const auto budget = thinking["budget_tokens"].integer();
    if (!budget || *budget < LeastBudget) {
        rules.refuse("thinking.enabled.budget_tokens",
                     "Input should be greater than or equal to 1024");
    } else if (!isCount && *budget >= body["max_tokens"].integer().value_or(0)) {
        rules.refuse({}, "`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
    return true;
}

void checkSampling(Rules &rules, Value body, bool thinks)
{
    rules.number(body, {}, "temperature", 0, 1);
    rules.number(body, {}, "top_p", 0, 1);
    rules.integer(body, {}, "top_k", 0);
    if (!thinks) {
        return;
    }
    if (const auto temperature = body["temperature"].number(); temperature && *temperature != 1) {
        rules.refuse({}, "`temperature` may only be set to 1 when thinking is enabled.");
    }
    if (!body["top_k"].isMissing()) {
        rules.refuse({}, "`top_k` must be unset when thinking is enabled.");
    }
    if (const auto topP = body["top_p"].number(); topP && *topP < 0.95) {
        rules.refuse({}, "`top_p` must be greater than or equal to 0.95 when thinking is enabled.");
    }
}

void checkOutput(Rules &rules, Value body)
{
    const Value output = body["output_config"];
    if (output.isMissing()) {
        return;
    }
    rules.needsObject(body, {}, "output_config");
    rules.only(output, "output_config", {"effort", "format", "task_budget"});
    rules.word(output, "output_config", "effort", {"low", "medium", "high", "xhigh", "max"});
    if (const Value format = output["format"]; !format.isMissing()) {
        rules.only(format, "output_config.format", {"type", "schema"});
        rules.word(format, "output_config.format", "type", {"json_schema"});
        rules.needsText(format, "output_config.format", "type");
        rules.needsObject(format, "output_config.format", "schema");
    }
}

void checkTop(Rules &rules, Value body, const Call &call)
{
    const bool isCount = call.task == Task::Count;
    if (isCount) {
        rules.only(body, {},
                   {"model", "messages", "system", "tools", "tool_choice", "thinking",
                    "output_config", "cache_control", "context_management", "mcp_servers",
                    "anthropic_version", "anthropic_beta"});
    } else {
        rules.only(body, {},
                   {"model",
                    "max_tokens",
                    "messages",
                    "system",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stop_sequences",
                    "stream",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "metadata",
                    "service_tier",
                    "cache_control",
                    "container",
                    "inference_geo",
                    "context_management",
                    "mcp_servers",
                    "anthropic_version",
                    "anthropic_beta"});
        if (body["max_tokens"].isMissing()) {
            rules.refuse("max_tokens", "Field required");
        }
        rules.integer(body, {}, "max_tokens", 1);
    }
    const bool isNamedInPath = call.isVertex && !call.model.empty();
    if (isNamedInPath && !body["model"].isMissing()) {
        rules.refuse("model", "Extra inputs are not permitted");
    } else if (!isNamedInPath) {
        rules.needsText(body, {}, "model");
    }
    if (call.isVertex && !body["anthropic_version"].is("vertex-2023-10-16")) {
        rules.refuse("anthropic_version", "Field required");
    } else if (!call.isVertex &&
               (!body["anthropic_version"].isMissing() || !body["anthropic_beta"].isMissing())) {
        rules.refuse("anthropic_version", "Extra inputs are not permitted");
    }
    rules.boolean(body, {}, "stream");
    rules.word(body, {}, "service_tier", {"auto", "standard_only"});
    if (const Value metadata = body["metadata"]; !metadata.isMissing()) {
        rules.needsObject(body, {}, "metadata");
        rules.only(metadata, "metadata", {"user_id"});
    }
    rules.texts(body, {}, "stop_sequences", 8191);
    rules.each(body["stop_sequences"], "stop_sequences", [&](Value each, const std::string &path) {
        if (isBlank(each.text())) {
            rules.refuse(path, "each stop sequence must contain non-whitespace");
        }
    });
}

} // namespace

std::optional<Refusal> checkAnthropic(Value body, const Call &call)
{
    Rules rules("Extra inputs are not permitted");
    checkTop(rules, body, call);
    const bool thinks = checkThinking(rules, body, call.task == Task::Count);
    checkSampling(rules, body, thinks);
    checkOutput(rules, body);
    checkTools(rules, body);
    checkChoice(rules, body, thinks);
    checkAnthropicSystem(rules, body["system"]);
    if (rules.needsArray(body, {}, "messages")) {
        checkAnthropicMessages(rules, body, call.hasBeta);
    }
    return rules.refusal();
}

} // namespace meridian::simulate
