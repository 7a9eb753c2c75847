// SPDX-License-Identifier: MIT
// Keys and headers that a provider insists on.
#include "service/simulate/dialects/errors.h"
#include "service/simulate/dialects/serve.h"

#include <algorithm>

namespace meridian::simulate {

namespace {

using http::HeaderMap;

bool isBearer(const HeaderMap &headers, std::string_view key)
{
    constexpr std::string_view Scheme = "Bearer ";
    const auto value = headers.find("authorization");
    return value && value->starts_with(Scheme) && value->substr(Scheme.size()) == key;
}

bool isInQuery(std::string_view target, std::string_view key)
{
    std::size_t at = target.find('?');
    while (at != std::string_view::npos) {
        const std::string_view parameter = target.substr(at + 1, target.find('&', at + 1) - at - 1);
        if (parameter.starts_with("key=") && parameter.substr(4) == key) {
            return true;
        }
        at = target.find('&', at + 1);
    }
    return false;
}

bool hasKey(const Call &call, const HeaderMap &headers, const SimulatorOptions &options)
{
    const std::string_view key = options.apiKey;
    switch (options.protocol) {
    case Protocol::Anthropic:
        return (!call.isVertex && headers.find("x-api-key") == key) || isBearer(headers, key);
    case Protocol::Gemini:
        return (!call.isVertex &&
                (headers.find("x-goog-api-key") == key || isInQuery(call.target, key))) ||
               isBearer(headers, key);
    case Protocol::OpenAi:
        return isBearer(headers, key) || headers.find("api-key") == key; // Azure's
    default:
        return isBearer(headers, key);
    }
}

std::string_view keyMessage(Protocol protocol) noexcept
{
    switch (protocol) {
    case Protocol::Anthropic:
        return "invalid x-api-key";
    case Protocol::Gemini:
        return "Request had invalid authentication credentials. Expected OAuth 2 access token, "
               "API key or other valid authentication credential.";
    case Protocol::Ollama:
        return "unauthorized";
    case Protocol::Oci:
        return "The required information to complete authentication was not provided or was "
               "incorrect.";
    default:
        return "Incorrect API key provided.";
    }
}

/// Of OCI's signature everything but whether the key is right. The body's hash is compared when the
/// body has come.
bool looksSigned(Call &call, const HeaderMap &headers)
{
    const auto signature = headers.find("authorization");
    if (!signature || !signature->starts_with("Signature ")) {
        return false;
    }
    const bool hasDate = headers.find("date") || headers.find("x-date");
    const bool isWhole = std::ranges::all_of(
        std::initializer_list<std::string_view>{"keyId=\"", "algorithm=\"rsa-sha256\"",
                                                "signature=\"", "(request-target)", "host"},
        [&](std::string_view word) { return signature->find(word) != std::string_view::npos; });
    if (!hasDate || !isWhole) {
        return false;
    }
    if (takesBody(call.task)) {
        const auto checksum = headers.find("x-content-sha256");
        if (!checksum || signature->find("x-content-sha256") == std::string_view::npos ||
            signature->find("content-length") == std::string_view::npos) {
            return false;
        }
        call.checksum = *checksum;
    }
    call.isSigned = true;
    return true;
}

} // namespace

std::optional<Reply>
refuseHead(Call &call, const HeaderMap &headers, const SimulatorOptions &options)
{
    const Protocol protocol = options.protocol;
    if (call.task == Task::Health || call.task == Task::Stats) {
        return std::nullopt;
    }
    const bool isKeyed = !options.apiKey.empty() && hasKey(call, headers, options);
    if (protocol == Protocol::Oci) { // a key of the service's own, or a signature
        if (!isKeyed && !looksSigned(call, headers)) {
            return errorOf(protocol, 401, keyMessage(protocol));
        }
        return std::nullopt;
    }
    if (!options.apiKey.empty() && !isKeyed) {
        return errorOf(protocol, 401, keyMessage(protocol), "invalid_api_key");
    }
    if (protocol == Protocol::Anthropic) {
        call.hasBeta = headers.find("anthropic-beta").has_value();
        if (!call.isVertex && call.task != Task::Unknown && call.task != Task::WrongMethod &&
            !headers.find("anthropic-version")) {
            return errorOf(protocol, 400, "anthropic-version: header is required");
        }
    }
    return std::nullopt;
}

} // namespace meridian::simulate
