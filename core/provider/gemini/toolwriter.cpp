// SPDX-License-Identifier: MIT
#include "core/provider/gemini/toolwriter.h"

#include "core/provider/gemini/fields.h"
#include "core/provider/gemini/schema.h"
#include "core/provider/gemini/words.h"

namespace meridian::provider::gemini {

namespace {

class ToolWriter
{
public:
    ToolWriter(json::JsonWriter &out, const RequestContext &context, Fidelity &fidelity)
        : m_out(out)
        , m_context(context)
        , m_fidelity(fidelity)
    {
    }

    void tools(const ChatRequest &request);
    void choice(const ChatRequest &request);

private:
    void functions(const ChatRequest &request);
    void function(const Tool &tool, const std::string &path);
    void schema(const Tool &tool, const std::string &path);

    json::JsonWriter &m_out;
    const RequestContext &m_context;
    Fidelity &m_fidelity;
};

bool isWritten(const Tool &tool)
{
    return tool.kind == Tool::Kind::Function || tool.origin == Dialect::Gemini;
}

void ToolWriter::tools(const ChatRequest &request)
{
    bool isOpen = false;
    bool hasFunctions = false;
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        if (!isWritten(tool)) {
            m_fidelity.dropped(elementOf("tools", i), "a tool that only its own provider hosts");
            continue;
        }
        if (!isOpen) {
            isOpen = true;
            m_out.key("tools").beginArray();
        }
        if (tool.kind == Tool::Kind::Hosted) {
            m_out.raw(tool.json);
        } else if (!hasFunctions) {
            hasFunctions = true;
            functions(request);
        }
    }
    if (isOpen) {
        m_out.endArray();
    }
}

/// All of them in one entry: Gemini refuses several.
void ToolWriter::functions(const ChatRequest &request)
{
    m_out.beginObject().key("functionDeclarations").beginArray();
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        if (request.tools[i].kind == Tool::Kind::Function) {
            function(request.tools[i], elementOf("tools", i));
        }
    }
    m_out.endArray().endObject();
}

void ToolWriter::function(const Tool &tool, const std::string &path)
{
    const std::string name = geminiName(tool.name);
    if (name != tool.name) {
        m_fidelity.approximated(path + ".name", "the name has characters that Gemini refuses");
    }
    m_out.beginObject().string("name", name);
    if (!tool.description.empty()) {
        m_out.string("description", tool.description);
    }
    schema(tool, path);
    for (const Extra &extra : tool.extras) {
        if (tool.origin == Dialect::Gemini) {
            m_out.raw(extra.name, extra.json);
        } else {
            m_fidelity.dropped(path + "." + extra.name);
        }
    }
    m_out.endObject();
    if (tool.strict.value_or(false)) {
        m_fidelity.dropped(path + ".strict", "Gemini has no strict functions");
    }
    if (tool.cache.isSet) {
        m_fidelity.approximated(path + ".cache_control", "Gemini caches by itself");
    }
}

void ToolWriter::schema(const Tool &tool, const std::string &path)
{
    if (tool.origin == Dialect::Gemini && !tool.json.empty()) {
        m_out.raw("parameters", tool.json);
        return;
    }
    if (tool.schema.empty()) {
        return;
    }
    if (m_context.options.jsonSchemaTools) {
        m_out.raw("parametersJsonSchema", tool.schema);
        return;
    }
    const SchemaText text = schemaOf(json::Value(tool.schema));
    if (!text.isExact) {
        m_fidelity.approximated(path + ".parameters", "Gemini's Schema cannot say all of it");
    }
    if (!text.isEmptyObject) {
        m_out.raw("parameters", text.json);
    }
}

void ToolWriter::choice(const ChatRequest &request)
{
    if (request.origin == Dialect::Gemini) {
        for (const Extra &extra : request.extras) {
            if (extra.name == "toolConfig") {
                m_out.raw("toolConfig", extra.json);
                return;
            }
        }
    }
    std::string_view mode;
    switch (request.toolChoice.kind) {
    case ToolChoice::Kind::Unset:
        return;
    case ToolChoice::Kind::Auto:
        mode = "AUTO";
        break;
    case ToolChoice::Kind::None:
        mode = "NONE";
        break;
    case ToolChoice::Kind::Required:
    case ToolChoice::Kind::Function:
        mode = "ANY";
        break;
    case ToolChoice::Kind::Opaque:
        m_fidelity.dropped("tool_choice", "Gemini cannot say it");
        return;
    }
    m_out.key("toolConfig").beginObject().key("functionCallingConfig").beginObject();
    m_out.string("mode", mode);
    if (request.toolChoice.kind == ToolChoice::Kind::Function) {
        m_out.key("allowedFunctionNames").beginArray();
        m_out.string(geminiName(request.toolChoice.name)).endArray();
    }
    m_out.endObject().endObject();
}

} // namespace

void writeTools(json::JsonWriter &out,
                const ChatRequest &request,
                const RequestContext &context,
                Fidelity &fidelity)
{
    ToolWriter writer(out, context, fidelity);
    writer.tools(request);
    writer.choice(request);
}

} // namespace meridian::provider::gemini
