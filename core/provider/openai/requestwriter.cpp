// SPDX-License-Identifier: MIT
#include "core/provider/openai/requestwriter.h"

#include "core/provider/common.h"
#include "core/provider/openai/commonfields.h"
#include "core/provider/openai/messagewriter.h"
#include "core/provider/openai/partwriter.h"
#include "core/provider/openai/spelling.h"

#include <algorithm>
#include <array>

namespace meridian::provider::openai {

namespace {

using Effort = Reasoning::Effort;

/// Fields of /v1/responses without which the answer is the same.
constexpr std::array<std::string_view, 6> HarmlessExtras{
    "client_metadata",        "include", "prompt_cache_key",
    "prompt_cache_retention", "store",   "safety_identifier"};

class RequestWriter
{
public:
    RequestWriter(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
        : m_request(request)
        , m_model(context.model)
        , m_fidelity(fidelity)
        , m_isOwn(request.origin == Dialect::OpenAiChat)
    {
    }

    std::string take();

private:
    void limits();
    void sampling();
    void oneAnswer();
    void account();
    void reasoning();
    void format();
    void stream();
    void extras();
    void tools();
    void tool(const Tool &tool);
    void function(const Tool &tool);
    void toolChoice();
    void functions();
    [[nodiscard]] bool hasExtra(std::string_view name) const;
    [[nodiscard]] bool hasTools() const;

    const ChatRequest &m_request;
    const std::string_view m_model;
    Fidelity &m_fidelity;
    const bool m_isOwn;
    json::JsonWriter m_json;
};

bool RequestWriter::hasExtra(std::string_view name) const
{
    return m_isOwn && std::any_of(m_request.extras.begin(), m_request.extras.end(),
                                  [name](const Extra &each) { return each.name == name; });
}

void RequestWriter::limits()
{
    if (!m_request.maxTokens) {
        return;
    }
    // both came: the other one is among the extras
    const bool isNew = isReasoningModel(m_model) || hasExtra("max_tokens");
    m_json.integer(isNew ? "max_completion_tokens" : "max_tokens", *m_request.maxTokens);
}

void RequestWriter::sampling()
{
    for (const NumberField &each : NumberFields) {
        const Number &number = m_request.*each.field;
        if (number.empty()) {
            continue;
        }
        if (each.isOpenAis || m_isOwn || !isOpenAiModel(m_model)) {
            m_json.raw(each.name, number);
        } else {
            m_fidelity.dropped(std::string(each.name), "OpenAI has no such field");
        }
    }
    if (!m_request.logitBias.empty()) {
        m_json.raw("logit_bias", m_request.logitBias);
    }
    if (!m_request.stop.empty()) {
        m_json.key("stop").beginArray();
        for (const std::string &each : m_request.stop) {
            m_json.string(each);
        }
        m_json.endArray();
    }
}

/// What only an answer in the same dialect has room for.
void RequestWriter::oneAnswer()
{
    if (m_isOwn) {
        if (m_request.choices) {
            m_json.integer("n", *m_request.choices);
        }
        if (m_request.logprobs) {
            m_json.boolean("logprobs", *m_request.logprobs);
        }
        if (m_request.topLogprobs) {
            m_json.integer("top_logprobs", *m_request.topLogprobs);
        }
        return;
    }
    if (m_request.choices && *m_request.choices != 1) {
        m_fidelity.dropped("n", "one answer can be translated");
    }
    if (m_request.logprobs.value_or(false) || m_request.topLogprobs.value_or(0) != 0) {
        m_fidelity.dropped("logprobs", "probabilities are not translated");
    }
}

void RequestWriter::account()
{
    const bool isOpenAis = vendorOf(m_request.origin) == Vendor::OpenAi;
    if (!m_request.user.empty()) {
        m_json.string("user", m_request.user);
    }
    if (!m_request.metadata.empty() && m_isOwn) {
        m_json.raw("metadata", m_request.metadata);
    } else if (!m_request.metadata.empty()) {
        m_fidelity.dropped("metadata", "OpenAI takes it with stored answers only");
    }
    if (!m_request.serviceTier.empty() && isOpenAis) {
        m_json.string("service_tier", m_request.serviceTier);
    } else if (!m_request.serviceTier.empty() && m_request.serviceTier != "auto") {
        m_fidelity.dropped("service_tier", "the tiers of another provider");
    }
    if (!m_request.keepAlive.empty()) {
        m_fidelity.dropped("keep_alive", "only Ollama is told how long to keep a model");
    }
    if (!m_request.verbosity.empty()) {
        m_json.string("verbosity", m_request.verbosity);
    }
}

void RequestWriter::reasoning()
{
    const Reasoning &wanted = m_request.reasoning;
    Effort effort = wanted.effort;
    if (effort == Effort::Max && !m_isOwn) {
        effort = Effort::XHigh;
        m_fidelity.approximated("reasoning.effort", "xhigh is OpenAI's most");
    }
    if (effort == Effort::Unset && wanted.budget && wanted.isEnabled.value_or(true)) {
        effort = effortOfBudget(*wanted.budget);
        m_fidelity.approximated("reasoning.budget", "a budget of tokens becomes an effort");
    } else if (effort == Effort::Unset && wanted.isEnabled.value_or(false)) {
        effort = Effort::Medium;
    } else if (effort == Effort::Unset && wanted.isEnabled && isReasoningModel(m_model)) {
        effort = Effort::Low; // "none" is refused by most of them
        m_fidelity.approximated("reasoning", "the model cannot be kept from thinking");
    } else if (effort == Effort::Unset && wanted.isEnabled) {
        m_fidelity.dropped("reasoning", "the dialect cannot switch thinking off");
    }
    if (effort != Effort::Unset) {
        m_json.string("reasoning_effort", effortName(effort));
    }
}

void RequestWriter::format()
{
    const ResponseFormat &format = m_request.format;
    if (format.kind == ResponseFormat::Kind::Unset || hasExtra("response_format")) {
        return; // the extra says more, and stands for all of it
    }
    m_json.key("response_format").beginObject();
    if (format.kind == ResponseFormat::Kind::JsonSchema) {
        m_json.string("type", "json_schema").key("json_schema").beginObject();
        m_json.string("name", format.name.empty() ? "response" : format.name);
        if (!format.description.empty()) {
            m_json.string("description", format.description);
        }
        if (!format.schema.empty()) {
            m_json.raw("schema", format.schema);
        }
        if (format.strict) {
            m_json.boolean("strict", *format.strict);
        }
        m_json.endObject();
    } else {
        m_json.string("type", format.kind == ResponseFormat::Kind::Text ? "text" : "json_object");
    }
    m_json.endObject();
}

void RequestWriter::stream()
{
    if (m_request.isStream) { // usage is always wanted by us
        m_json.boolean("stream", true).key("stream_options").beginObject();
        m_json.boolean("include_usage", true);
        if (m_isOwn) {
            writeNestedExtras(m_json, m_request.extras, "stream_options");
        }
        m_json.endObject();
    }
}

void RequestWriter::extras()
{
    if (m_isOwn) {
        writeExtras(m_json, m_request.extras, "stream_options");
        return;
    }
    for (const Extra &extra : m_request.extras) {
        const bool isHarmless = m_request.origin == Dialect::OpenAiResponses &&
                                std::find(HarmlessExtras.begin(), HarmlessExtras.end(),
                                          extra.name) != HarmlessExtras.end();
        if (!isHarmless) {
            m_fidelity.dropped(extra.name);
        }
    }
}

void RequestWriter::function(const Tool &tool)
{
    m_json.string("name", tool.name);
    if (!tool.description.empty()) {
        m_json.string("description", tool.description);
    }
    if (!tool.schema.empty()) {
        m_json.raw("parameters", tool.schema);
    }
    if (tool.strict) {
        m_json.boolean("strict", *tool.strict);
    }
}

void RequestWriter::tool(const Tool &tool)
{
    if (tool.kind == Tool::Kind::Hosted) {
        m_json.raw(tool.json);
        return;
    }
    const bool isOwn = tool.origin == Dialect::OpenAiChat;
    m_json.beginObject().string("type", "function").key("function").beginObject();
    function(tool);
    if (isOwn) {
        writeNestedExtras(m_json, tool.extras, "function");
    }
    m_json.endObject();
    if (isOwn) {
        writeExtras(m_json, tool.extras, "function");
    }
    if (m_isOwn) {
        writeCacheControl(m_json, tool.cache);
    }
    m_json.endObject();
}

bool RequestWriter::hasTools() const
{
    return std::any_of(m_request.tools.begin(), m_request.tools.end(), [](const Tool &each) {
        return !isLegacy(each) &&
               (each.kind == Tool::Kind::Function || each.origin == Dialect::OpenAiChat);
    });
}

void RequestWriter::tools()
{
    const bool has = hasTools();
    if (has) {
        m_json.key("tools").beginArray();
    }
    for (std::size_t i = 0; i < m_request.tools.size(); ++i) {
        const Tool &each = m_request.tools[i];
        const std::string path = "tools[" + std::to_string(i) + "]";
        if (each.origin != Dialect::OpenAiChat && each.kind == Tool::Kind::Hosted) {
            m_fidelity.dropped(path, "a tool that runs at another provider");
        } else if (!isLegacy(each)) {
            if (each.origin != Dialect::OpenAiChat) {
                dropExtras(each.extras, path, m_fidelity);
            }
            tool(each);
        }
    }
    if (has) {
        m_json.endArray();
    }
    if (has || m_isOwn) { // OpenAI refuses a choice without tools
        toolChoice();
    } else if (m_request.toolChoice.kind == ToolChoice::Kind::Required ||
               m_request.toolChoice.kind == ToolChoice::Kind::Function ||
               m_request.toolChoice.kind == ToolChoice::Kind::Opaque) {
        m_fidelity.dropped("tool_choice", "there is no tool to choose");
    }
}

void RequestWriter::toolChoice()
{
    const ToolChoice &choice = m_request.toolChoice;
    if (wantsFunctionCall(&m_request)) {
        functions();
        return;
    }
    switch (choice.kind) {
    case ToolChoice::Kind::Unset:
        break;
    case ToolChoice::Kind::Auto:
        m_json.string("tool_choice", "auto");
        break;
    case ToolChoice::Kind::Required:
        m_json.string("tool_choice", "required");
        break;
    case ToolChoice::Kind::None:
        m_json.string("tool_choice", "none");
        break;
    case ToolChoice::Kind::Function:
        m_json.key("tool_choice").beginObject().string("type", "function");
        m_json.key("function").beginObject().string("name", choice.name).endObject();
        m_json.endObject();
        break;
    case ToolChoice::Kind::Opaque:
        if (m_isOwn) {
            m_json.raw("tool_choice", choice.json);
        } else {
            m_fidelity.dropped("tool_choice", "a choice that OpenAI does not know");
        }
        break;
    }
    if (m_request.parallelToolCalls) {
        m_json.boolean("parallel_tool_calls", *m_request.parallelToolCalls);
    }
}

/// The form of before tools, as it came.
void RequestWriter::functions()
{
    m_json.key("functions").beginArray();
    for (const Tool &each : m_request.tools) {
        if (isLegacy(each)) {
            m_json.beginObject();
            function(each);
            writeExtras(m_json, each.extras);
            m_json.endObject();
        }
    }
    m_json.endArray();
    const ToolChoice &choice = m_request.toolChoice;
    if (choice.kind == ToolChoice::Kind::Function) {
        m_json.key("function_call").beginObject().string("name", choice.name).endObject();
    } else if (choice.kind == ToolChoice::Kind::Auto || choice.kind == ToolChoice::Kind::None) {
        m_json.string("function_call", choice.kind == ToolChoice::Kind::Auto ? "auto" : "none");
    }
    if (m_request.parallelToolCalls.value_or(false)) { // false is what functions mean anyway
        m_json.boolean("parallel_tool_calls", true);
    }
}

std::string RequestWriter::take()
{
    m_json.beginObject();
    m_json.string("model", m_model);
    limits();
    sampling();
    oneAnswer();
    account();
    reasoning();
    format();
    stream();
    extras();
    tools();
    m_json.key("messages");
    MessageWriter(m_json, m_request, m_model, m_fidelity).write();
    m_json.endObject();
    return m_json.take();
}

} // namespace

std::string
writeChatRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    return RequestWriter(request, context, fidelity).take();
}

} // namespace meridian::provider::openai
