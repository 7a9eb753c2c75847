// SPDX-License-Identifier: MIT
// Asks one place who is there.
#pragma once

#include "core/discovery/discovery.h"
#include "core/health/hostaddresses.h"
#include "core/health/probe.h"

#include <array>

namespace meridian::discovery {

/// Begins at the end of the turn it is made in. `ended` is called once; the look may not be
/// destroyed in it.
class Discovery::Look final : private event::TimerClient
{
public:
    Look(event::Loop &loop, Place place, std::function<void()> ended);
    ~Look();
    Look(const Look &) = delete;
    Look &operator=(const Look &) = delete;

    [[nodiscard]] PlaceFinding finding() const { return {m_place, m_finding}; }

private:
    void onTimer() noexcept override;
    void begin();
    void resolve();
    void ask(Question question);
    void onAnswer(Question question, const health::ProbeResult &result);
    void onFirstAnswers();
    void end(EngineFinding finding);
    void endWith(PlaceState state, std::string message);

    event::Loop &m_loop;
    const Place m_place;
    std::function<void()> m_ended;
    std::unique_ptr<health::HostAddresses> m_host; // of a name beyond this machine
    health::ProbeTarget m_target;
    std::array<std::unique_ptr<health::Probe>, QuestionCount> m_probes;
    std::array<health::ProbeResult, QuestionCount> m_results;
    std::size_t m_unanswered = 0;
    bool m_hasBegun = false;
    bool m_hasAskedAll = false;
    EngineFinding m_finding;
    std::chrono::steady_clock::time_point m_until;
    event::Timer m_timer;
};

} // namespace meridian::discovery
