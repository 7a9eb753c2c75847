// SPDX-License-Identifier: MIT
#include "core/config/meliscustom.h"

#include "core/config/keys.h"
#include "core/config/names.h"
#include "core/config/providernames.h"
#include "core/config/providerrules.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;

constexpr std::size_t MaxCustom = 256;

void readBaseUrl(const Cursor &value, BackendSettings &into)
{
    const auto text = readString(value);
    if (!text) {
        return;
    }
    auto url = parseBackendUrl(*text); // with /v1 or without
    if (url) {
        setUrl(std::move(*url), into);
    } else {
        value.error(std::move(url.error()));
    }
}

void readFormat(const Cursor &value, BackendSettings &)
{
    const auto format = readString(value);
    if (format && *format == "custom") {
        value.warning("a format of its own cannot be translated; openai_compatible is used");
    } else if (format && *format != "openai_compatible") {
        value.error("unknown format " + quoted(*format) + "; known are openai_compatible, custom");
    }
}

void readKey(const Cursor &value, BackendSettings &into)
{
    if (value.isNull() ||
        (value.node().kind == YamlNode::Kind::Scalar && value.node().text.empty())) {
        return;
    }
    if (auto secret = readSecretHeader(value)) {
        into.apiKey = std::move(*secret);
    }
}

} // namespace

const Section<BackendSettings> &melisCustomSection()
{
    using B = BackendSettings;
    static const Section<B> Keys({
        required(nameKey("name", &B::name, MaxNameBytes)),
        required(customKey<B>("base_url", "url", "", readBaseUrl)),
        customKey<B>("api_format", "string", "openai_compatible", readFormat),
        customKey<B>("api_key", "secret", "none", readKey),
    });
    return Keys;
}

void readMelisCustom(const Cursor &value,
                     std::vector<MelisProvider> &providers,
                     std::vector<BackendSettings> &backends)
{
    using namespace std::chrono_literals;
    if (!value.requireSequence("a list of providers")) {
        return;
    }
    if (value.node().items.size() > MaxCustom) {
        value.error("must not hold more than " + std::to_string(MaxCustom) + " providers");
        return;
    }
    const std::size_t own = providers.size();
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        BackendSettings backend;
        backend.engine = "custom";
        backend.timeouts.firstByte = 30s; // as of the others that do not say
        backend.isRouteOnly = true;
        melisCustomSection().read(item, backend);
        const auto name = item.find("name");
        if (backend.name.empty() || !name) {
            continue; // reported
        }
        const auto known =
            std::find_if(providers.begin(), providers.end(),
                         [&](const MelisProvider &each) { return each.id == backend.name; });
        if (providerOf(backend.name)) {
            name->error("is the name of a provider type");
        } else if (known >= providers.begin() + static_cast<std::ptrdiff_t>(own) &&
                   known != providers.end()) {
            name->error("duplicate custom provider " + quoted(backend.name));
        } else if (known != providers.end()) {
            name->warning("the configuration has a provider of this id, which is used");
        } else {
            if (backend.https && isPaidHost(backend.host)) {
                backend.retryAfterSend = false;
            }
            providers.push_back({backend.name, std::nullopt, {backends.size()}, false});
            backends.push_back(std::move(backend));
        }
    }
}

} // namespace meridian::config
