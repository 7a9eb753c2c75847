// SPDX-License-Identifier: MIT
// Remembers which backend a client's session keeps to.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace meridian::routing {

/// The key of a session: the organisation ("" = nobody is known, which counts as "_anon") and what
/// the client sent as its session. A long value is replaced by its hash, so that keys stay small.
[[nodiscard]] std::string sessionKey(std::string_view organisation, std::string_view value);

/// Pins of sessions to backends, by the backend's name: whether that one may still be used is the
/// router's to judge, and pin() overwrites.
///
/// Thread: any; one store for all workers. Workers otherwise take no locks. These are all right: a
/// shard's mutex is held for one hash look-up and a few pointer swaps, never while another is held,
/// never across a system call of ours (the new pin is built before and the old one freed after),
/// and two workers meet only if they want the same sixteenth of the sessions in the same fraction
/// of a microsecond.
///
/// A pin ends when it has not been used for the TTL. Because the TTL is the same for all, the order
/// of last use is the order of expiry: what is dropped at the limit is the pin that would expire
/// first, found without a scan. Memory: at most maxSessions pins of a few hundred bytes.
class SessionStore
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t LongestValue = 256; // bytes; what a key holds of a header

    SessionStore(std::chrono::nanoseconds ttl, std::size_t maxSessions);
    SessionStore(const SessionStore &) = delete;
    SessionStore &operator=(const SessionStore &) = delete;

    /// New settings (TTL above 0, at least one session) for the pins there are, too: nobody loses a
    /// pin unless it is one too many or too old by the new TTL.
    void configure(std::chrono::nanoseconds ttl, std::size_t maxSessions);

    /// The backend's name; counts as a use. Nothing when there is no pin or it has expired.
    [[nodiscard]] std::optional<std::string> lookup(std::string_view key, TimePoint now);

    /// As lookup(), without being a use.
    [[nodiscard]] std::optional<std::string> peek(std::string_view key, TimePoint now);

    /// Pins the session to the backend, whatever it was pinned to; counts as a use.
    void pin(std::string_view key, std::string_view backend, TimePoint now);

    /// Forgets what has expired; returns how many pins that were. Takes each lock for a few at a
    /// time.
    std::size_t sweep(TimePoint now);

    /// Momentary; expired pins count until they are swept or looked up.
    [[nodiscard]] std::size_t size() const noexcept
    {
        return m_size.load(std::memory_order_relaxed);
    }

private:
    struct Pin
    {
        std::string key;
        std::string backend;
        TimePoint lastUse;
    };

    using Pins = std::list<Pin>;

    struct alignas(64) Shard
    {
        std::mutex mutex;
        Pins pins;                                                  // the most recently used first
        std::unordered_map<std::string_view, Pins::iterator> byKey; // views of the pins' keys
        /// When the last of `pins` was used; written under the mutex, read without.
        std::atomic<TimePoint::rep> oldest;
    };

    static constexpr std::size_t ShardCount = 16;

    Shard &shardOf(std::string_view key) noexcept;
    [[nodiscard]] bool isExpired(const Pin &pin, TimePoint now) const noexcept;
    void touch(Shard &shard, Pins::iterator pin, TimePoint now);
    void remove(Shard &shard, Pins::iterator pin, Pins &removed);
    void shrink(const Shard *newest);

    std::array<Shard, ShardCount> m_shards;
    std::atomic<std::size_t> m_size{0};
    std::atomic<std::chrono::nanoseconds::rep> m_ttl;
    std::atomic<std::size_t> m_maxSessions;
};

} // namespace meridian::routing
