// SPDX-License-Identifier: MIT
// Melis' words for the kinds of credentials, some of which are fixed keys here.
#include "core/config/meliscredentials.h"

#include "core/config/credentialssection.h"
#include "core/config/googlekey.h"
#include "core/config/keys.h"
#include "core/config/names.h"
#include "core/secrets/secretresolver.h"

#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::CredentialKind;
using model::CredentialSettings;
using model::Provider;

constexpr std::size_t MaxPathBytes = 4096;
constexpr std::size_t MaxIdBytes = 512;

Key<MelisCredentials>
textKey(std::string name, std::string CredentialSettings::*field, std::size_t maxBytes)
{
    return customKey<MelisCredentials>(
        std::move(name), "string", "none",
        [field, maxBytes](const Cursor &value, MelisCredentials &into) {
            if (auto text = readName(value, maxBytes, true)) {
                into.settings.*field = std::move(*text);
            }
        });
}

// The name of a variable that holds the secret.
std::optional<Secret> readVariable(const Cursor &value)
{
    const auto name = readName(value, MaxPathBytes);
    if (!name) {
        return std::nullopt;
    }
    auto secret = value.context().secrets.resolve("env:" + *name);
    if (!secret) {
        value.error(std::move(secret.error().detail));
        return std::nullopt;
    }
    return std::move(*secret);
}

Key<MelisCredentials> passPhraseKey()
{
    return customKey<MelisCredentials>("pass_phrase_env", "string", "none",
                                       [](const Cursor &value, MelisCredentials &into) {
                                           if (auto secret = readVariable(value)) {
                                               into.settings.passPhrase = std::move(*secret);
                                           }
                                       });
}

} // namespace

const Section<MelisCredentials> &melisCredentialsSection()
{
    using M = MelisCredentials;
    using C = CredentialSettings;
    static const Section<M> Keys({
        nameKey("type", &M::type, MaxNameBytes, true),
        textKey("file", &C::file, MaxPathBytes),
        customKey<M>("env", "string", "none",
                     [](const Cursor &value, M &into) {
                         if (auto secret = readVariable(value)) {
                             into.fromEnvironment = std::move(*secret);
                         }
                     }),
        textKey("config_file", &C::file, MaxPathBytes),
        textKey("profile", &C::profile, MaxNameBytes),
        textKey("user", &C::user, MaxIdBytes),
        textKey("tenancy", &C::tenancy, MaxIdBytes),
        textKey("fingerprint", &C::fingerprint, MaxIdBytes),
        textKey("key_file", &C::keyFile, MaxPathBytes),
        passPhraseKey(),
        customKey<M>("token_url", "url", "none",
                     [](const Cursor &value, M &into) { readTokenUrl(value, into.settings); }),
    });
    return Keys;
}

void applyMelisCredentials(const Cursor &at,
                           const MelisCredentials &credentials,
                           BackendSettings &backend)
{
    const std::string &type = credentials.type;
    const Secret &secret = credentials.fromEnvironment;
    backend.options.credentials = credentials.settings;
    CredentialSettings &into = backend.options.credentials;
    const bool isFixed = type == "access_token" || type == "bearer" ||
                         (type == "api_key" && backend.provider != Provider::Oci);
    if (isFixed) {
        into.kind = CredentialKind::ApiKey;
        if (secret.isEmpty() && backend.apiKey.isEmpty()) {
            at.missing("env", "required, but not given: the variable that holds the key");
        } else if (type == "access_token" && !secret.isEmpty()) {
            backend.apiKey = Secret();
            backend.authHeader = Secret("Bearer " + std::string(secret.reveal()));
        } else if (!secret.isEmpty()) {
            backend.apiKey = secret;
        }
        return;
    }
    if (type == "api_key") {
        into.kind = CredentialKind::OciApiKey;
    } else if (type == "security_token") {
        into.kind = CredentialKind::OciSessionToken;
    } else if (const auto kind = credentialKindOf(type)) {
        into.kind = *kind;
    } else if (!type.empty()) {
        at.find("type").value_or(at).error(
            "unknown type " + quoted(type) +
            "; known are adc, service_account, access_token, api_key, security_token, "
            "instance_principal, resource_principal, bearer");
    }
    if (!secret.isEmpty()) {
        into.key = secret;
    }
}

} // namespace meridian::config
