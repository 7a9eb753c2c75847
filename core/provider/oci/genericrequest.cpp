// SPDX-License-Identifier: MIT
#include "core/provider/common.h"
#include "core/provider/oci/chatrequests.h"
#include "core/provider/oci/genericmessages.h"
#include "core/provider/oci/requestparts.h"
#include "core/provider/oci/schema.h"

namespace meridian::provider::oci {

namespace {

/// OpenAI's own models refuse maxTokens; its open-weight ones are served like everybody else's.
std::string_view limitName(std::string_view model) noexcept
{
    return model.starts_with("openai.") && !model.starts_with("openai.gpt-oss")
               ? "maxCompletionTokens"
               : "maxTokens";
}

bool hasFunctions(const ChatRequest &request) noexcept
{
    for (const Tool &tool : request.tools) {
        if (tool.kind == Tool::Kind::Function) {
            return true;
        }
    }
    return false;
}

void writeReasoning(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    const Reasoning::Effort effort = effortToAsk(request.reasoning, fidelity);
    if (effort != Reasoning::Effort::Unset) {
        out.string("reasoningEffort", upper(effortName(effort)));
    }
}

/// One of a few words in upper case, or a report.
void writeWord(json::JsonWriter &out,
               std::string_view name,
               std::string_view value,
               std::initializer_list<std::string_view> known,
               const char *path,
               Fidelity &fidelity)
{
    if (value.empty()) {
        return;
    }
    for (const std::string_view word : known) {
        if (word == value) {
            out.string(name, upper(value));
            return;
        }
    }
    fidelity.dropped(path, "the provider does not know this value");
}

void writeFormat(json::JsonWriter &out,
                 const ChatRequest &request,
                 const SchemaRules &rules,
                 Fidelity &fidelity)
{
    const ResponseFormat &format = request.format;
    if (format.kind == ResponseFormat::Kind::Unset) {
        return;
    }
    out.key("responseFormat").beginObject();
    if (format.kind == ResponseFormat::Kind::Text) {
        out.string("type", "TEXT");
    } else if (format.kind == ResponseFormat::Kind::JsonObject) {
        out.string("type", "JSON_OBJECT");
    } else {
        out.string("type", "JSON_SCHEMA").key("jsonSchema").beginObject();
        out.string("name", format.name.empty() ? "answer" : std::string_view(format.name));
        if (!format.description.empty()) {
            out.string("description", format.description);
        }
        if (!format.schema.empty()) {
            const PlainSchema schema = plainSchema(format.schema, rules);
            if (!schema.isExact()) {
                fidelity.approximated("response_format.json_schema.schema",
                                      "rewritten without what the model refuses");
            }
            out.raw("schema", schema.json);
        }
        if (format.strict) {
            out.boolean("isStrict", *format.strict);
        }
        out.endObject();
    }
    out.endObject();
}

void writeTools(json::JsonWriter &out,
                const ChatRequest &request,
                const SchemaRules &rules,
                Fidelity &fidelity)
{
    out.key("tools").beginArray();
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        if (tool.kind != Tool::Kind::Function) {
            continue; // reported as a whole already
        }
        const std::string path = "tools[" + std::to_string(i) + "]";
        const PlainSchema schema = plainSchema(tool.schema, rules);
        if (!schema.isExact()) {
            fidelity.approximated(path + ".function.parameters",
                                  "rewritten without what the model refuses");
        }
        if (tool.strict.value_or(false)) {
            fidelity.dropped(path + ".function.strict", "the provider has no such field");
        }
        out.beginObject().string("type", "FUNCTION").string("name", tool.name);
        if (!tool.description.empty()) {
            out.string("description", tool.description);
        }
        out.raw("parameters", schema.json).endObject();
    }
    out.endArray();
}

void writeChoice(json::JsonWriter &out, const ToolChoice &choice, Fidelity &fidelity)
{
    std::string_view type;
    switch (choice.kind) {
    case ToolChoice::Kind::Unset:
        return;
    case ToolChoice::Kind::Auto:
        type = "AUTO";
        break;
    case ToolChoice::Kind::Required:
        type = "REQUIRED";
        break;
    case ToolChoice::Kind::None:
        type = "NONE";
        break;
    case ToolChoice::Kind::Function:
        type = "FUNCTION";
        break;
    case ToolChoice::Kind::Opaque:
        fidelity.dropped("tool_choice", "the provider has no such choice");
        return;
    }
    out.key("toolChoice").beginObject().string("type", type);
    if (choice.kind == ToolChoice::Kind::Function) {
        out.string("name", choice.name);
    }
    out.endObject();
}

} // namespace

std::string
genericBody(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    const bool isGoogle = context.model.starts_with("google.");
    reportUnsaid(request, false, fidelity);
    json::JsonWriter out;
    beginBody(out, context, "GENERIC");
    writeStream(out, request);
    out.integer(limitName(context.model), maxTokensOf(request, context));
    writeSampling(out, request);
    writeStops(out, "stop", request);
    if (!request.logitBias.empty()) {
        out.raw("logitBias", request.logitBias);
    }
    writeReasoning(out, request, fidelity);
    writeWord(out, "verbosity", request.verbosity, {"low", "medium", "high"}, "verbosity",
              fidelity);
    writeWord(out, "serviceTier", request.serviceTier, {"auto", "default", "priority"},
              "service_tier", fidelity);
    if (!request.metadata.empty()) {
        out.raw("metadata", request.metadata);
    }
    writeFormat(out, request, {false, !isGoogle}, fidelity);
    if (hasFunctions(request)) {
        writeTools(out, request, {true, !isGoogle}, fidelity);
        writeChoice(out, request.toolChoice, fidelity);
        if (request.parallelToolCalls) {
            out.boolean("isParallelToolCalls", *request.parallelToolCalls);
        }
    } else if (request.toolChoice.kind == ToolChoice::Kind::Required ||
               request.toolChoice.kind == ToolChoice::Kind::Function) {
        fidelity.dropped("tool_choice", "there is no tool to choose");
    }
    writeGenericMessages(out, request, context.model.starts_with("openai."), fidelity);
    out.endObject().endObject();
    return out.take();
}

} // namespace meridian::provider::oci
