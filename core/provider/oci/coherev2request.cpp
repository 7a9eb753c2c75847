// SPDX-License-Identifier: MIT
#include "core/provider/common.h"
#include "core/provider/oci/chatrequests.h"
#include "core/provider/oci/cohereformat.h"
#include "core/provider/oci/coherev2messages.h"
#include "core/provider/oci/requestparts.h"
#include "core/provider/oci/schema.h"

namespace meridian::provider::oci {

namespace {

/// Is the tool told to the model? A choice of one function leaves the others out.
bool isSent(const Tool &tool, const ToolChoice &choice) noexcept
{
    return tool.kind == Tool::Kind::Function &&
           (choice.kind != ToolChoice::Kind::Function || tool.name == choice.name);
}

void writeTool(json::JsonWriter &out, const Tool &tool, const std::string &path, Fidelity &fidelity)
{
    const PlainSchema schema = plainSchema(tool.schema, {true, true});
    if (!schema.isExact()) {
        fidelity.approximated(path + ".function.parameters",
                              "rewritten without what the model refuses");
    }
    out.beginObject().string("type", "FUNCTION").key("function").beginObject();
    out.string("name", tool.name);
    if (!tool.description.empty()) {
        out.string("description", tool.description);
    }
    out.raw("parameters", schema.json).endObject().endObject();
}

/// True when there was any.
bool writeTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    std::size_t sent = 0;
    std::size_t strict = 0;
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        if (!isSent(tool, request.toolChoice)) {
            continue;
        }
        if (sent++ == 0) {
            out.key("tools").beginArray();
        }
        strict += tool.strict.value_or(false) ? 1 : 0;
        writeTool(out, tool, "tools[" + std::to_string(i) + "]", fidelity);
    }
    if (sent > 0) {
        out.endArray();
    }
    if (strict > 0) {
        out.boolean("isStrictToolsEnabled", true);
        if (strict != sent) {
            fidelity.approximated("tools", "all of them are strict, or none is");
        }
    }
    return sent > 0;
}

void writeChoice(json::JsonWriter &out, const ToolChoice &choice, Fidelity &fidelity)
{
    switch (choice.kind) {
    case ToolChoice::Kind::Unset:
    case ToolChoice::Kind::Auto:
        return; // said by silence
    case ToolChoice::Kind::None:
        out.string("toolsChoice", "NONE");
        return;
    case ToolChoice::Kind::Function:
        fidelity.approximated("tool_choice", "the other tools are left out");
        [[fallthrough]];
    case ToolChoice::Kind::Required:
        out.string("toolsChoice", "REQUIRED");
        return;
    case ToolChoice::Kind::Opaque:
        fidelity.dropped("tool_choice", "the provider has no such choice");
    }
}

void writeThinking(json::JsonWriter &out, const Reasoning &reasoning, Fidelity &fidelity)
{
    using Effort = Reasoning::Effort;
    const bool isOff = reasoning.effort == Effort::None || reasoning.isEnabled == false;
    const bool isOn = reasoning.effort != Effort::Unset || reasoning.budget ||
                      reasoning.isAdaptive || reasoning.isEnabled == true;
    if (!isOff && !isOn) {
        return;
    }
    out.key("thinking").beginObject().string("type", isOff ? "DISABLED" : "ENABLED");
    if (!isOff && reasoning.budget && *reasoning.budget > 0) {
        out.integer("tokenBudget", *reasoning.budget);
    } else if (!isOff && reasoning.effort != Effort::Unset) {
        fidelity.approximated("reasoning_effort", "an effort becomes a budget of tokens");
        out.integer("tokenBudget", budgetOfEffort(reasoning.effort));
    }
    out.endObject();
}

} // namespace

std::string
cohereV2Body(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    reportUnsaid(request, true, fidelity);
    json::JsonWriter out;
    beginBody(out, context, "COHEREV2");
    writeStream(out, request);
    out.integer("maxTokens", maxTokensOf(request, context));
    writeSampling(out, request);
    writeStops(out, "stopSequences", request);
    writeThinking(out, request.reasoning, fidelity);
    writeCohereFormat(out, request.format, fidelity);
    if (writeTools(out, request, fidelity)) {
        writeChoice(out, request.toolChoice, fidelity);
    } else if (request.toolChoice.kind == ToolChoice::Kind::Required ||
               request.toolChoice.kind == ToolChoice::Kind::Function) {
        fidelity.dropped("tool_choice", "there is no tool to choose");
    }
    // only the reasoning models know what a thought is; the others refuse it
    const bool takesThoughts = context.model.find("reasoning") != std::string_view::npos;
    writeCohereV2Messages(out, request, takesThoughts, fidelity);
    out.endObject().endObject();
    return out.take();
}

} // namespace meridian::provider::oci
