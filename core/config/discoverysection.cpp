// SPDX-License-Identifier: MIT
// The keys of `discovery:`.
#include "core/config/discoverysection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"

namespace meridian::config {

namespace {

constexpr std::size_t MaxPlaces = 32; // each is asked all of its questions at once

void readPlaces(const Cursor &value, model::DiscoverySettings &into)
{
    if (!value.requireSequence("a list of urls")) {
        return;
    }
    if (value.node().items.size() > MaxPlaces) {
        value.error("more than " + std::to_string(MaxPlaces) +
                    " places; name the others in the "
                    "call that looks for engines");
        return;
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        const auto text = readString(item);
        if (!text) {
            continue;
        }
        const auto url = parseBackendUrl(*text);
        if (!url) {
            item.error(url.error());
        } else if (!isLoopbackHost(url->host)) {
            item.error("is not on this machine; give localhost or a loopback address, and name "
                       "other hosts in the call that looks for engines");
        } else {
            into.places.push_back(url->text);
        }
    }
}

} // namespace

const Section<model::DiscoverySettings> &discoverySection()
{
    using D = model::DiscoverySettings;
    static const Section<D> Keys({
        customKey<D>("places", "list of urls", "[]", readPlaces),
    });
    return Keys;
}

} // namespace meridian::config
