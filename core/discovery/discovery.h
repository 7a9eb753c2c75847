// SPDX-License-Identifier: MIT
// Looks for engines: asks every place at once who is there.
#pragma once

#include "core/discovery/engineanswers.h"
#include "core/discovery/place.h"
#include "core/event/loop.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace meridian::discovery {

struct PlaceFinding
{
    Place place;
    EngineFinding engine;
};

/// One search at a time; what it finds is kept until the next one. With the HTTP client of traffic,
/// nothing is sent but GETs without keys, and an answer is read up to 1 MiB. Thread: its loop's,
/// the main one, on Qt's stock dispatcher (names are looked up).
class Discovery
{
public:
    static constexpr std::chrono::seconds Deadline{2}; // of a place, for everything together

    /// `done` is called after each search; it must not start another one.
    explicit Discovery(event::Loop &loop, std::function<void()> done = nullptr);
    ~Discovery();
    Discovery(const Discovery &) = delete;
    Discovery &operator=(const Discovery &) = delete;

    /// False: a search is under way, or there are more than MaxPlaces.
    [[nodiscard]] bool start(const std::vector<Place> &places);

    [[nodiscard]] bool isRunning() const noexcept { return m_open > 0; }

    /// One per place, in order; those still being asked are `Looking`.
    [[nodiscard]] std::vector<PlaceFinding> findings() const;

private:
    class Look;

    void onEnded();

    event::Loop &m_loop;
    const std::function<void()> m_done;
    std::vector<std::unique_ptr<Look>> m_looks;
    std::size_t m_open = 0; // looks that have not ended
};

} // namespace meridian::discovery
