// SPDX-License-Identifier: MIT
#include "core/provider/authorization.h"

#include "core/http/keyfields.h"
#include "core/provider/oci/requestsigner.h"

#include <array>

namespace meridian::provider {

namespace {

using model::BackendSettings;
using model::Provider;

constexpr std::string_view Ours = "x-meridian-byok-";
constexpr std::string_view ModelMelds = "x-modelmeld-byok-";

std::string_view trimmed(std::string_view value) noexcept
{
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) {
        value.remove_prefix(1);
    }
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) {
        value.remove_suffix(1);
    }
    return value;
}

/// Where a plain key of the provider stands.
std::string_view keyField(const BackendSettings &backend) noexcept
{
    switch (backend.provider) {
    case Provider::AzureOpenAi:
        return "api-key: ";
    case Provider::Anthropic:
        return "x-api-key: ";
    case Provider::Google:
    case Provider::VertexAi:
        return "x-goog-api-key: ";
    default:
        return "authorization: Bearer ";
    }
}

void appendKey(std::string &out, const BackendSettings &backend, std::string_view key)
{
    constexpr std::array<std::string_view, 2> TokenPrefixes{"ya29.", "sk-ant-oat"};
    for (const std::string_view prefix : TokenPrefixes) { // an OAuth token, not a key
        if (key.starts_with(prefix) && backend.provider != Provider::OpenAi) {
            out.append("authorization: Bearer ").append(key).append("\r\n");
            return;
        }
    }
    out.append(keyField(backend)).append(key).append("\r\n");
}

} // namespace

bool isOpenAiItself(const BackendSettings &backend) noexcept
{
    return backend.host == "api.openai.com" || backend.host.ends_with(".openai.com");
}

bool hasOwnKey(const BackendSettings &backend) noexcept
{
    return !backend.authHeader.isEmpty() || !backend.apiKey.isEmpty() ||
           backend.options.credentials.kind > model::CredentialKind::ApiKey;
}

std::optional<std::string_view> callersKey(const http::HeaderMap &headers,
                                           const BackendSettings &backend) noexcept
{
    if (backend.provider == Provider::OpenAi && !backend.options.byok && !isOpenAiItself(backend)) {
        return std::nullopt;
    }
    const std::string_view name = providerName(backend.provider);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const http::HeaderField field = headers[i];
        // by the length first: nearly every field is let go after one comparison
        const bool isOurs = field.name.size() == Ours.size() + name.size() &&
                            http::equalsIgnoreCase(field.name.substr(0, Ours.size()), Ours) &&
                            http::equalsIgnoreCase(field.name.substr(Ours.size()), name);
        const bool isModelMelds =
            field.name.size() == ModelMelds.size() + name.size() &&
            http::equalsIgnoreCase(field.name.substr(0, ModelMelds.size()), ModelMelds) &&
            http::equalsIgnoreCase(field.name.substr(ModelMelds.size()), name);
        if ((isOurs || isModelMelds) && !trimmed(field.value).empty()) {
            return trimmed(field.value);
        }
    }
    return std::nullopt;
}

std::string byokHeader(Provider provider)
{
    return std::string(Ours).append(providerName(provider));
}

bool wantsCallersKey(const BackendSettings &backend) noexcept
{
    return backend.options.byok && !hasOwnKey(backend);
}

bool isGatewayKey(std::string_view value) noexcept
{
    return value.starts_with("mrdn_") || value.find(" mrdn_") != std::string_view::npos;
}

bool hasKeyField(const http::HeaderMap &headers) noexcept
{
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (http::isKeyField(headers[i].name) && !isGatewayKey(headers[i].value)) {
            return true;
        }
    }
    return false;
}

void appendAuthorization(std::string &out,
                         const BackendSettings &backend,
                         std::optional<std::string_view> callersKey,
                         const Credential *credential,
                         const SignedRequest &request)
{
    if (callersKey) {
        appendKey(out, backend, *callersKey);
    } else if (credential != nullptr && credential->signer) {
        // a key that cannot sign leaves the request unsigned: the provider then says 401
        static_cast<void>(oci::appendSignedHeaders(
            out, *credential->signer,
            {request.method, request.target, request.host, "application/json", request.body},
            request.time));
    } else if (credential != nullptr) {
        out.append("authorization: Bearer ").append(credential->bearer.reveal()).append("\r\n");
    } else if (!backend.authHeader.isEmpty()) {
        out.append("authorization: ").append(backend.authHeader.reveal()).append("\r\n");
    } else if (!backend.apiKey.isEmpty()) {
        appendKey(out, backend, backend.apiKey.reveal());
    }
    const bool pays = !callersKey && backend.provider == Provider::VertexAi;
    if (pays && !backend.options.quotaProject.empty()) {
        out.append("x-goog-user-project: ").append(backend.options.quotaProject).append("\r\n");
    }
}

} // namespace meridian::provider
