// SPDX-License-Identifier: MIT
#include "core/config/providerrules.h"

#include "core/config/credentialssection.h"
#include "core/config/optionssection.h"

#include <array>
#include <utility>
#include <vector>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::OciFormat;
using model::Provider;

std::string vertexHost(const std::string &location)
{
    if (location == "global") {
        return "aiplatform.googleapis.com";
    }
    if (location == "us" || location == "eu") { // the multi-regions
        return "aiplatform." + location + ".rep.googleapis.com";
    }
    return location + "-aiplatform.googleapis.com";
}

// Answered by everybody who is alive, asked without a credential: 401 and 404 count as answers.
std::string_view usualProbe(Provider provider) noexcept
{
    switch (provider) {
    case Provider::OpenAi:
    case Provider::Anthropic:
        return "/v1/models";
    case Provider::AzureOpenAi:
        return "/openai/v1/models";
    case Provider::Google:
        return "/v1beta/models";
    case Provider::Ollama:
        return "/api/version";
    case Provider::VertexAi:
    case Provider::Oci:
        break; // every path of theirs wants a project or a signature
    }
    return "/";
}

/// Ends of a url that the gateway appends itself; a final /v1 is gone before.
std::vector<std::string_view> versionPaths(Provider provider)
{
    switch (provider) {
    case Provider::AzureOpenAi:
        return {"/openai"};
    case Provider::Google:
        return {"/v1beta/openai", "/v1beta"};
    case Provider::VertexAi:
        return {"/v1beta1"};
    case Provider::Oci:
        return {"/20231130", "/openai"};
    case Provider::Ollama:
        return {"/api"};
    case Provider::OpenAi:
    case Provider::Anthropic:
        break;
    }
    return {};
}

bool bills(Provider provider) noexcept
{
    return provider != Provider::OpenAi && provider != Provider::Ollama;
}

void settleAddress(const Cursor &entry, const ProviderKeys &keys, BackendSettings &backend)
{
    if (const auto given = entry.find(keys.url)) {
        if (dropVersionPath(backend)) {
            given->warning("the url is given without the API's own path: it is left off here, the "
                           "gateway appends it itself");
        }
        return; // what is wrong with it has been said
    }
    const std::string url = publicUrl(backend);
    if (!url.empty()) {
        if (auto parsed = parseBackendUrl(url)) {
            setUrl(std::move(*parsed), backend);
        }
        return;
    }
    if (backend.provider == Provider::AzureOpenAi) {
        entry.missing(keys.url, "required, but not given: azure_openai has an address of its own "
                                "for each resource, such as https://name.openai.azure.com");
    } else {
        entry.missing(keys.region, "required, but not given: oci_genai wants a region, or " +
                                       std::string(keys.url) + " with the endpoint");
    }
}

void settleNeeds(const Cursor &entry, const ProviderKeys &keys, BackendSettings &backend)
{
    model::ProviderOptions &options = backend.options;
    if (backend.provider == Provider::VertexAi && options.project.empty()) {
        entry.missing(keys.project, "required, but not given: the project that is billed, unless "
                                    "a key file of the credentials names it");
    }
    if (backend.provider != Provider::Oci) {
        return;
    }
    if (!backend.apiKey.isEmpty() && options.format == OciFormat::Auto) {
        options.format = OciFormat::OpenAi; // the only one that takes a key
    }
    if (options.compartmentId.empty() && options.format != OciFormat::OpenAi) {
        entry.missing(keys.compartment, "required, but not given: the OCID of the compartment that "
                                        "is billed");
    }
}

} // namespace

std::string publicUrl(const BackendSettings &backend)
{
    const model::ProviderOptions &options = backend.options;
    switch (backend.provider) {
    case Provider::OpenAi:
        return "https://api.openai.com";
    case Provider::Anthropic:
        return "https://api.anthropic.com";
    case Provider::Google:
        return "https://generativelanguage.googleapis.com";
    case Provider::VertexAi:
        return "https://" + vertexHost(options.location);
    case Provider::Oci:
        return options.region.empty()
                   ? std::string()
                   : "https://inference.generativeai." + options.region + ".oci.oraclecloud.com";
    case Provider::Ollama:
        return "http://127.0.0.1:11434";
    case Provider::AzureOpenAi:
        break;
    }
    return {};
}

void setUrl(BackendUrl url, BackendSettings &into)
{
    into.url = std::move(url.text);
    into.https = url.isHttps;
    into.host = std::move(url.host);
    into.port = url.port;
    into.basePath = std::move(url.basePath);
}

bool dropVersionPath(BackendSettings &backend)
{
    for (const std::string_view path : versionPaths(backend.provider)) {
        if (backend.basePath.ends_with(path)) {
            backend.basePath.resize(backend.basePath.size() - path.size());
            backend.url.resize(backend.url.size() - path.size());
            return true;
        }
    }
    return false;
}

void settleProvider(const Cursor &entry, const ProviderKeys &keys, BackendSettings &backend)
{
    if (const auto options = entry.find("options")) {
        checkOptionsRead(*options, backend.provider);
    }
    const auto options = entry.find("options");
    const auto inOptions = options ? options->find("credentials") : std::nullopt;
    const auto credentials = inOptions ? inOptions : entry.find("credentials");
    settleCredentials(credentials, entry, backend);
    settleAddress(entry, keys, backend);
    settleNeeds(entry, keys, backend);
    if (backend.provider != Provider::OpenAi && !entry.find("engine")) {
        backend.engine = providerName(backend.provider);
    }
    if (!entry.find("health_endpoint")) {
        backend.healthEndpoint = usualProbe(backend.provider);
    }
    if (!entry.find("retry_after_send")) {
        const bool isCloud = backend.https && bills(backend.provider);
        backend.retryAfterSend = !isCloud && !isPaidHost(backend.host);
    }
}

} // namespace meridian::config
