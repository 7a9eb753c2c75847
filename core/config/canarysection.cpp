// SPDX-License-Identifier: MIT
// The keys of `canary:`, and what must hold between them once it is enabled.
#include "core/config/canarysection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::CanarySettings;
using model::CanaryStep;

constexpr std::size_t MaxSteps = 1000;
constexpr std::int64_t MaxSamples = 1'000'000'000;

using Tags = std::vector<std::string>;

// As far as any list of tags is checked; emptiness and blanks matter once the canary is enabled.
Key<CanarySettings> tagsKey(std::string name, std::string defaultText, Tags CanarySettings::*field)
{
    return customKey<CanarySettings>(
        std::move(name), "list of strings", std::move(defaultText),
        [field](const Cursor &value, CanarySettings &into) {
            if (!value.requireSequence("a list of strings")) {
                return;
            }
            (into.*field).clear();
            if (value.node().items.size() > MaxTags) {
                value.error("must not hold more than " + std::to_string(MaxTags) + " tags");
                return;
            }
            for (std::size_t i = 0; i < value.node().items.size(); ++i) {
                if (auto tag = readName(value.item(i), MaxNameBytes, true)) {
                    (into.*field).push_back(std::move(*tag));
                }
            }
        });
}

const Section<CanaryStep> &stepSection()
{
    using S = CanaryStep;
    static const Section<S> Keys(
        {
            required(numberKey("weight", &S::weight, 0, 100)),
            optionalSecondsKey("duration_s", &S::duration),
        },
        UnknownKeys::Refused);
    return Keys;
}

void readSteps(const Cursor &value, CanarySettings &into)
{
    if (!value.requireSequence("a list of steps")) {
        return;
    }
    const std::size_t count = value.node().items.size();
    if (count > MaxSteps) {
        value.error("must not hold more than " + std::to_string(MaxSteps) + " steps");
        return;
    }
    into.steps.assign(count, {});
    for (std::size_t i = 0; i < count; ++i) {
        stepSection().read(value.item(i), into.steps[i]);
    }
}

Key<CanarySettings> stepsKey()
{
    auto key = customKey<CanarySettings>("steps", "list of mappings", "[]", readSteps);
    key.children = stepSection().describeKeys("[].");
    return key;
}

void checkTags(const std::optional<Cursor> &list)
{
    if (!list || list->node().kind != YamlNode::Kind::Sequence) {
        return; // at its default, or reported
    }
    if (list->node().items.empty()) {
        list->error("must hold at least one tag");
    }
    for (std::size_t i = 0; i < list->node().items.size(); ++i) {
        const YamlNode &item = list->node().items[i];
        if (item.kind == YamlNode::Kind::Scalar && isBlank(item.text)) {
            list->item(i).error("must not be blank");
        }
    }
}

// Reported at the list that was given; at canary_tags when both were.
void checkOverlap(const Cursor &section, const CanarySettings &canary)
{
    for (const std::string &tag : canary.canaryTags) {
        const auto &stable = canary.stableTags;
        if (std::find(stable.begin(), stable.end(), tag) == stable.end() || isBlank(tag)) {
            continue;
        }
        auto at = section.find("canary_tags");
        at = at ? at : section.find("stable_tags");
        at->error("canary_tags and stable_tags must not share a tag: " + quoted(tag));
    }
}

} // namespace

const Section<CanarySettings> &canarySection()
{
    using C = CanarySettings;
    static const Section<C> Keys(
        {
            booleanKey("enabled", &C::enabled),
            tagsKey("canary_tags", "[canary]", &C::canaryTags),
            tagsKey("stable_tags", "[stable]", &C::stableTags),
            numberKey("start_weight", &C::startWeight, 0, 100),
            stepsKey(),
            customKey<C>("rollback_error_rate", "number", defaultOf(C{}.rollbackErrorRate),
                         [](const Cursor &value, C &into) {
                             if (const auto rate = readPositive(value, 1)) {
                                 into.rollbackErrorRate = *rate;
                             }
                         }),
            integerKey("rollback_min_samples", &C::rollbackMinSamples, 1, MaxSamples),
            secondsKey("window_s", &C::window),
            secondsKey("tick_s", &C::tick),
        },
        UnknownKeys::Refused);
    return Keys;
}

void readCanary(const Cursor &value, CanarySettings &into)
{
    canarySection().read(value, into);
    if (into.enabled) {
        checkTags(value.find("canary_tags"));
        checkTags(value.find("stable_tags"));
        checkOverlap(value, into);
    }
}

} // namespace meridian::config
