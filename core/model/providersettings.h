// SPDX-License-Identifier: MIT
// Which wire dialect a backend speaks, whose account it is used with, and its options.
#pragma once

#include "core/base/secret.h"
#include "core/model/duration.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::model {

/// `backends[].provider`.
enum class Provider : std::uint8_t {
    OpenAi, // and every engine that is compatible with it
    AzureOpenAi,
    Anthropic,
    Google,   // Gemini API
    VertexAi, // google_vertex_ai
    Oci,      // oci_genai
    Ollama,
};
inline constexpr std::size_t ProviderCount = 7;

[[nodiscard]] constexpr std::string_view providerName(Provider provider) noexcept
{
    constexpr std::array<std::string_view, ProviderCount> Names{
        "openai", "azure_openai", "anthropic", "google", "google_vertex_ai", "oci_genai", "ollama"};
    return Names[static_cast<std::size_t>(provider)];
}

/// How the gateway proves who it is (`backends[].options.credentials.type`).
enum class CredentialKind : std::uint8_t {
    None,
    ApiKey,             // a static key: api_key, or auth_header
    ServiceAccount,     // Google: a key file
    AuthorizedUser,     // Google: a refresh token's file
    MetadataServer,     // Google: of the machine
    WorkloadFederation, // Google: external_account
    ApplicationDefault, // Google: searched for, in this order's documentation
    OciApiKey,          // OCI: signs with a user's key
    OciSessionToken,    // OCI: security_token_file of a profile
    OciInstancePrincipal,
    OciResourcePrincipal,
};

/// `backends[].options.credentials`.
struct CredentialSettings
{
    CredentialKind kind = CredentialKind::None;
    std::string file;    // Google: the JSON; empty: searched for. OCI: ~/.oci/config
    std::string profile; // OCI; empty: DEFAULT
    std::string user;    // OCI: an OCID; these three instead of a profile
    std::string tenancy;
    std::string fingerprint; // empty: derived from the key
    Secret key;              // OCI: PEM; Google: the JSON itself
    std::string keyFile;     // OCI: PEM
    Secret passPhrase;
    std::string tokenUrl; // instead of the provider's own: for tests and private endpoints
    std::string scope = "https://www.googleapis.com/auth/cloud-platform";

    bool operator==(const CredentialSettings &) const = default;
};

/// What oci_genai bodies look like.
enum class OciFormat : std::uint8_t { Auto, Generic, Cohere, CohereV2, OpenAi };

/// What google_vertex_ai speaks.
enum class VertexPublisher : std::uint8_t { Auto, Google, Anthropic }; // Auto: by the model's name

/// `backends[].options`. Each provider reads its own part.
struct ProviderOptions
{
    CredentialSettings credentials;
    std::optional<std::int64_t>
        defaultMaxTokens; // where a dialect needs one and the client is silent
    // anthropic
    std::string anthropicVersion = "2023-06-01"; // when the client's dialect is another one
    std::vector<std::string> anthropicBeta;      // added to every request
    bool adaptiveThinking = false;               // effort goes to output_config, not to a budget
    // azure_openai
    std::string apiVersion; // empty: the v1 API (/openai/v1)
    std::string deployment; // empty: the model's name
    // google, google_vertex_ai
    std::string project;
    std::string location = "global";
    VertexPublisher publisher = VertexPublisher::Auto;
    std::string quotaProject;    // x-goog-user-project
    bool jsonSchemaTools = true; // parametersJsonSchema; false: the OpenAPI-like Schema
    // oci_genai
    std::string region;
    std::string compartmentId;
    std::string endpointId; // servingMode DEDICATED; empty: ON_DEMAND
    OciFormat format = OciFormat::Auto;
    // ollama
    std::optional<std::int64_t> numCtx; // empty: grows with the request in steps
    std::string keepAlive;              // "5m", "-1"; empty: the server's own
    // openai
    bool nativeResponses = true; // the backend has /v1/responses; false: translated to chat
    bool nativeMessages = false; // it has Anthropic's /v1/messages too
    // every provider
    bool byok = false; // callers bring their own key: without one 400, not the provider's 401

    bool operator==(const ProviderOptions &) const = default;
};

} // namespace meridian::model
