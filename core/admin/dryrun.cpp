// SPDX-License-Identifier: MIT
#include "core/admin/dryrun.h"

#include "core/admin/routingtrial.h"
#include "core/routing/explanation.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace meridian::admin {

namespace {

using Decision = RoutingTrial::Decision;

constexpr std::uint64_t Seed = 0x6D6572696469616E; // any: both sides have the same
constexpr double SecondsPerDay = 86400;

std::string_view nameOf(const RoutingTrial &side, const Decision &decision)
{
    return decision.backend ? std::string_view(side.backends()[*decision.backend]->name())
                            : std::string_view();
}

/// A side that refuses says why; else what the other side's backend is to it.
std::string_view wordOf(const RoutingTrial &side,
                        const Decision &decision,
                        std::string_view others,
                        std::string_view missing)
{
    if (!decision.backend) {
        return routing::routeOutcomeName(decision.outcome);
    }
    if (others.empty()) {
        return model::routeVerdictName(model::RouteVerdict::Chosen);
    }
    const auto verdict = side.verdictOf(others);
    return verdict ? model::routeVerdictName(*verdict) : missing;
}

class Comparison
{
public:
    Comparison(const upstream::Snapshot &inForce,
               const model::Settings &edited,
               upstream::SteadyTime now)
        : m_before(inForce.settings, inForce, now, Seed)
        , m_after(edited, inForce, now, Seed)
    {
        for (const RoutingTrial *side : {&m_before, &m_after}) {
            for (const auto &backend : side->backends()) {
                if (m_parts.emplace(backend->name(), m_result.parts.size()).second) {
                    m_result.parts.push_back({backend->name()});
                }
            }
        }
    }

    void route(const model::RequestRecord &record)
    {
        const Decision before = m_before.route(record);
        const Decision after = m_after.route(record);
        const std::string_view from = nameOf(m_before, before);
        const std::string_view to = nameOf(m_after, after);
        const auto tokens = static_cast<double>(record.promptTokens + record.completionTokens);
        if (before.backend) {
            DryRun::Part &part = m_result.parts[m_parts.at(std::string(from))];
            part.shareBefore += 1;
            part.tokensPerDayBefore += tokens;
        }
        if (after.backend) {
            DryRun::Part &part = m_result.parts[m_parts.at(std::string(to))];
            part.shareAfter += 1;
            part.tokensPerDayAfter += tokens;
        }
        m_result.refused += after.backend ? 0 : 1;
        if (from == to) {
            return;
        }
        ++m_result.changed;
        std::string why(wordOf(m_after, after, from, "removed"));
        why.append("; before: ").append(wordOf(m_before, before, to, "not configured"));
        m_result.rows.push_back({std::string(record.requestId.view()), record.timestamp,
                                 std::string(record.model.view()), std::string(from),
                                 std::string(to), std::move(why)});
    }

    [[nodiscard]] DryRun finish(std::size_t requests, std::chrono::nanoseconds span)
    {
        m_result.requests = requests;
        m_result.span = std::max<std::chrono::nanoseconds>(span, DryRun::MinSpan);
        const double days = std::chrono::duration<double>(m_result.span).count() / SecondsPerDay;
        const auto count = static_cast<double>(std::max<std::size_t>(requests, 1));
        for (DryRun::Part &part : m_result.parts) {
            part.shareBefore /= count;
            part.shareAfter /= count;
            part.tokensPerDayBefore /= days;
            part.tokensPerDayAfter /= days;
        }
        std::reverse(m_result.rows.begin(), m_result.rows.end());
        m_result.rows.resize(std::min(m_result.rows.size(), DryRun::MaxRows));
        return std::move(m_result);
    }

    [[nodiscard]] std::size_t looksPerRequest() const noexcept
    {
        return m_before.backends().size() + m_after.backends().size();
    }

private:
    RoutingTrial m_before;
    RoutingTrial m_after;
    DryRun m_result;
    std::unordered_map<std::string, std::size_t> m_parts;
};

} // namespace

DryRun dryRun(const upstream::Snapshot &inForce,
              const model::Settings &edited,
              std::vector<model::RequestRecord> newestFirst,
              upstream::SteadyTime now)
{
    Comparison comparison(inForce, edited, now);
    std::erase_if(newestFirst, [](const auto &record) { return record.route.generation == 0; });
    const std::size_t available = newestFirst.size();
    const std::size_t looks = std::max<std::size_t>(comparison.looksPerRequest(), 1);
    newestFirst.resize(std::min(available, std::max<std::size_t>(DryRun::MaxLooks / looks, 1)));
    // by their starts: that is the order in which they were routed
    std::stable_sort(newestFirst.begin(), newestFirst.end(), [](const auto &a, const auto &b) {
        return a.timestamp - a.latency < b.timestamp - b.latency;
    });
    auto last = DryRun::SystemTime::min();
    for (const model::RequestRecord &record : newestFirst) {
        comparison.route(record);
        last = std::max(last, record.timestamp);
    }
    const auto span = newestFirst.empty()
                          ? std::chrono::nanoseconds(0)
                          : last - newestFirst.front().timestamp + newestFirst.front().latency;
    DryRun result = comparison.finish(newestFirst.size(), span);
    result.available = available;
    return result;
}

} // namespace meridian::admin
