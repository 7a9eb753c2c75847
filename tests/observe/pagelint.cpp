// SPDX-License-Identifier: MIT
#include "tests/observe/pagelint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

namespace meridian::test {

namespace {

/// Names that are not ours to choose: what Meridian 0.12 and Melis call them.
constexpr std::array<std::string_view, 1> Inherited{"meridian_request_latency_ms"};

class Linter
{
public:
    explicit Linter(LintedPage &page)
        : m_page(page)
    {
    }

    void line(const std::string &text)
    {
        m_line = text;
        if (text.starts_with("# HELP ")) {
            begin();
        } else if (text.starts_with("# TYPE ")) {
            type();
        } else {
            sample();
        }
    }

    void end()
    {
        for (const PageFamily &family : m_page.families) {
            m_line = family.name;
            checkName(family);
            if (family.type == "histogram") {
                checkHistogram(family);
            }
        }
    }

private:
    void complain(const char *what) { m_page.problems.push_back(what + (": " + m_line)); }

    void begin()
    {
        static const std::regex Help("# HELP ([a-z_][a-z0-9_]*) (.+)");
        std::smatch match;
        if (!std::regex_match(m_line, match, Help)) {
            complain("not a HELP line");
            return;
        }
        if (!m_names.insert(match[1]).second) {
            complain("family twice");
        }
        m_page.families.push_back({match[1], "", match[2], {}});
    }

    void type()
    {
        static const std::regex Type("# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)");
        std::smatch match;
        if (!std::regex_match(m_line, match, Type) || m_page.families.empty() ||
            m_page.families.back().name != match[1] || !m_page.families.back().type.empty()) {
            complain("not the TYPE line of the HELP line before");
            return;
        }
        m_page.families.back().type = match[2];
    }

    void sample()
    {
        PageSample sample;
        if (m_page.families.empty() || m_page.families.back().type.empty()) {
            complain("sample without HELP and TYPE");
            return;
        }
        if (!parse(sample)) {
            complain("not a sample");
            return;
        }
        PageFamily &family = m_page.families.back();
        std::string_view suffix = sample.name;
        if (!suffix.starts_with(family.name)) {
            complain("sample of another family");
            return;
        }
        suffix.remove_prefix(family.name.size());
        const bool isHistogram = family.type == "histogram";
        if (isHistogram ? suffix != "_bucket" && suffix != "_sum" && suffix != "_count"
                        : !suffix.empty()) {
            complain("suffix does not fit the type");
        }
        if (sample.label("le").has_value() != (suffix == "_bucket")) {
            complain("label le where it must not be, or none where it must");
        }
        if (family.type == "counter" && !(sample.value >= 0)) {
            complain("counter below zero");
        }
        auto identity = sample.labels;
        std::sort(identity.begin(), identity.end());
        if (!m_series.insert({sample.name, identity}).second) {
            complain("series twice");
        }
        family.samples.push_back(std::move(sample));
    }

    /// name{label="value",…} number
    bool parse(PageSample &sample)
    {
        static const std::regex Name("[a-z_][a-z0-9_]*");
        std::size_t at = m_line.find_first_of("{ ");
        if (at == std::string::npos) {
            return false;
        }
        sample.name = m_line.substr(0, at);
        if (!std::regex_match(sample.name, Name)) {
            return false;
        }
        if (m_line[at] == '{') {
            do {
                const std::size_t equals = m_line.find("=\"", ++at);
                if (equals == std::string::npos) {
                    return false;
                }
                const std::string name = m_line.substr(at, equals - at);
                std::string value;
                at = equals + 2;
                if (!std::regex_match(name, Name) || name.starts_with("__") || sample.label(name) ||
                    !unescape(at, value)) {
                    return false;
                }
                sample.labels.emplace_back(name, value);
            } while (m_line[at] == ',');
            if (m_line[at++] != '}') {
                return false;
            }
        }
        if (at >= m_line.size() || m_line[at++] != ' ') {
            return false;
        }
        char *end = nullptr;
        sample.value = std::strtod(m_line.c_str() + at, &end);
        return at < m_line.size() && *end == '\0';
    }

    /// From behind the opening quote to behind the closing one.
    bool unescape(std::size_t &at, std::string &value) const
    {
        for (; at < m_line.size(); ++at) {
            char byte = m_line[at];
            if (byte == '"') {
                ++at;
                return at < m_line.size();
            }
            if (byte == '\\') {
                byte = ++at < m_line.size() ? m_line[at] : '\0';
                if (byte != '\\' && byte != '"' && byte != 'n') {
                    return false;
                }
                byte = byte == 'n' ? '\n' : byte;
            }
            value += byte;
        }
        return false;
    }

    void checkName(const PageFamily &family)
    {
        const std::string &name = family.name;
        if (family.type.empty()) {
            complain("no TYPE");
        }
        if ((family.type == "counter") != name.ends_with("_total")) {
            complain("_total is for counters, and for all of them");
        }
        for (const std::string_view suffix : {"_bucket", "_count", "_sum", "_info_total"}) {
            if (name.ends_with(suffix)) {
                complain("suffix that a type reserves");
            }
        }
        for (const std::string_view word : {"_counter", "_gauge", "_histogram"}) {
            if (name.find(word) != std::string::npos) {
                complain("type in the name");
            }
        }
        static const std::regex Abbreviated(
            ".*_(s|ms|us|ns|sec|milliseconds|microseconds|minutes|kb|mb|gb|b|percent)(_total)?");
        const bool isInherited =
            std::find(Inherited.begin(), Inherited.end(), name) != Inherited.end();
        if (std::regex_match(name, Abbreviated) != isInherited) {
            complain("not a base unit, spelled out");
        }
    }

    void checkHistogram(const PageFamily &family)
    {
        struct Series
        {
            double bound = -INFINITY;
            double count = 0;
            std::optional<double> total;
            bool hasSum = false;
        };

        std::map<std::vector<std::pair<std::string, std::string>>, Series> all;
        for (const PageSample &sample : family.samples) {
            auto labels = sample.labels;
            std::erase_if(labels, [](const auto &label) { return label.first == "le"; });
            Series &series = all[labels];
            if (sample.name.ends_with("_bucket")) {
                const double bound = std::strtod(sample.label("le")->c_str(), nullptr);
                if (bound <= series.bound || sample.value < series.count) {
                    complain("buckets that do not rise");
                }
                series.bound = bound;
                series.count = sample.value;
            } else if (sample.name.ends_with("_count")) {
                series.total = sample.value;
            } else {
                series.hasSum = true;
            }
        }
        for (const auto &[labels, series] : all) {
            if (!std::isinf(series.bound) || series.total != series.count || !series.hasSum) {
                complain("histogram without +Inf, sum, or a count that fits");
            }
        }
    }

    LintedPage &m_page;
    std::string m_line;
    std::set<std::string> m_names;
    std::set<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> m_series;
};

} // namespace

std::optional<std::string> PageSample::label(std::string_view name) const
{
    for (const auto &[key, value] : labels) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

const PageFamily *LintedPage::family(std::string_view name) const
{
    const auto found = std::find_if(families.begin(), families.end(),
                                    [name](const auto &family) { return family.name == name; });
    return found == families.end() ? nullptr : &*found;
}

double LintedPage::value(std::string_view name,
                         const std::map<std::string, std::string> &labels) const
{
    std::optional<double> value;
    for (const PageFamily &family : families) {
        for (const PageSample &sample : family.samples) {
            if (sample.name == name &&
                std::all_of(labels.begin(), labels.end(), [&](const auto &label) {
                    return sample.label(label.first) == label.second;
                })) {
                if (value) {
                    return NAN;
                }
                value = sample.value;
            }
        }
    }
    return value.value_or(NAN);
}

LintedPage lintPage(const std::string &page)
{
    LintedPage result;
    Linter linter(result);
    if (!page.ends_with('\n')) {
        result.problems.emplace_back("no line end at the end");
    }
    std::istringstream lines(page);
    std::string line;
    while (std::getline(lines, line)) {
        linter.line(line);
    }
    linter.end();
    return result;
}

} // namespace meridian::test
