// SPDX-License-Identifier: MIT
// How long an exchange spends in each stage.
#pragma once

#include "core/model/requestrecord.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace meridian::proxy {

/// Wall time per stage, in whole microseconds rounded up so that a stage that was passed is never
/// 0. A stage entered again (failover) adds up.
class StageClock
{
public:
    using Clock = std::chrono::steady_clock;

    /// The request's first byte came at `start`; the head was being read until now.
    explicit StageClock(Clock::time_point start) noexcept
        : m_start(start)
        , m_since(start)
    {
        enter(model::Stage::Admit);
    }

    void enter(model::Stage next) noexcept
    {
        const auto now = Clock::now();
        const auto spent = std::chrono::ceil<std::chrono::microseconds>(now - m_since).count();
        m_micros[static_cast<std::size_t>(m_stage)] +=
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(spent, 1, UINT32_MAX / 4));
        m_stage = next;
        m_since = now;
    }

    [[nodiscard]] model::Stage stage() const noexcept { return m_stage; }

    [[nodiscard]] Clock::time_point start() const noexcept { return m_start; }

    [[nodiscard]] Clock::time_point since() const noexcept { return m_since; }

    [[nodiscard]] const auto &micros() const noexcept { return m_micros; }

private:
    Clock::time_point m_start;
    Clock::time_point m_since;
    model::Stage m_stage = model::Stage::ReadHead;
    std::array<std::uint32_t, model::StageCount> m_micros{};
};

} // namespace meridian::proxy
