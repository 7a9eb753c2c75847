// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/prefixhash.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace meridian::upstream {

namespace {

constexpr double MemorySeconds = 30;  // of the average load
constexpr double BurstDeviations = 2; // of a Poisson distribution around the fair share

/// FNV-1a: the same in every process, which std::hash does not promise.
std::uint64_t hashOf(std::string_view name) noexcept
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

/// The finaliser of SplitMix64: every bit of the input moves half of the output's.
std::uint64_t mixed(std::uint64_t x) noexcept
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

double weightOf(const Backend &backend) noexcept
{
    return std::max(backend.weight(), 1);
}

/// Weighted: the highest of -w / ln u belongs to each with probability w / sum of all w.
double draw(const Backend &backend, std::uint64_t prefix) noexcept
{
    const std::uint64_t bits = mixed(mixed(prefix) ^ hashOf(backend.name()));
    const double uniform = (static_cast<double>(bits >> 11U) + 0.5) * 0x1p-53; // never 0 nor 1
    return -weightOf(backend) / std::log(uniform);
}

} // namespace

std::size_t PrefixHash::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    if (context.prefixHash == 0) {
        return m_withoutPrefix.pick(candidates, context);
    }
    m_loads.beginPick();
    Load all{.inflight = 1, .average = 0, .at = {}}; // with the one to be placed
    double weights = 0;
    for (const Backend *backend : candidates) {
        const Load &load = observe(*backend, context.now);
        all.inflight += load.inflight;
        all.average += load.average;
        weights += weightOf(*backend);
    }
    std::size_t best = 0;
    std::pair<bool, double> bestKey{false, 0.0}; // has room, draw
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Backend &backend = *candidates[i];
        const double share = weightOf(backend) / weights;
        const std::pair key{!isFull(m_loads.at(backend), all, share),
                            draw(backend, context.prefixHash)};
        if (bestKey < key) {
            best = i;
            bestKey = key;
        }
    }
    return best;
}

const PrefixHash::Load &PrefixHash::observe(const Backend &backend, SteadyTime now)
{
    Load &load = m_loads.at(backend);
    load.inflight = static_cast<double>(backend.inflight());
    const std::chrono::duration<double> since = now - load.at;
    const double keep = std::exp(-std::max(since.count(), 0.0) / MemorySeconds);
    load.average = load.average * keep + load.inflight * (1 - keep);
    load.at = now;
    return load;
}

bool PrefixHash::isFull(const Load &own, const Load &all, double share) noexcept
{
    const double fair = share * all.inflight;
    const double with = own.inflight + 1;
    return with > std::ceil(LoadBound * fair) &&
           (own.average > LoadBound * share * all.average ||
            with > std::ceil(LoadBound * fair + BurstDeviations * std::sqrt(fair)));
}

std::optional<double> PrefixHash::score(const Backend &backend, const PickContext &context) const
{
    return context.prefixHash == 0 ? m_withoutPrefix.score(backend, context)
                                   : std::optional(-draw(backend, context.prefixHash));
}

} // namespace meridian::upstream
