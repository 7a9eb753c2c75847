// SPDX-License-Identifier: MIT
// A configuration file for a test, put together from lines of YAML.
#include "tests/support/gatewayconfig.h"

namespace meridian::support {

GatewayConfig &
GatewayConfig::set(std::string_view section, std::string_view key, std::string_view value)
{
    m_sections[std::string(section)][std::string(key)] = value;
    return *this;
}

GatewayConfig &
GatewayConfig::backend(std::string_view name, std::string_view url, const Entries &extra)
{
    m_backends.push_back({{std::string(name), std::string(url)}, extra});
    return *this;
}

GatewayConfig &GatewayConfig::raw(std::string_view yaml)
{
    m_raw.append(yaml);
    return *this;
}

bool GatewayConfig::has(const std::string &section, const std::string &key) const
{
    const auto found = m_sections.find(section);
    return found != m_sections.end() && found->second.contains(key);
}

std::string GatewayConfig::yaml() const
{
    std::string text;
    for (const auto &[section, entries] : m_sections) {
        text += section + ":\n";
        for (const auto &[key, value] : entries) {
            text.append("  ").append(key).append(": ").append(value).append("\n");
        }
    }
    if (!m_backends.empty()) {
        text += "backends:\n";
    }
    for (const auto &[identity, extra] : m_backends) {
        text.append("  - name: ")
            .append(identity.first)
            .append("\n    url: ")
            .append(identity.second)
            .append("\n");
        for (const auto &[key, value] : extra) {
            text.append("    ").append(key).append(": ").append(value).append("\n");
        }
    }
    return text + m_raw;
}

} // namespace meridian::support
