// SPDX-License-Identifier: MIT
// Backends for tests that need several of them and nothing behind.
#pragma once

#include "core/upstream/backend.h"

#include <memory>
#include <string>
#include <vector>

namespace meridian::upstream {

inline std::shared_ptr<Backend>
makeBackend(const std::string &name, int weight = 1, const std::string &model = {})
{
    model::BackendSettings settings;
    settings.name = name;
    settings.host = "127.0.0.1";
    settings.weight = weight;
    settings.model = model;
    return std::make_shared<Backend>(settings, model::HealthSettings{}, nullptr);
}

/// One backend per weight, and the plain pointers a strategy takes.
class SomeBackends
{
public:
    explicit SomeBackends(const std::vector<int> &weights)
    {
        for (const int weight : weights) {
            m_owned.push_back(makeBackend("b" + std::to_string(m_owned.size()), weight));
            all.push_back(m_owned.back().get());
        }
    }

    std::vector<Backend *> all;

private:
    std::vector<std::shared_ptr<Backend>> m_owned;
};

} // namespace meridian::upstream
