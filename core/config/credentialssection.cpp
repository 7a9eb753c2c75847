// SPDX-License-Identifier: MIT
// Which provider takes which credentials, and what each kind of them is made of.
#include "core/config/credentialssection.h"

#include "core/config/googlekey.h"
#include "core/config/keys.h"
#include "core/config/names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::CredentialKind;
using model::CredentialSettings;
using model::Provider;

constexpr std::size_t MaxPathBytes = 4096;
constexpr std::size_t MaxIdBytes = 512; // OCIDs have up to 255

struct KindName
{
    std::string_view text;
    CredentialKind kind;
};

constexpr std::array Kinds{
    KindName{"api_key", CredentialKind::ApiKey},
    KindName{"service_account", CredentialKind::ServiceAccount},
    KindName{"authorized_user", CredentialKind::AuthorizedUser},
    KindName{"adc", CredentialKind::ApplicationDefault},
    KindName{"metadata", CredentialKind::MetadataServer},
    KindName{"workload_identity", CredentialKind::WorkloadFederation},
    KindName{"oci_api_key", CredentialKind::OciApiKey},
    KindName{"session_token", CredentialKind::OciSessionToken},
    KindName{"instance_principal", CredentialKind::OciInstancePrincipal},
    KindName{"resource_principal", CredentialKind::OciResourcePrincipal},
};

bool isGoogleKind(CredentialKind kind) noexcept
{
    return kind >= CredentialKind::ServiceAccount && kind <= CredentialKind::ApplicationDefault;
}

bool isOciKind(CredentialKind kind) noexcept
{
    return kind >= CredentialKind::OciApiKey;
}

bool takes(Provider provider, CredentialKind kind) noexcept
{
    const bool isGoogle = provider == Provider::Google || provider == Provider::VertexAi;
    return kind <= CredentialKind::ApiKey || (isGoogle && isGoogleKind(kind)) ||
           (provider == Provider::Oci && isOciKind(kind));
}

void readKind(const Cursor &value, CredentialSettings &into)
{
    const auto name = readString(value);
    if (!name) {
        return;
    }
    const auto kind = credentialKindOf(*name);
    if (kind) {
        into.kind = *kind;
        return;
    }
    std::string known;
    for (const KindName &each : Kinds) {
        known.append(known.empty() ? "" : ", ").append(each.text);
    }
    value.error("unknown type " + quoted(*name) + "; known are " + known);
}

Key<CredentialSettings> secretKey(std::string name, Secret CredentialSettings::*field)
{
    return customKey<CredentialSettings>(std::move(name), "secret", "none",
                                         [field](const Cursor &value, CredentialSettings &into) {
                                             if (auto secret = readSecret(value)) {
                                                 into.*field = std::move(*secret);
                                             }
                                         });
}

// Does this kind look at this key?
bool reads(CredentialKind kind, std::string_view key) noexcept
{
    constexpr std::array<std::string_view, 4> Google{"file", "key", "token_url", "scope"};
    constexpr std::array<std::string_view, 8> OciProfile{
        "file", "profile", "user", "tenancy", "fingerprint", "key", "key_file", "pass_phrase"};
    const auto has = [key](const auto &keys) {
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    if (key == "type") {
        return true;
    }
    switch (kind) {
    case CredentialKind::None:
    case CredentialKind::ApiKey:
        return false;
    case CredentialKind::MetadataServer:
        return key == "token_url" || key == "scope";
    case CredentialKind::OciApiKey:
        return has(OciProfile);
    case CredentialKind::OciSessionToken:
        return key == "file" || key == "profile" || key == "pass_phrase" || key == "key" ||
               key == "key_file";
    case CredentialKind::OciInstancePrincipal:
        return key == "token_url";
    case CredentialKind::OciResourcePrincipal:
        return false;
    default:
        return has(Google);
    }
}

// Signing takes a whole identity: a profile's, or one spelled out.
void checkOciKey(const Cursor &at, const CredentialSettings &credentials)
{
    const bool hasKey = !credentials.key.isEmpty() || !credentials.keyFile.empty();
    if (credentials.user.empty() && credentials.tenancy.empty() && !hasKey) {
        return; // of a profile
    }
    constexpr std::string_view Why = "required, but not given: user, tenancy and key or key_file "
                                     "stand together, or none of them and a profile is used";
    if (credentials.user.empty()) {
        at.missing("user", std::string(Why));
    }
    if (credentials.tenancy.empty()) {
        at.missing("tenancy", std::string(Why));
    }
    if (!hasKey) {
        at.missing("key_file", std::string(Why));
    }
    if (!credentials.key.isEmpty() && !credentials.keyFile.empty()) {
        at.error("give key or key_file, not both");
    }
}

CredentialKind usualKind(const BackendSettings &backend) noexcept
{
    const bool hasFixedKey = !backend.authHeader.isEmpty() || !backend.apiKey.isEmpty();
    if (hasFixedKey) {
        return CredentialKind::ApiKey;
    }
    if (backend.options.byok) {
        return CredentialKind::None;
    }
    if (backend.provider == Provider::VertexAi) {
        return CredentialKind::ApplicationDefault;
    }
    return backend.provider == Provider::Oci ? CredentialKind::OciApiKey : CredentialKind::None;
}

std::string kindsOf(Provider provider)
{
    std::string list;
    for (const KindName &each : Kinds) {
        if (takes(provider, each.kind)) {
            list.append(list.empty() ? "" : ", ").append(each.text);
        }
    }
    return list;
}

} // namespace

std::optional<CredentialKind> credentialKindOf(std::string_view name) noexcept
{
    for (const KindName &each : Kinds) {
        if (each.text == name) {
            return each.kind;
        }
    }
    return std::nullopt;
}

std::string_view credentialKindName(CredentialKind kind) noexcept
{
    for (const KindName &each : Kinds) {
        if (each.kind == kind) {
            return each.text;
        }
    }
    return "none";
}

const Section<CredentialSettings> &credentialsSection()
{
    using C = CredentialSettings;
    static const Section<C> Keys({
        customKey<C>("type", "string", "by the provider", readKind),
        nameKey("file", &C::file, MaxPathBytes, true),
        nameKey("profile", &C::profile, MaxNameBytes, true),
        nameKey("user", &C::user, MaxIdBytes, true),
        nameKey("tenancy", &C::tenancy, MaxIdBytes, true),
        nameKey("fingerprint", &C::fingerprint, MaxIdBytes, true),
        secretKey("key", &C::key),
        nameKey("key_file", &C::keyFile, MaxPathBytes, true),
        secretKey("pass_phrase", &C::passPhrase),
        customKey<C>("token_url", "url", defaultOf(C{}.tokenUrl), readTokenUrl),
        nameKey("scope", &C::scope, MaxPathBytes),
    });
    return Keys;
}

void settleCredentials(const std::optional<Cursor> &given,
                       const Cursor &at,
                       BackendSettings &backend)
{
    CredentialSettings &credentials = backend.options.credentials;
    const bool isGoogle =
        backend.provider == Provider::Google || backend.provider == Provider::VertexAi;
    const Cursor where = given.value_or(at);
    const bool hasMaterial = !credentials.file.empty() || !credentials.key.isEmpty();
    const bool isChosen = credentials.kind != CredentialKind::None;
    if (!isChosen && isGoogle && hasMaterial) {
        credentials.kind = CredentialKind::ApplicationDefault; // unless the key says more
    } else if (!isChosen && backend.provider == Provider::Oci && given) {
        credentials.kind = CredentialKind::OciApiKey;
    } else if (!isChosen) {
        credentials.kind = usualKind(backend);
    }
    if (!takes(backend.provider, credentials.kind)) {
        where.error(std::string(providerName(backend.provider)) + " does not take " +
                    std::string(credentialKindName(credentials.kind)) + "; it takes " +
                    kindsOf(backend.provider));
        return;
    }
    const bool hasFixedKey = !backend.authHeader.isEmpty() || !backend.apiKey.isEmpty();
    if (hasFixedKey && credentials.kind > CredentialKind::ApiKey) {
        where.error("give a fixed key or credentials, not both");
    }
    if (given && given->node().kind == YamlNode::Kind::Mapping) {
        for (const YamlEntry &entry : given->node().entries) {
            const auto &names = credentialsSection().names();
            const bool isKnown =
                std::find(names.begin(), names.end(), entry.key.text) != names.end();
            if (isKnown && !reads(credentials.kind, entry.key.text)) {
                given->child(entry).warningAtKey(
                    "has no effect: " + std::string(credentialKindName(credentials.kind)) +
                    " does not read it");
            }
        }
    }
    if (credentials.kind == CredentialKind::OciApiKey) {
        checkOciKey(where, credentials);
    }
    if (isGoogleKind(credentials.kind)) {
        readGoogleKey(where, isChosen, backend.options);
    }
}

} // namespace meridian::config
