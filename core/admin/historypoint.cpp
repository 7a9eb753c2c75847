// SPDX-License-Identifier: MIT
// One step of the history: what happened in a second, in a minute, or in several of them.
#include "core/admin/historypoint.h"

#include <algorithm>
#include <cmath>

namespace meridian::admin {

namespace {

std::uint32_t capped(std::uint64_t count) noexcept
{
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

float mean(float left, double leftWeight, float right, double rightWeight) noexcept
{
    if (std::isnan(left) || std::isnan(right)) {
        return std::isnan(left) ? right : left;
    }
    return static_cast<float>((left * leftWeight + right * rightWeight) /
                              (leftWeight + rightWeight));
}

} // namespace

HistoryPoint HistoryPoint::of(const observe::Traffic &step, std::uint64_t inflight)
{
    HistoryPoint point;
    point.requests = capped(step.requests);
    point.failures = capped(step.failures);
    point.status2xx = capped(step.status2xx);
    point.status4xx = capped(step.status4xx);
    point.status5xx = capped(step.status5xx);
    point.promptTokens = capped(step.promptTokens);
    point.completionTokens = capped(step.completionTokens);
    point.cachedTokens = capped(step.cachedTokens);
    point.inflight = capped(inflight);
    point.latencyP50 = static_cast<float>(observe::latencyQuantile(step, 0.5));
    point.latencyP95 = static_cast<float>(observe::latencyQuantile(step, 0.95));
    point.latencyP99 = static_cast<float>(observe::latencyQuantile(step, 0.99));
    point.firstByteP50 = static_cast<float>(observe::firstByteQuantile(step, 0.5));
    point.firstByteP95 = static_cast<float>(observe::firstByteQuantile(step, 0.95));
    return point;
}

void HistoryPoint::merge(const HistoryPoint &other) noexcept
{
    if (!isKnown()) {
        *this = other;
        return;
    }
    for (const auto quantile :
         {&HistoryPoint::latencyP50, &HistoryPoint::latencyP95, &HistoryPoint::latencyP99,
          &HistoryPoint::firstByteP50, &HistoryPoint::firstByteP95}) {
        this->*quantile = mean(this->*quantile, requests, other.*quantile, other.requests);
    }
    for (const auto count :
         {&HistoryPoint::requests, &HistoryPoint::failures, &HistoryPoint::status2xx,
          &HistoryPoint::status4xx, &HistoryPoint::status5xx, &HistoryPoint::promptTokens,
          &HistoryPoint::completionTokens, &HistoryPoint::cachedTokens}) {
        this->*count = capped(std::uint64_t{this->*count} + other.*count);
    }
    inflight = std::max(inflight, other.inflight);
}

HistoryRing::HistoryRing(std::size_t capacity)
    : m_capacity(capacity)
{
    m_points.reserve(capacity); // growing by itself it would take up to twice as much
}

void HistoryRing::put(std::uint32_t step, HistoryPoint point)
{
    const std::size_t slot = step % m_capacity;
    if (m_points.size() <= slot) {
        m_points.resize(slot + 1);
    }
    point.stamp = step + 1;
    m_points[slot] = point;
}

HistoryPoint HistoryRing::at(std::uint32_t step) const noexcept
{
    const std::size_t slot = step % m_capacity;
    return slot < m_points.size() && m_points[slot].stamp == step + 1 ? m_points[slot]
                                                                      : HistoryPoint();
}

} // namespace meridian::admin
