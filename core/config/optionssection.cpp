// SPDX-License-Identifier: MIT
// The options and who reads each.
#include "core/config/optionssection.h"

#include "core/config/credentialssection.h"
#include "core/config/keys.h"
#include "core/config/names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace meridian::config {

namespace {

using model::OciFormat;
using model::Provider;
using model::ProviderOptions;
using model::VertexPublisher;

constexpr std::size_t MaxIdBytes = 512; // OCIDs have up to 255
constexpr std::size_t MaxBetas = 32;
constexpr std::int64_t MaxTokens = 100'000'000;

constexpr unsigned bit(Provider provider) noexcept
{
    return 1U << static_cast<unsigned>(provider);
}

constexpr unsigned All = ~0U;
constexpr unsigned Claude = bit(Provider::Anthropic) | bit(Provider::VertexAi);

struct Reader
{
    std::string_view key;
    unsigned providers;
};

constexpr std::array Readers{
    Reader{"credentials", All},
    Reader{"byok", All},
    Reader{"default_max_tokens", Claude | bit(Provider::Oci) | bit(Provider::Google)},
    Reader{"anthropic_version", bit(Provider::Anthropic)},
    Reader{"anthropic_beta", Claude},
    Reader{"adaptive_thinking", Claude},
    Reader{"api_version", bit(Provider::AzureOpenAi)},
    Reader{"deployment", bit(Provider::AzureOpenAi)},
    Reader{"project", bit(Provider::VertexAi)},
    Reader{"location", bit(Provider::VertexAi)},
    Reader{"publisher", bit(Provider::VertexAi)},
    Reader{"quota_project", bit(Provider::VertexAi)},
    Reader{"json_schema_tools", bit(Provider::Google) | bit(Provider::VertexAi)},
    Reader{"region", bit(Provider::Oci)},
    Reader{"compartment_id", bit(Provider::Oci)},
    Reader{"endpoint_id", bit(Provider::Oci)},
    Reader{"format", bit(Provider::Oci)},
    Reader{"num_ctx", bit(Provider::Ollama)},
    Reader{"keep_alive", bit(Provider::Ollama)},
    Reader{"native_responses", bit(Provider::OpenAi) | bit(Provider::AzureOpenAi)},
    Reader{"native_messages", bit(Provider::OpenAi) | bit(Provider::AzureOpenAi)},
};

Key<ProviderOptions> tokensKey(std::string name,
                               std::optional<std::int64_t> ProviderOptions::*field)
{
    return customKey<ProviderOptions>(std::move(name), "integer", "none",
                                      [field](const Cursor &value, ProviderOptions &into) {
                                          if (value.isNull()) {
                                              return;
                                          }
                                          if (const auto read = readInteger(value, 1, MaxTokens)) {
                                              into.*field = *read;
                                          }
                                      });
}

// Becomes part of a host's name.
Key<ProviderOptions> placeKey(std::string name, std::string ProviderOptions::*field)
{
    return customKey<ProviderOptions>(
        std::move(name), "string", defaultOf(ProviderOptions{}.*field),
        [field](const Cursor &value, ProviderOptions &into) { readLocation(value, into.*field); });
}

void readBetas(const Cursor &value, ProviderOptions &into)
{
    if (!value.requireSequence("a list of strings")) {
        return;
    }
    if (value.node().items.size() > MaxBetas) {
        value.error("must not hold more than " + std::to_string(MaxBetas) + " names");
        return;
    }
    into.anthropicBeta.clear();
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        auto name = readName(value.item(i), MaxNameBytes);
        if (name && name->find_first_of(", \t") != std::string::npos) {
            value.item(i).error("must be one name, without commas and spaces");
        } else if (name) {
            into.anthropicBeta.push_back(std::move(*name));
        }
    }
}

} // namespace

void readLocation(const Cursor &value, std::string &into)
{
    auto name = readName(value, MaxNameBytes);
    if (!name) {
        return;
    }
    const bool isPlace = std::all_of(name->begin(), name->end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!isPlace || name->starts_with('-') || name->ends_with('-')) {
        value.error("must be made of small letters, digits and hyphens, such as europe-west1");
        return;
    }
    into = std::move(*name);
}

void readPublisher(const Cursor &value, ProviderOptions &into)
{
    const auto name = readString(value);
    if (!name) {
        return;
    }
    if (*name == "auto") {
        into.publisher = VertexPublisher::Auto;
    } else if (*name == "google") {
        into.publisher = VertexPublisher::Google;
    } else if (*name == "anthropic") {
        into.publisher = VertexPublisher::Anthropic;
    } else {
        value.error("unknown publisher " + quoted(*name) + "; known are auto, google, anthropic");
    }
}

void readOciFormat(const Cursor &value, ProviderOptions &into)
{
    constexpr std::array<std::string_view, 5> Names{"auto", "generic", "cohere", "cohere_v2",
                                                    "openai"};
    const auto name = readString(value);
    if (!name) {
        return;
    }
    const auto *found =
        std::find(Names.begin(), Names.end(), *name == "coherev2" ? Names[3] : *name);
    if (found == Names.end()) {
        value.error("unknown format " + quoted(*name) +
                    "; known are auto, generic, cohere, cohere_v2, openai");
        return;
    }
    into.format = static_cast<OciFormat>(found - Names.begin());
}

// A span ("10m") or a number of seconds, as Ollama takes both.
void readKeepAlive(const Cursor &value, ProviderOptions &into)
{
    if (value.isNull()) {
        return;
    }
    const YamlNode &node = value.node();
    const bool isNumber =
        node.kind == YamlNode::Kind::Scalar && scalarType(node) == ScalarType::Integer;
    if (isNumber) {
        if (const auto seconds = readInteger(value, -1, 1'000'000'000)) {
            into.keepAlive = std::to_string(*seconds);
        }
        return;
    }
    auto text = readName(value, MaxNameBytes, true);
    const auto isSpan = [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("-.hmsun").find(c) != std::string::npos;
    };
    if (text && !std::all_of(text->begin(), text->end(), isSpan)) {
        value.error("must be a span such as 10m or 1h, or a number of seconds; -1: for ever");
    } else if (text) {
        into.keepAlive = std::move(*text);
    }
}

const Section<ProviderOptions> &optionsSection()
{
    using O = ProviderOptions;
    static const Section<O> Keys({
        mappingKey("credentials", &O::credentials, credentialsSection()),
        booleanKey("byok", &O::byok),
        tokensKey("default_max_tokens", &O::defaultMaxTokens),
        nameKey("anthropic_version", &O::anthropicVersion, MaxNameBytes),
        customKey<O>("anthropic_beta", "list of strings", "[]", readBetas),
        booleanKey("adaptive_thinking", &O::adaptiveThinking),
        nameKey("api_version", &O::apiVersion, MaxNameBytes, true),
        nameKey("deployment", &O::deployment, MaxModelBytes, true),
        nameKey("project", &O::project, MaxModelBytes, true),
        placeKey("location", &O::location),
        customKey<O>("publisher", "string", "auto", readPublisher),
        nameKey("quota_project", &O::quotaProject, MaxModelBytes, true),
        booleanKey("json_schema_tools", &O::jsonSchemaTools),
        placeKey("region", &O::region),
        nameKey("compartment_id", &O::compartmentId, MaxIdBytes, true),
        nameKey("endpoint_id", &O::endpointId, MaxIdBytes, true),
        customKey<O>("format", "string", "auto", readOciFormat),
        tokensKey("num_ctx", &O::numCtx),
        customKey<O>("keep_alive", "string", defaultOf(O{}.keepAlive), readKeepAlive),
        booleanKey("native_responses", &O::nativeResponses),
        booleanKey("native_messages", &O::nativeMessages),
    });
    return Keys;
}

void checkOptionsRead(const Cursor &given, Provider provider)
{
    for (const YamlEntry &entry : given.node().entries) {
        const auto *reader = std::find_if(Readers.begin(), Readers.end(), [&](const Reader &each) {
            return each.key == entry.key.text;
        });
        if (reader != Readers.end() && (reader->providers & bit(provider)) == 0) {
            given.child(entry).warningAtKey(
                "has no effect: " + std::string(providerName(provider)) + " does not read it");
        }
    }
}

} // namespace meridian::config
