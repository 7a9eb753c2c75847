// SPDX-License-Identifier: MIT
#include "core/discovery/discovery.h"

#include "core/discovery/look.h"

namespace meridian::discovery {

Discovery::Discovery(event::Loop &loop, std::function<void()> done)
    : m_loop(loop)
    , m_done(std::move(done))
{
}

Discovery::~Discovery() = default;

bool Discovery::start(const std::vector<Place> &places)
{
    if (isRunning() || places.size() > MaxPlaces) {
        return false;
    }
    m_looks.clear();
    m_open = places.size();
    for (const Place &place : places) {
        m_looks.push_back(std::make_unique<Look>(m_loop, place, [this] { onEnded(); }));
    }
    return true;
}

std::vector<PlaceFinding> Discovery::findings() const
{
    std::vector<PlaceFinding> findings;
    for (const auto &look : m_looks) {
        findings.push_back(look->finding());
    }
    return findings;
}

void Discovery::onEnded()
{
    if (--m_open == 0 && m_done) {
        m_done();
    }
}

} // namespace meridian::discovery
