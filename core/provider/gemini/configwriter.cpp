// SPDX-License-Identifier: MIT
#include "core/provider/gemini/configwriter.h"

#include "core/json/jsonwriter.h"
#include "core/provider/gemini/configreader.h"
#include "core/provider/gemini/schema.h"
#include "core/provider/gemini/thinking.h"

namespace meridian::provider::gemini {

namespace {

constexpr std::size_t MaxStops = 5;

class ConfigWriter
{
public:
    ConfigWriter(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
        : m_request(request)
        , m_context(context)
        , m_fidelity(fidelity)
        , m_isOwn(request.origin == Dialect::Gemini)
    {
    }

    std::string take();

private:
    void number(std::string_view name, const Number &value);
    void limits();
    void stop();
    void sampling();
    void format();
    void extras();

    const ChatRequest &m_request;
    const RequestContext &m_context;
    Fidelity &m_fidelity;
    const bool m_isOwn;
    json::JsonWriter m_out;
};

void ConfigWriter::number(std::string_view name, const Number &value)
{
    if (!value.empty()) {
        m_out.raw(name, value);
    }
}

void ConfigWriter::limits()
{
    const auto max = m_request.maxTokens ? m_request.maxTokens : m_context.options.defaultMaxTokens;
    if (max) {
        m_out.integer("maxOutputTokens", *max);
    }
    // Only one answer is carried back, and none of its probabilities: no reason to pay for them.
    if (m_request.choices && (m_isOwn || *m_request.choices == 1)) {
        if (m_isOwn) {
            m_out.integer("candidateCount", *m_request.choices);
        }
    } else if (m_request.choices) {
        m_fidelity.dropped("n", "one answer is translated");
    }
    if (m_isOwn && m_request.logprobs) {
        m_out.boolean("responseLogprobs", *m_request.logprobs);
    } else if (m_request.logprobs.value_or(false)) {
        m_fidelity.dropped("logprobs", "they are not translated");
    }
    if (m_isOwn && m_request.topLogprobs) {
        m_out.integer("logprobs", *m_request.topLogprobs);
    } else if (m_request.topLogprobs.value_or(0) > 0) {
        m_fidelity.dropped("top_logprobs", "they are not translated");
    }
}

void ConfigWriter::stop()
{
    std::size_t count = 0;
    for (const std::string &sequence : m_request.stop) {
        if (sequence.empty() && !m_isOwn) {
            continue; // Gemini refuses it, and it means nothing
        }
        if (count == MaxStops && !m_isOwn) {
            m_fidelity.approximated("stop", "Gemini takes five sequences: the first ones");
            break;
        }
        if (count++ == 0) {
            m_out.key("stopSequences").beginArray();
        }
        m_out.string(sequence);
    }
    if (count > 0) {
        m_out.endArray();
    }
}

void ConfigWriter::sampling()
{
    number("temperature", m_request.temperature);
    number("topP", m_request.topP);
    number("topK", m_request.topK);
    number("seed", m_request.seed);
    number("presencePenalty", m_request.presencePenalty);
    number("frequencyPenalty", m_request.frequencyPenalty);
}

void ConfigWriter::format()
{
    const ResponseFormat &format = m_request.format;
    if (format.kind == ResponseFormat::Kind::Unset) {
        return;
    }
    if (format.kind == ResponseFormat::Kind::Text) {
        if (m_isOwn) { // anybody else says a default aloud
            m_out.string("responseMimeType", "text/plain");
        }
        return;
    }
    m_out.string("responseMimeType", "application/json");
    if (format.kind == ResponseFormat::Kind::JsonObject || format.schema.empty()) {
        return;
    }
    if (!format.description.empty()) {
        m_fidelity.dropped("response_format.json_schema.description");
    }
    const bool cameAsSchema = m_isOwn && format.name == SchemaFormat;
    if (m_context.options.jsonSchemaTools && !cameAsSchema) {
        m_out.raw("responseJsonSchema", format.schema);
        return;
    }
    const SchemaText text = schemaOf(json::Value(format.schema));
    if (!text.isExact) {
        m_fidelity.approximated("response_format", "Gemini's Schema cannot say all of it");
    }
    m_out.raw("responseSchema", text.json);
}

void ConfigWriter::extras()
{
    if (!m_isOwn) {
        return; // the request's writer tells of them
    }
    for (const Extra &extra : m_request.extras) {
        const std::string_view name = extra.name;
        if (name.starts_with(ConfigPrefix) && !name.starts_with(ThinkingPrefix)) {
            m_out.raw(name.substr(ConfigPrefix.size()), extra.json);
        }
    }
}

std::string ConfigWriter::take()
{
    m_out.beginObject();
    limits();
    stop();
    sampling();
    format();
    writeThinking(m_out, m_request, m_context.model, m_fidelity);
    extras();
    m_out.endObject();
    return m_out.take();
}

} // namespace

std::string configOf(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    return ConfigWriter(request, context, fidelity).take();
}

} // namespace meridian::provider::gemini
