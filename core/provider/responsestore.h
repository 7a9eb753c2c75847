// SPDX-License-Identifier: MIT
// Remembers what was said up to a response, so that `previous_response_id` works over any provider.
#pragma once

#include "core/model/routingsettings.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace meridian::provider {

/// A conversation up to one response: what was new in it, and the conversation before. Immutable
/// and shared by all that go on from it, so that a long one costs what was said, not its square.
class StoredConversation
{
public:
    using Ptr = std::shared_ptr<const StoredConversation>;

    ~StoredConversation();
    StoredConversation(const StoredConversation &) = delete;
    StoredConversation &operator=(const StoredConversation &) = delete;

    /// Appends the JSON texts of all items, oldest first, separated by commas.
    void appendItems(std::string &out) const;

    /// Those that the conversation before does not have.
    [[nodiscard]] const std::string &newItems() const noexcept { return m_items; }

    /// Bytes of all items.
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

private:
    friend class ResponseStore;
    using Counter = std::shared_ptr<std::atomic<std::size_t>>;

    StoredConversation(Ptr before, std::string items, Counter bytes);

    Ptr m_before;
    std::string m_items;
    std::size_t m_size = 0;
    std::size_t m_depth = 1; // how many are linked
    Counter m_bytes;         // of all that live, for the store's limit
};

/// Bounded by count, bytes and age; the least recently used goes first. Any thread: the entries
/// are spread over shards with a lock each, held for a look-up. `scope` says whose a response is
/// (ids are no secrets): nobody finds another's. Nothing outlives the process.
class ResponseStore
{
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::size_t MaxDepth = 64; // links; then they are made one
    static constexpr std::size_t MaxConversation = 32UL * 1024 * 1024; // bytes; longer: not kept
    static constexpr std::size_t EntryCost = 256;                      // bytes, beside the texts

    explicit ResponseStore(const model::TranslationSettings &settings);

    /// Takes new limits; what is beyond them goes at once.
    void configure(const model::TranslationSettings &settings);

    /// Null: never kept, expired, evicted, or another's.
    [[nodiscard]] StoredConversation::Ptr
    get(std::string_view id, std::string_view scope, Clock::time_point now);

    /// Keeps what was `before` (may be null) and then the `items`, JSON texts separated by commas.
    /// False: too large, or nothing is kept at all.
    bool put(std::string_view id,
             std::string_view scope,
             const StoredConversation::Ptr &before,
             std::string items,
             Clock::time_point now);

    /// Drops what has expired. To be called now and then; get() does not depend on it.
    void sweep(Clock::time_point now);

    [[nodiscard]] std::size_t count() const noexcept { return m_count.load(); }

    /// Of all entries, and of conversations that requests under way still hold.
    [[nodiscard]] std::size_t bytes() const noexcept { return m_bytes->load(); }

private:
    struct Entry
    {
        std::string key;
        StoredConversation::Ptr conversation;
        Clock::time_point kept;
        std::uint64_t used = 0; // of m_tick
    };

    using Entries = std::list<Entry>; // the one used last stands first

    struct Shard
    {
        std::mutex mutex;
        Entries entries;
        std::unordered_map<std::string_view, Entries::iterator> byKey; // views of Entry::key
    };

    static constexpr std::size_t ShardCount = 16;

    Shard &shardOf(std::string_view key) noexcept;
    /// The shard is locked; what is dropped goes to `dropped`, to end outside the lock.
    void drop(Shard &shard, Entries::iterator entry, Entries &dropped);
    bool dropOldest();
    void fit();

    std::array<Shard, ShardCount> m_shards;
    StoredConversation::Counter m_bytes;
    std::atomic<std::size_t> m_count{0};
    std::atomic<std::uint64_t> m_tick{0};
    std::atomic<std::size_t> m_maxCount{0};
    std::atomic<std::size_t> m_maxBytes{0};
    std::atomic<std::chrono::nanoseconds> m_ttl{};
};

} // namespace meridian::provider
