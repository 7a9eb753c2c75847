// SPDX-License-Identifier: MIT
// Writes requests for vectors as providers want them.
#include "core/provider/embedding.h"

#include "core/json/jsonwriter.h"

#include <algorithm>
#include <array>

namespace meridian::provider {

namespace {

using Kind = EmbeddingDialect;

bool isOllama(Kind dialect) noexcept
{
    return dialect == Kind::Ollama || dialect == Kind::OllamaOld;
}

bool isGemini(Kind dialect) noexcept
{
    return dialect == Kind::GeminiSingle || dialect == Kind::GeminiBatch;
}

bool isSameFamily(Kind a, Kind b) noexcept
{
    return a == b || (isOllama(a) && isOllama(b)) || (isGemini(a) && isGemini(b));
}

struct Purpose
{
    std::string_view gemini;
    std::string_view oci;
};

constexpr std::array<Purpose, 4> Purposes{{
    {"RETRIEVAL_QUERY", "SEARCH_QUERY"},
    {"RETRIEVAL_DOCUMENT", "SEARCH_DOCUMENT"},
    {"CLASSIFICATION", "CLASSIFICATION"},
    {"CLUSTERING", "CLUSTERING"},
}};

void writeInputs(json::JsonWriter &out, const EmbeddingRequest &request)
{
    out.beginArray();
    for (const EmbeddingInput &input : request.inputs) {
        input.tokens.empty() ? out.string(input.text) : out.raw(input.tokens);
    }
    out.endArray();
}

/// One Content; a batch names the model in each.
void writeGemini(json::JsonWriter &out,
                 const EmbeddingRequest &request,
                 const EmbeddingInput &input,
                 std::string_view model)
{
    const bool hasPrefix = model.starts_with("models/");
    out.beginObject().string("model", std::string(hasPrefix ? "" : "models/").append(model));
    out.key("content").beginObject().key("parts").beginArray();
    out.beginObject().string("text", input.text).endObject().endArray().endObject();
    if (!request.purpose.empty()) {
        out.string("taskType", request.purpose);
    }
    if (!input.title.empty()) {
        out.string("title", input.title);
    }
    if (request.dimensions) {
        out.integer("outputDimensionality", *request.dimensions);
    }
    if (isGemini(request.origin)) {
        for (const Extra &extra : request.extras) {
            out.raw(extra.name, extra.json);
        }
    }
    out.endObject();
}

void writeOpenAi(json::JsonWriter &out, const EmbeddingRequest &request, std::string_view model)
{
    out.beginObject().string("model", model).key("input");
    writeInputs(out, request);
    if (request.dimensions) {
        out.integer("dimensions", *request.dimensions);
    }
    if (!request.user.empty()) {
        out.string("user", request.user);
    }
    // base64 is made here, where it is wanted: compatible engines do not all know it
    out.string("encoding_format", "float");
}

void writeOllama(json::JsonWriter &out,
                 const EmbeddingRequest &request,
                 Kind dialect,
                 const RequestContext &context)
{
    out.beginObject().string("model", context.model);
    if (dialect == Kind::Ollama) {
        out.key("input");
        writeInputs(out, request);
        if (request.truncate) {
            out.boolean("truncate", *request.truncate);
        }
        if (request.dimensions) {
            out.integer("dimensions", *request.dimensions);
        }
    } else {
        out.string("prompt", request.inputs.empty() ? std::string() : request.inputs[0].text);
    }
    if (!request.keepAlive.empty()) {
        out.raw("keep_alive", request.keepAlive);
    }
}

void writeOci(json::JsonWriter &out, const EmbeddingRequest &request, const RequestContext &context)
{
    const model::ProviderOptions &options = context.options;
    out.beginObject().string("compartmentId", options.compartmentId);
    out.key("servingMode").beginObject();
    if (options.endpointId.empty()) {
        out.string("servingType", "ON_DEMAND").string("modelId", context.model);
    } else {
        out.string("servingType", "DEDICATED").string("endpointId", options.endpointId);
    }
    out.endObject().key("inputs");
    writeInputs(out, request);
    if (request.truncate) {
        out.string("truncate", *request.truncate ? "END" : "NONE");
    }
    for (const Purpose &purpose : Purposes) {
        if (request.purpose == purpose.gemini) {
            out.string("inputType", purpose.oci);
        }
    }
    if (request.dimensions) {
        out.integer("outputDimensions", *request.dimensions);
    }
}

/// Vertex AI has the Gemini API's models, and another way to ask them.
void writeVertex(json::JsonWriter &out, const EmbeddingRequest &request)
{
    out.beginObject().key("instances").beginArray();
    for (const EmbeddingInput &input : request.inputs) {
        out.beginObject().string("content", input.text);
        if (!request.purpose.empty()) {
            out.string("task_type", request.purpose);
        }
        if (!input.title.empty()) {
            out.string("title", input.title);
        }
        out.endObject();
    }
    out.endArray();
    if (request.dimensions || request.truncate) {
        out.key("parameters").beginObject();
        if (request.truncate) {
            out.boolean("autoTruncate", *request.truncate);
        }
        if (request.dimensions) {
            out.integer("outputDimensionality", *request.dimensions);
        }
        out.endObject();
    }
}

/// The client's own members, below the ones that have a place.
void writeExtras(json::JsonWriter &out, const EmbeddingRequest &request)
{
    constexpr std::string_view Options = "options.";
    bool hasOptions = false;
    for (const Extra &extra : request.extras) {
        if (isOllama(request.origin) && extra.name.starts_with(Options)) {
            if (!hasOptions) {
                out.key("options").beginObject();
                hasOptions = true;
            }
            out.raw(std::string_view(extra.name).substr(Options.size()), extra.json);
        }
    }
    if (hasOptions) {
        out.endObject();
    }
    for (const Extra &extra : request.extras) {
        if (!isOllama(request.origin) || !extra.name.starts_with(Options)) {
            out.raw(extra.name, extra.json);
        }
    }
}

void report(Kind provider, const EmbeddingRequest &request, Fidelity &fidelity)
{
    if (!isSameFamily(provider, request.origin)) {
        for (const Extra &extra : request.extras) {
            fidelity.dropped(extra.name);
        }
    }
    if (!request.user.empty() && provider != Kind::OpenAi) {
        fidelity.dropped("user");
    }
    if (!request.keepAlive.empty() && !isOllama(provider)) {
        fidelity.dropped("keep_alive");
    }
    if (request.dimensions && provider == Kind::OllamaOld) {
        fidelity.dropped("dimensions", "/api/embeddings has no such field");
    }
    const bool cuts = provider == Kind::Ollama || provider == Kind::Oci || provider == Kind::Vertex;
    if (request.truncate.value_or(false) && !cuts) {
        fidelity.dropped("truncate", "what is too long is refused");
    }
    const bool isGoogle = isGemini(provider) || provider == Kind::Vertex;
    const bool isOfOci = std::any_of(Purposes.begin(), Purposes.end(), [&](const Purpose &purpose) {
        return purpose.gemini == request.purpose;
    });
    const bool isKnown = isGoogle || (provider == Kind::Oci && isOfOci);
    if (!request.purpose.empty() && !isKnown) {
        fidelity.dropped("taskType");
    }
    const bool hasTitles =
        std::any_of(request.inputs.begin(), request.inputs.end(),
                    [](const EmbeddingInput &input) { return !input.title.empty(); });
    if (hasTitles && !isGoogle) {
        fidelity.dropped("title");
    }
}

} // namespace

EmbeddingDialect embeddingDialectOf(model::Provider provider) noexcept
{
    switch (provider) {
    case model::Provider::Google:
        return EmbeddingDialect::GeminiBatch;
    case model::Provider::VertexAi:
        return EmbeddingDialect::Vertex;
    case model::Provider::Oci:
        return EmbeddingDialect::Oci;
    case model::Provider::Ollama:
        return EmbeddingDialect::Ollama;
    default:
        return EmbeddingDialect::OpenAi;
    }
}

Decoded<std::string> writeEmbeddingRequest(EmbeddingDialect provider,
                                           const EmbeddingRequest &request,
                                           const RequestContext &context,
                                           Fidelity &fidelity)
{
    const bool takesOne = provider == Kind::OllamaOld || provider == Kind::GeminiSingle;
    if (takesOne && request.inputs.size() != 1) {
        return badRequest("input", "this provider takes one text at a time");
    }
    const bool hasTokens =
        std::any_of(request.inputs.begin(), request.inputs.end(),
                    [](const EmbeddingInput &input) { return !input.tokens.empty(); });
    if (hasTokens && provider != Kind::OpenAi) {
        return badRequest("input", "this provider takes texts, not token ids");
    }
    report(provider, request, fidelity);
    json::JsonWriter out;
    if (provider == Kind::GeminiSingle) {
        writeGemini(out, request, request.inputs[0], context.model);
        return out.take();
    }
    if (provider == Kind::GeminiBatch) {
        out.beginObject().key("requests").beginArray();
        for (const EmbeddingInput &input : request.inputs) {
            writeGemini(out, request, input, context.model);
        }
        out.endArray().endObject();
        return out.take();
    }
    if (provider == Kind::OpenAi) {
        writeOpenAi(out, request, context.model);
    } else if (provider == Kind::Vertex) {
        writeVertex(out, request);
    } else if (provider == Kind::Oci) {
        writeOci(out, request, context);
    } else {
        writeOllama(out, request, provider, context);
    }
    if (isSameFamily(provider, request.origin)) {
        writeExtras(out, request);
    }
    out.endObject();
    return out.take();
}

} // namespace meridian::provider
