// SPDX-License-Identifier: MIT
// The keys of `models:`.
#include "core/config/modelssection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

namespace {

using model::ModelSettings;

constexpr std::size_t MaxAliases = 1000; // patterns are tried one after the other

void readAliases(const Cursor &value, ModelSettings &into)
{
    if (!value.requireMapping()) {
        return;
    }
    if (value.node().entries.size() > MaxAliases) {
        value.error("must not hold more than " + std::to_string(MaxAliases) + " aliases");
        return;
    }
    into.aliases.clear();
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            continue; // reported
        }
        const Cursor target = value.child(entry);
        const Cursor alias(entry.key, target.path(), value.context());
        auto from = readName(alias, MaxModelBytes);
        auto to = readName(target, MaxModelBytes);
        if (!from || !to) {
            continue;
        }
        if (to->find('*') != std::string::npos) {
            target.error("must be a name, without *");
        } else if (*from == *to) {
            target.error("is an alias of itself");
        } else {
            into.aliases.insert_or_assign(std::move(*from), std::move(*to));
        }
    }
}

} // namespace

const Section<ModelSettings> &modelsSection()
{
    static const Section<ModelSettings> Keys({
        customKey<ModelSettings>("aliases", "mapping of names", "{}", readAliases),
    });
    return Keys;
}

} // namespace meridian::config
