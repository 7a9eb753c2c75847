// SPDX-License-Identifier: MIT
// The keys of `hedge:`, two of which are written as people speak: p95 and 5%.
#include "core/config/hedgesection.h"

#include "core/config/keys.h"

#include <charconv>

namespace meridian::config {

namespace {

using model::HedgeSettings;

// p1 to p99 as 0.01 to 0.99; 0 for anything else.
double quantileOf(std::string_view text) noexcept
{
    int percent = 0;
    const char *end = text.data() + text.size();
    if (text.size() < 2 || text.size() > 3 || (text.front() != 'p' && text.front() != 'P') ||
        text[1] == '0' || std::from_chars(text.data() + 1, end, percent).ptr != end ||
        percent < 1) {
        return 0;
    }
    return percent / 100.0;
}

void readAfter(const Cursor &value, HedgeSettings &into)
{
    const YamlNode &node = value.node();
    const bool isWord = node.kind == YamlNode::Kind::Scalar && !node.text.empty() &&
                        node.text.find_first_of("0123456789+-. ") != 0;
    if (!isWord) {
        if (const auto wait = readSeconds(value)) {
            into.after = *wait;
        }
        return;
    }
    const double quantile = quantileOf(node.text);
    if (quantile == 0) {
        value.error("must be a percentile from p1 to p99, or a number of seconds");
        return;
    }
    into.quantile = quantile;
    into.after.reset();
}

void readBudget(const Cursor &value, HedgeSettings &into)
{
    YamlNode number = value.node();
    if (number.kind == YamlNode::Kind::Scalar && number.text.ends_with('%')) {
        number.text.pop_back();
    }
    if (const auto percent = readPositive(Cursor(number, value.path(), value.context()), 100)) {
        into.budgetPercent = *percent;
    }
}

} // namespace

const Section<HedgeSettings> &hedgeSection()
{
    using H = HedgeSettings;
    static const Section<H> Keys([] {
        std::vector<Key<H>> keys;
        keys.push_back(booleanKey("enabled", &H::enabled));
        keys.back().defaultText = "true";
        keys.push_back(customKey<H>("after", "percentile or seconds", "p95", readAfter));
        keys.push_back(customKey<H>("budget", "percent", "5%", readBudget));
        return keys;
    }());
    return Keys;
}

void readHedge(const Cursor &value, HedgeSettings &into)
{
    if (value.isNull()) {
        return;
    }
    into.enabled = !value.node().entries.empty();
    hedgeSection().read(value, into);
}

} // namespace meridian::config
