// SPDX-License-Identifier: MIT
// Which provider a backend's figures belong to, also after a reload has removed the backend.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace meridian::observe {

/// A counter must never fall, so what was once counted for a provider stays with it: the first
/// engine a backend name was seen with holds until the process ends. One thread; kept from scrape
/// to scrape.
class ProviderNames
{
public:
    static constexpr std::size_t MaxNames = 512; // twice what a worker tells apart

    void learn(std::string_view backend, std::string_view engine)
    {
        if (m_engines.size() < MaxNames && m_engines.find(backend) == m_engines.end()) {
            m_engines.emplace(backend, engine.empty() ? "unknown" : engine);
        }
    }

    /// Valid until this object ends. "other" for a backend that was never seen.
    [[nodiscard]] std::string_view of(std::string_view backend) const
    {
        const auto found = m_engines.find(backend);
        return found == m_engines.end() ? std::string_view("other") : found->second;
    }

private:
    std::map<std::string, std::string, std::less<>> m_engines;
};

} // namespace meridian::observe
