// SPDX-License-Identifier: MIT
#include "core/proxy/fidelityheader.h"

namespace meridian::proxy {

namespace {

constexpr std::size_t MaxBytes = 1024;

/// Paths hold names that a client chose.
void appendPrintable(std::string &out, std::string_view text)
{
    for (const char c : text) {
        const bool isPlain = c >= ' ' && c <= '~' && c != ',' && c != ';';
        out.push_back(isPlain ? c : '?');
    }
}

} // namespace

std::string fidelityHeader(const provider::Fidelity &fidelity)
{
    if (fidelity.isLossless()) {
        return "lossless";
    }
    std::string text = "degraded;";
    std::size_t told = 0;
    for (const provider::Fidelity::Entry &entry : fidelity.entries()) {
        if (text.size() + entry.path.size() + entry.reason.size() > MaxBytes) {
            break;
        }
        text.append(told == 0 ? " " : ", ");
        appendPrintable(text, entry.path);
        const bool isDropped = entry.loss == provider::Fidelity::Loss::Dropped;
        text.append(isDropped ? " dropped" : " approximated");
        if (!entry.reason.empty()) {
            text.append(" (");
            appendPrintable(text, entry.reason);
            text.append(")");
        }
        ++told;
    }
    if (told < fidelity.count()) {
        text.append(told == 0 ? " " : ", ").append(std::to_string(fidelity.count() - told));
        text.append(" more");
    }
    return text;
}

} // namespace meridian::proxy
