// SPDX-License-Identifier: MIT
// The traffic of the last hour by seconds and of the last day by minutes, in memory.
#include "core/admin/history.h"

#include <algorithm>
#include <utility>

namespace meridian::admin {

namespace {

constexpr std::uint32_t Minute = 60; // seconds

static_assert((History::HourSteps + History::DaySteps) * (History::MaxBackends + 1) *
                      sizeof(HistoryPoint) <
                  std::size_t{4} << 20U,
              "4 MiB");

} // namespace

History::Track::Track(std::string trackName)
    : name(std::move(trackName))
    , seconds(HourSteps)
    , minutes(DaySteps)
{
}

void History::Track::add(std::uint32_t second, const observe::Traffic &now, std::uint64_t inflight)
{
    const std::uint32_t minute = second / Minute;
    if (!lastSecond) {
        minuteBase = now;
    } else {
        if (second == *lastSecond + 1) {
            seconds.put(second, HistoryPoint::of(now - last, inflight));
        }
        const std::uint32_t lastMinute = *lastSecond / Minute;
        mostInflight = std::max(mostInflight, static_cast<std::uint32_t>(inflight));
        if (minute != lastMinute) {
            if (minute == lastMinute + 1) {
                minutes.put(lastMinute, HistoryPoint::of(now - minuteBase, mostInflight));
            }
            minuteBase = now;
            mostInflight = 0;
        }
    }
    last = now;
    lastSecond = second;
}

History::History()
    : m_total(std::string())
{
}

void History::add(std::uint32_t second,
                  const observe::TrafficSample &sample,
                  const std::vector<std::string_view> &names,
                  const std::vector<std::uint64_t> &inflight)
{
    m_now = second;
    std::uint64_t allInflight = 0;
    for (const std::uint64_t one : inflight) {
        allInflight += one;
    }
    m_total.add(second, sample.total, allInflight);
    std::erase_if(m_backends, [&](const auto &track) {
        return std::find(names.begin(), names.end(), track->name) == names.end();
    });
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto track = std::find_if(m_backends.begin(), m_backends.end(),
                                  [&](const auto &known) { return known->name == names[i]; });
        if (track == m_backends.end()) {
            if (m_backends.size() >= MaxBackends) {
                continue;
            }
            m_backends.push_back(std::make_unique<Track>(std::string(names[i])));
            track = m_backends.end() - 1;
        }
        (*track)->add(second, sample.backends[i], inflight[i]);
    }
}

std::optional<History::Series>
History::series(Range range, std::string_view backend, std::size_t maxPoints) const
{
    const Track *track = &m_total;
    if (!backend.empty()) {
        const auto found = std::find_if(m_backends.begin(), m_backends.end(),
                                        [&](const auto &known) { return known->name == backend; });
        if (found == m_backends.end()) {
            return std::nullopt;
        }
        track = found->get();
    }
    const bool isHour = range == Range::Hour;
    const HistoryRing &ring = isHour ? track->seconds : track->minutes;
    const std::uint32_t unit = isHour ? 1 : Minute;
    // the first sample has nothing before it; the minute under way is not over
    const std::uint32_t first = isHour ? 1 : 0;
    const std::uint32_t end = isHour ? m_now + 1 : m_now / Minute;
    const auto capacity = static_cast<std::uint32_t>(ring.capacity());
    std::uint32_t begin = std::max(first, end - std::min(end, capacity));
    const std::uint32_t count = end - std::min(begin, end);
    const auto most = static_cast<std::uint32_t>(std::clamp<std::size_t>(maxPoints, 1, capacity));
    const std::uint32_t merged = std::max<std::uint32_t>(1, (count + most - 1) / most);
    begin = (begin + merged - 1) / merged * merged; // the same steps go together in every answer
    Series series;
    series.step = std::chrono::seconds(merged * unit);
    series.begin = begin * unit;
    for (std::uint32_t at = begin; at + merged <= end; at += merged) {
        HistoryPoint point;
        for (std::uint32_t i = 0; i < merged; ++i) {
            if (const HistoryPoint one = ring.at(at + i); one.isKnown()) {
                point.merge(one);
            }
        }
        series.points.push_back(point);
    }
    return series;
}

} // namespace meridian::admin
