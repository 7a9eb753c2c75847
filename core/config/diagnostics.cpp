// SPDX-License-Identifier: MIT
// Diagnostic::format() and the collector.
#include "core/config/diagnostics.h"

#include "core/json/utf8.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace meridian::config {

namespace {

// A file with thousands of problems is not a configuration; a person reads the first few.
constexpr std::size_t MaxDiagnostics = 1000;

std::string printable(std::string_view text)
{
    std::string out;
    json::appendValidUtf8(out, text);
    for (char &c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            c = '?';
        }
    }
    return out;
}

} // namespace

std::string Diagnostic::format() const
{
    return printable(file) + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " +
           printable(path) + ": " + printable(message);
}

Diagnostics::Diagnostics(std::string file)
    : m_file(std::move(file))
{
}

void Diagnostics::error(Position at, std::string path, std::string message)
{
    m_hasErrors = true;
    add(Diagnostic::Severity::Error, at, std::move(path), std::move(message));
}

void Diagnostics::warning(Position at, std::string path, std::string message)
{
    add(Diagnostic::Severity::Warning, at, std::move(path), std::move(message));
}

void Diagnostics::add(Diagnostic::Severity severity,
                      Position at,
                      std::string path,
                      std::string message)
{
    if (m_found.size() < MaxDiagnostics) {
        m_found.push_back(
            {severity, m_file, at.line, at.column, std::move(path), std::move(message)});
    }
}

std::vector<Diagnostic> Diagnostics::takeSorted()
{
    std::stable_sort(m_found.begin(), m_found.end(), [](const Diagnostic &a, const Diagnostic &b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::exchange(m_found, {});
}

std::string quoted(std::string_view text)
{
    constexpr std::size_t MaxEchoed = 64;
    std::string out = "'";
    out += printable(text.substr(0, MaxEchoed));
    out += text.size() > MaxEchoed ? "…'" : "'";
    return out;
}

} // namespace meridian::config
