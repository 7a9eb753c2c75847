// SPDX-License-Identifier: MIT
// Writes the Prometheus text exposition format, version 0.0.4.
#include "core/observe/prometheus.h"

#include "core/json/utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace meridian::observe {

namespace {

void appendNumber(std::string &out, double value)
{
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
}

void appendNumber(std::string &out, std::uint64_t value)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
}

/// Backslash and newline escaped; in a label value the quote too.
void appendEscaped(std::string &out, std::string_view text, bool quotes)
{
    std::string valid;
    json::appendValidUtf8(valid, text);
    for (const char byte : valid) {
        if (byte == '\\' || (quotes && byte == '"')) {
            out += '\\';
            out += byte;
        } else if (byte == '\n') {
            out += "\\n";
        } else {
            out += byte;
        }
    }
}

void appendLabel(std::string &out, const PrometheusText::Label &label)
{
    out += label.first;
    out += "=\"";
    appendEscaped(out, label.second, true);
    out += '"';
}

} // namespace

void PrometheusText::family(std::string_view name, std::string_view type, std::string_view help)
{
    m_family = name;
    m_out.append("# HELP ").append(name).append(" ");
    appendEscaped(m_out, help, false);
    m_out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void PrometheusText::sample(Labels labels, std::uint64_t value)
{
    name("", labels, nullptr);
    appendNumber(m_out, value);
    m_out += '\n';
}

void PrometheusText::sample(Labels labels, double value)
{
    name("", labels, nullptr);
    appendNumber(m_out, value);
    m_out += '\n';
}

void PrometheusText::histogram(Labels labels,
                               std::span<const double> bounds,
                               std::span<const std::uint64_t> counts,
                               double sum)
{
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        cumulative += counts[i];
        std::string bound;
        appendNumber(bound, i < bounds.size() ? bounds[i] : INFINITY);
        const Label le{"le", bound};
        name("_bucket", labels, &le);
        appendNumber(m_out, cumulative);
        m_out += '\n';
    }
    name("_sum", labels, nullptr);
    appendNumber(m_out, sum);
    m_out += '\n';
    name("_count", labels, nullptr);
    appendNumber(m_out, cumulative);
    m_out += '\n';
}

void PrometheusText::name(std::string_view suffix, Labels labels, const Label *extra)
{
    m_out.append(m_family).append(suffix);
    if (labels.size() > 0 || extra != nullptr) {
        char separator = '{';
        for (const Label &label : labels) {
            m_out += separator;
            appendLabel(m_out, label);
            separator = ',';
        }
        if (extra != nullptr) {
            m_out += separator;
            appendLabel(m_out, *extra);
        }
        m_out += '}';
    }
    m_out += ' ';
}

} // namespace meridian::observe
