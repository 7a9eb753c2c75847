// SPDX-License-Identifier: MIT
// The keys of `isolation:`.
#include "core/config/isolationsection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

namespace {

using model::IsolationSettings;

constexpr std::size_t MaxOrganisationBytes = 128;
constexpr std::size_t MaxPools = 10'000;

void readMode(const Cursor &value, IsolationSettings &into)
{
    const auto mode = readString(value);
    if (mode && *mode != "shared" && *mode != "dedicated") {
        value.error("unknown mode; known are shared and dedicated");
    } else if (mode) {
        into.dedicated = *mode == "dedicated";
    }
}

void readPools(const Cursor &value, IsolationSettings &into)
{
    if (!value.requireMapping()) {
        return;
    }
    if (value.node().entries.size() > MaxPools) {
        value.error("must not hold more than " + std::to_string(MaxPools) + " pools");
        return;
    }
    into.pools.clear();
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            continue; // reported
        }
        const Cursor pool = value.child(entry);
        const Cursor key(entry.key, pool.path(), value.context());
        auto organisation = readName(key, MaxOrganisationBytes);
        auto tags = readSomeTags(pool);
        if (organisation && isBlank(*organisation)) {
            key.error("must not be blank");
        } else if (organisation && tags) {
            into.pools.insert_or_assign(std::move(*organisation), std::move(*tags));
        }
    }
}

} // namespace

const Section<IsolationSettings> &isolationSection()
{
    using I = IsolationSettings;
    static const Section<I> Keys(
        {
            customKey<I>("mode", "string", "shared", readMode),
            customKey<I>("pools", "mapping of lists", "{}", readPools),
        },
        UnknownKeys::Refused);
    return Keys;
}

} // namespace meridian::config
