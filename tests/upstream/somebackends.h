// SPDX-License-Identifier: MIT
// Backends for tests that need several of them and nothing behind.
#pragma once

#include "core/upstream/backend.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace meridian::upstream {

/// Where the tests' own clocks start; not zero, which atomics take for "never".
inline constexpr SteadyTime TestEpoch{std::chrono::hours(1)};

inline std::shared_ptr<Backend> makeBackend(model::BackendSettings settings)
{
    if (settings.host.empty()) {
        settings.host = "127.0.0.1";
    }
    auto state = std::make_shared<BackendState>(TestEpoch);
    return std::make_shared<Backend>(std::move(settings), model::HealthSettings{}, nullptr,
                                     std::move(state));
}

inline std::shared_ptr<Backend>
makeBackend(const std::string &name, int weight = 1, const std::string &model = {})
{
    model::BackendSettings settings;
    settings.name = name;
    settings.weight = weight;
    settings.model = model;
    return makeBackend(std::move(settings));
}

/// One backend per weight, and the plain pointers a strategy takes.
class SomeBackends
{
public:
    explicit SomeBackends(const std::vector<int> &weights)
    {
        for (const int weight : weights) {
            add(makeBackend("b" + std::to_string(m_owned.size()), weight));
        }
    }

    void add(std::shared_ptr<Backend> backend)
    {
        m_owned.push_back(std::move(backend));
        all.push_back(m_owned.back().get());
    }

    [[nodiscard]] LoadState &load(std::size_t index) const { return all.at(index)->state()->load; }

    std::vector<Backend *> all;

private:
    std::vector<std::shared_ptr<Backend>> m_owned;
};

} // namespace meridian::upstream
