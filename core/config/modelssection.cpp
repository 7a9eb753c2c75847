// SPDX-License-Identifier: MIT
// The keys of `models:`.
#include "core/config/modelssection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace meridian::config {

namespace {

using model::ModelSettings;

constexpr std::size_t MaxNames = 1000; // patterns are tried one after the other

/// How messages call an entry and several of them, and whether it may have `*` on the left.
struct Naming
{
    std::string_view entry;
    std::string_view entries;
    bool mayBePattern;
};

void readNames(const Cursor &value, const Naming &naming, std::map<std::string, std::string> &into)
{
    if (!value.requireMapping()) {
        return;
    }
    if (value.node().entries.size() > MaxNames) {
        value.error("must not hold more than " + std::to_string(MaxNames) + ' ' +
                    std::string(naming.entries));
        return;
    }
    into.clear();
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            continue; // reported
        }
        const Cursor target = value.child(entry);
        const Cursor name(entry.key, target.path(), value.context());
        auto from = readName(name, MaxModelBytes);
        auto to = readName(target, MaxModelBytes);
        if (!from || !to) {
            continue;
        }
        if (!naming.mayBePattern && from->find('*') != std::string::npos) {
            name.error("must be a name, without *");
        } else if (to->find('*') != std::string::npos) {
            target.error("must be a name, without *");
        } else if (*from == *to) {
            target.error("is " + std::string(naming.entry) + " of itself");
        } else {
            into.insert_or_assign(std::move(*from), std::move(*to));
        }
    }
}

void readAliases(const Cursor &value, ModelSettings &into)
{
    readNames(value, {"an alias", "aliases", true}, into.aliases);
}

// Each step goes to a larger model, so that no chain of them can come back.
void readContextFallback(const Cursor &value, ModelSettings &into)
{
    auto &next = into.contextFallback;
    readNames(value, {"the fallback", "fallbacks", false}, next);
    for (const auto &[from, to] : next) {
        auto at = next.find(to);
        for (std::size_t steps = 0; at != next.end() && steps <= next.size(); ++steps) {
            if (at->second == from) {
                value.find(from)->error("leads back to " + quoted(from));
                break;
            }
            at = next.find(at->second);
        }
    }
}

} // namespace

const Section<ModelSettings> &modelsSection()
{
    static const Section<ModelSettings> Keys({
        customKey<ModelSettings>("aliases", "mapping of names", "{}", readAliases),
        customKey<ModelSettings>("context_fallback", "mapping of names", "{}", readContextFallback),
    });
    return Keys;
}

} // namespace meridian::config
