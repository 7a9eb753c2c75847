// SPDX-License-Identifier: MIT
// A configuration file for a test, put together from lines of YAML.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::support {

/// Values are YAML as written (`"5"`, `"{connect: 1}"`, `"[a, b]"`); a later set replaces.
class GatewayConfig
{
public:
    using Entries = std::vector<std::pair<std::string, std::string>>;

    /// `section` is gateway, timeouts, health, logging or admin.
    GatewayConfig &set(std::string_view section, std::string_view key, std::string_view value);
    GatewayConfig &backend(std::string_view name, std::string_view url, const Entries &extra = {});
    /// Appended as it is.
    GatewayConfig &raw(std::string_view yaml);

    [[nodiscard]] bool has(const std::string &section, const std::string &key) const;
    [[nodiscard]] std::string yaml() const;

private:
    std::map<std::string, std::map<std::string, std::string>> m_sections;
    std::vector<std::pair<std::pair<std::string, std::string>, Entries>> m_backends;
    std::string m_raw;
};

} // namespace meridian::support
