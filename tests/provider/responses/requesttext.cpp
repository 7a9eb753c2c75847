// SPDX-License-Identifier: MIT
#include "tests/provider/responses/requesttext.h"

#include "core/json/jsonwriter.h"

namespace meridian::testing {

namespace {

using namespace provider;
using json::JsonWriter;

constexpr const char *RoleNames[] = {"system", "developer", "user", "assistant", "tool"};
constexpr const char *KindNames[] = {"text",     "image", "document", "audio",   "thinking",
                                     "redacted", "call",  "result",   "refusal", "opaque"};
constexpr const char *SourceNames[] = {"none", "base64", "url", "file_id", "text"};
constexpr const char *VendorNames[] = {"unknown", "openai", "anthropic",
                                       "google",  "cohere", "ollama"};
constexpr const char *ChoiceNames[] = {"unset", "auto", "required", "none", "function", "opaque"};
constexpr const char *FormatNames[] = {"unset", "text", "json_object", "json_schema"};
constexpr const char *EffortNames[] = {"unset",  "none", "minimal", "low",
                                       "medium", "high", "xhigh",   "max"};

template <typename E, std::size_t N>
const char *nameOf(const char *const (&names)[N], E value)
{
    return names[static_cast<std::size_t>(value)];
}

void add(JsonWriter &out, std::string_view name, const std::string &text)
{
    if (!text.empty()) {
        out.string(name, text);
    }
}

void addRaw(JsonWriter &out, std::string_view name, const std::string &json)
{
    if (!json.empty()) {
        out.raw(name, json);
    }
}

void add(JsonWriter &out, std::string_view name, const std::optional<bool> &flag)
{
    if (flag) {
        out.boolean(name, *flag);
    }
}

void add(JsonWriter &out, std::string_view name, const std::optional<std::int64_t> &number)
{
    if (number) {
        out.integer(name, *number);
    }
}

void add(JsonWriter &out, const std::vector<Extra> &extras)
{
    if (extras.empty()) {
        return;
    }
    out.key("extras").beginObject();
    for (const Extra &extra : extras) {
        out.raw(extra.name, extra.json);
    }
    out.endObject();
}

void add(JsonWriter &out, const std::vector<Part> &parts)
{
    out.key("parts").beginArray();
    for (const Part &part : parts) {
        out.beginObject().string("kind", nameOf(KindNames, part.kind));
        add(out, "text", part.text);
        add(out, "id", part.id);
        add(out, "name", part.name);
        add(out, "signature", part.signature);
        if (part.signedBy != Vendor::Unknown) {
            out.string("signed_by", nameOf(VendorNames, part.signedBy));
        }
        if (part.source.kind != Source::Kind::None) {
            out.string("source", nameOf(SourceNames, part.source.kind));
            add(out, "media_type", part.source.mediaType);
            add(out, "data", part.source.data);
        }
        add(out, "detail", part.detail);
        if (!part.parts.empty()) {
            add(out, part.parts);
        }
        addRaw(out, "json", part.json);
        add(out, part.extras);
        out.endObject();
    }
    out.endArray();
}

void add(JsonWriter &out, const std::vector<Tool> &tools)
{
    out.key("tools").beginArray();
    for (const Tool &tool : tools) {
        out.beginObject();
        out.string("kind", tool.kind == Tool::Kind::Hosted ? "hosted" : "function");
        add(out, "name", tool.name);
        add(out, "description", tool.description);
        addRaw(out, "schema", tool.schema);
        add(out, "strict", tool.strict);
        addRaw(out, "json", tool.json);
        add(out, tool.extras);
        out.endObject();
    }
    out.endArray();
}

} // namespace

std::string textOf(const ChatRequest &request)
{
    JsonWriter out;
    out.beginObject().string("origin", dialectName(request.origin));
    add(out, "model", request.model);
    out.key("turns").beginArray();
    for (const Turn &turn : request.turns) {
        out.beginObject().string("role", nameOf(RoleNames, turn.role));
        add(out, turn.parts);
        add(out, turn.extras);
        out.endObject();
    }
    out.endArray();
    add(out, request.tools);
    out.string("tool_choice", nameOf(ChoiceNames, request.toolChoice.kind));
    add(out, "tool_choice_name", request.toolChoice.name);
    addRaw(out, "tool_choice_json", request.toolChoice.json);
    add(out, "parallel_tool_calls", request.parallelToolCalls);
    add(out, "max_tokens", request.maxTokens);
    addRaw(out, "temperature", request.temperature);
    addRaw(out, "top_p", request.topP);
    add(out, "top_logprobs", request.topLogprobs);
    out.boolean("stream", request.isStream).boolean("wants_usage", request.wantsUsage);
    add(out, "user", request.user);
    addRaw(out, "metadata", request.metadata);
    add(out, "service_tier", request.serviceTier);
    add(out, "verbosity", request.verbosity);
    out.string("format", nameOf(FormatNames, request.format.kind));
    add(out, "format_name", request.format.name);
    add(out, "format_description", request.format.description);
    addRaw(out, "format_schema", request.format.schema);
    add(out, "format_strict", request.format.strict);
    out.string("effort", nameOf(EffortNames, request.reasoning.effort));
    add(out, "summary", request.reasoning.summary);
    add(out, "wants_text", request.reasoning.wantsText);
    add(out, request.extras);
    out.endObject();
    return out.take();
}

} // namespace meridian::testing
