// SPDX-License-Identifier: MIT
#include "core/routing/canary.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace meridian::routing {

namespace {

/// Ticks nearer than this part of the window share a bucket, so there are never more than these.
constexpr int MostBuckets = 256;

bool isSameSet(const std::vector<std::string> &a, const std::vector<std::string> &b)
{
    return std::set<std::string>(a.begin(), a.end()) == std::set<std::string>(b.begin(), b.end());
}

bool isSameTags(const model::CanarySettings &a, const model::CanarySettings &b)
{
    return isSameSet(a.canaryTags, b.canaryTags) && isSameSet(a.stableTags, b.stableTags);
}

} // namespace

CanaryController::CanaryController(model::CanarySettings settings, const CanaryController *previous)
    : m_settings(std::move(settings))
{
    if (previous != nullptr) {
        m_rollbacks = previous->m_rollbacks;
        m_isRolledBack = previous->m_isRolledBack && isSameTags(m_settings, previous->m_settings);
    }
    m_state->setWeight(m_settings.enabled && !m_isRolledBack ? m_settings.startWeight : 0);
}

void CanaryController::tick(TimePoint now)
{
    collect(now);
    if (!m_settings.enabled || m_isRolledBack) {
        return;
    }
    if (m_sum.total >= m_settings.rollbackMinSamples &&
        errorRate().value_or(0) > m_settings.rollbackErrorRate) {
        rollBack();
        return;
    }
    if (!m_step) {
        if (!m_settings.steps.empty()) {
            enter(0, now);
        }
        return;
    }
    const auto &duration = m_settings.steps[*m_step].duration;
    if (duration && now - m_stepSince >= *duration) {
        if (*m_step + 1 < m_settings.steps.size()) {
            enter(*m_step + 1, now);
        } else {
            m_isStepOver = true;
        }
    }
}

/// The samples since the last tick belong to this one; what is as old as the window is forgotten.
void CanaryController::collect(TimePoint now)
{
    const CanarySamples fresh = m_state->drain();
    while (!m_window.empty() && now - m_window.front().begin >= m_settings.window) {
        m_sum.total -= m_window.front().samples.total;
        m_sum.errors -= m_window.front().samples.errors;
        m_window.pop_front();
    }
    if (fresh.total == 0) {
        return;
    }
    if (m_window.empty() || now - m_window.back().begin >= m_settings.window / MostBuckets) {
        m_window.push_back({now, {}});
    }
    Bucket &bucket = m_window.back();
    bucket.samples.total += fresh.total;
    bucket.samples.errors += fresh.errors;
    m_sum.total += fresh.total;
    m_sum.errors += fresh.errors;
}

void CanaryController::enter(std::size_t step, TimePoint now)
{
    m_step = step;
    m_stepSince = now;
    m_state->setWeight(m_settings.steps[step].weight);
}

void CanaryController::rollBack()
{
    m_isRolledBack = true;
    ++m_rollbacks;
    m_state->setWeight(0);
}

std::optional<double> CanaryController::errorRate() const
{
    if (m_sum.total == 0) {
        return std::nullopt;
    }
    return static_cast<double>(m_sum.errors) / static_cast<double>(m_sum.total);
}

bool CanaryController::isScheduleDone() const
{
    if (m_settings.steps.empty()) {
        return true;
    }
    return m_step && (m_isStepOver || !m_settings.steps[*m_step].duration);
}

CanaryStatus CanaryController::status() const
{
    return {.enabled = m_settings.enabled,
            .weight = m_state->weight(),
            .step = m_step ? static_cast<int>(*m_step) : -1,
            .rolledBack = m_isRolledBack,
            .scheduleDone = isScheduleDone(),
            .windowSamples = m_sum.total,
            .windowErrorRate = errorRate(),
            .rollbacks = m_rollbacks};
}

} // namespace meridian::routing
