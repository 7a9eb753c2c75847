// SPDX-License-Identifier: MIT
#include "core/routing/sessionstore.h"

#include "core/base/hash.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace meridian::routing {

namespace {

constexpr auto Never = std::numeric_limits<SessionStore::TimePoint::rep>::max(); // an empty shard
constexpr std::size_t SweepBatch = 128; // removed under one lock: some ten microseconds

void appendHex(std::string &out, std::uint64_t number)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    for (unsigned shift = 64; shift > 0; shift -= 4) {
        out += Digits[(number >> (shift - 4)) & 0xFU];
    }
}

} // namespace

std::string sessionKey(std::string_view organisation, std::string_view value)
{
    std::string key(organisation.empty() ? std::string_view("_anon") : organisation);
    key += '\0';
    if (value.size() <= SessionStore::LongestValue) {
        key += value;
        return key;
    }
    // Two hashes, so that no two sessions meet by chance; the NUL, because no header value has one.
    key += '\0';
    appendHex(key, hashBytes(value));
    appendHex(key, hashBytes(value, 1));
    return key;
}

SessionStore::SessionStore(std::chrono::nanoseconds ttl, std::size_t maxSessions)
    : m_ttl(ttl.count())
    , m_maxSessions(std::max<std::size_t>(maxSessions, 1))
{
    for (Shard &shard : m_shards) {
        shard.oldest.store(Never, std::memory_order_relaxed);
    }
}

void SessionStore::configure(std::chrono::nanoseconds ttl, std::size_t maxSessions)
{
    m_ttl.store(ttl.count(), std::memory_order_relaxed);
    m_maxSessions.store(std::max<std::size_t>(maxSessions, 1), std::memory_order_relaxed);
    shrink(nullptr);
}

std::optional<std::string> SessionStore::lookup(std::string_view key, TimePoint now)
{
    Shard &shard = shardOf(key);
    Pins removed; // freed after the lock
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.byKey.find(key);
    if (found == shard.byKey.end()) {
        return std::nullopt;
    }
    const auto pin = found->second;
    if (isExpired(*pin, now)) {
        remove(shard, pin, removed);
        return std::nullopt;
    }
    touch(shard, pin, now);
    return pin->backend;
}

std::optional<std::string> SessionStore::peek(std::string_view key, TimePoint now)
{
    Shard &shard = shardOf(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.byKey.find(key);
    return found == shard.byKey.end() || isExpired(*found->second, now)
               ? std::nullopt
               : std::optional(found->second->backend);
}

void SessionStore::pin(std::string_view key, std::string_view backend, TimePoint now)
{
    Shard &shard = shardOf(key);
    Pins fresh;
    fresh.push_back({std::string(key), std::string(backend), now});
    {
        const std::lock_guard lock(shard.mutex);
        const auto [entry, isNew] = shard.byKey.try_emplace(fresh.front().key, fresh.begin());
        if (!isNew) {
            entry->second->backend.swap(fresh.front().backend);
            touch(shard, entry->second, now);
            return;
        }
        shard.pins.splice(shard.pins.begin(), fresh);
        touch(shard, shard.pins.begin(), now);
        m_size.fetch_add(1, std::memory_order_relaxed);
    }
    shrink(&shard);
}

std::size_t SessionStore::sweep(TimePoint now)
{
    std::size_t count = 0;
    for (Shard &shard : m_shards) {
        std::size_t batch = SweepBatch;
        while (batch == SweepBatch) {
            Pins removed;
            const std::lock_guard lock(shard.mutex);
            while (removed.size() < SweepBatch && !shard.pins.empty() &&
                   isExpired(shard.pins.back(), now)) {
                remove(shard, std::prev(shard.pins.end()), removed);
            }
            batch = removed.size();
            count += batch;
        }
    }
    return count;
}

SessionStore::Shard &SessionStore::shardOf(std::string_view key) noexcept
{
    return m_shards[hashBytes(key) % ShardCount];
}

bool SessionStore::isExpired(const Pin &pin, TimePoint now) const noexcept
{
    return now - pin.lastUse >= std::chrono::nanoseconds(m_ttl.load(std::memory_order_relaxed));
}

/// Under the shard's mutex.
void SessionStore::touch(Shard &shard, Pins::iterator pin, TimePoint now)
{
    // Workers read the clock apart from each other: a pin never becomes older by being used.
    pin->lastUse = std::max(pin->lastUse, now);
    shard.pins.splice(shard.pins.begin(), shard.pins, pin);
    shard.oldest.store(shard.pins.back().lastUse.time_since_epoch().count(),
                       std::memory_order_relaxed);
}

/// Under the shard's mutex. The pin goes to `removed`, to be freed when the lock is gone.
void SessionStore::remove(Shard &shard, Pins::iterator pin, Pins &removed)
{
    shard.byKey.erase(pin->key);
    removed.splice(removed.end(), shard.pins, pin);
    shard.oldest.store(shard.pins.empty() ? Never
                                          : shard.pins.back().lastUse.time_since_epoch().count(),
                       std::memory_order_relaxed);
    m_size.fetch_sub(1, std::memory_order_relaxed);
}

/// Drops the least recently used pins of all shards until the rest are not too many. Of pins used
/// at the same moment those in `newest` go last. Two threads at once may drop one more than needed.
void SessionStore::shrink(const Shard *newest)
{
    while (size() > m_maxSessions.load(std::memory_order_relaxed)) {
        Shard *victim = nullptr;
        auto oldest = Never;
        for (Shard &shard : m_shards) {
            const auto used = shard.oldest.load(std::memory_order_relaxed);
            if (used < oldest || (used == oldest && used != Never && victim == newest)) {
                oldest = used;
                victim = &shard;
            }
        }
        if (victim == nullptr) {
            return; // others have emptied the store meanwhile
        }
        Pins removed;
        const std::lock_guard lock(victim->mutex);
        if (!victim->pins.empty()) {
            remove(*victim, std::prev(victim->pins.end()), removed);
        }
    }
}

} // namespace meridian::routing
