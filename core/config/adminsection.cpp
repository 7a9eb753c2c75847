// SPDX-License-Identifier: MIT
// The keys of `admin:`.
#include "core/config/adminsection.h"

#include "core/config/keys.h"
#include "core/config/names.h"
#include "core/config/network.h"

namespace meridian::config {

namespace {

constexpr std::size_t MinTokenBytes = 16; // fewer could be guessed

void readAllow(const Cursor &value, model::AdminSettings &into)
{
    if (!value.requireSequence("a list of networks")) {
        return;
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        const auto text = readString(item);
        if (!text) {
            continue;
        }
        const auto network = parseNetwork(*text);
        if (!network) {
            item.error(network.error());
            continue;
        }
        if (network->isEverything) {
            item.warning("opens the control plane to everybody who can reach the gateway");
        } else if (network->hadHostBits) {
            item.warning("bits beyond the prefix are ignored; read as " + network->text);
        }
        into.allow.push_back(network->text);
    }
}

void readToken(const Cursor &value, model::AdminSettings &into)
{
    auto token = readSecretHeader(value);
    if (!token) {
        return;
    }
    if (token->reveal().size() < MinTokenBytes) {
        value.error("the token has fewer than " + std::to_string(MinTokenBytes) +
                    " characters and could be guessed; make one with: openssl rand -hex 32");
        return;
    }
    into.token = std::move(*token);
}

} // namespace

const Section<model::AdminSettings> &adminSection()
{
    using A = model::AdminSettings;
    static const Section<A> Keys({
        customKey<A>("allow", "list of networks", "[]", readAllow),
        customKey<A>("token", "secret", "none", readToken),
    });
    return Keys;
}

} // namespace meridian::config
