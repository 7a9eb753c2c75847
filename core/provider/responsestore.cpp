// SPDX-License-Identifier: MIT
#include "core/provider/responsestore.h"

#include "core/base/hash.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace meridian::provider {

namespace {

std::string keyOf(std::string_view id, std::string_view scope)
{
    return std::string(id).append("\n").append(scope); // an id has no line break
}

} // namespace

StoredConversation::StoredConversation(Ptr before, std::string items, Counter bytes)
    : m_before(std::move(before))
    , m_items(std::move(items))
    , m_size(m_items.size())
    , m_bytes(std::move(bytes))
{
    if (m_before) {
        m_size += m_before->m_size;
        m_depth += m_before->m_depth;
    }
    m_bytes->fetch_add(m_items.capacity());
}

StoredConversation::~StoredConversation()
{
    m_bytes->fetch_sub(m_items.capacity());
}

void StoredConversation::appendItems(std::string &out) const
{
    std::array<const StoredConversation *, ResponseStore::MaxDepth> links{};
    std::size_t count = 0;
    for (const StoredConversation *link = this; link != nullptr; link = link->m_before.get()) {
        links[count++] = link;
    }
    out.reserve(out.size() + m_size + count);
    bool isFirst = true;
    while (count > 0) {
        const std::string &items = links[--count]->m_items;
        if (!items.empty()) {
            out.append(isFirst ? "" : ",").append(items);
            isFirst = false;
        }
    }
}

ResponseStore::ResponseStore(const model::TranslationSettings &settings)
    : m_bytes(std::make_shared<std::atomic<std::size_t>>(0))
{
    configure(settings);
}

void ResponseStore::configure(const model::TranslationSettings &settings)
{
    m_maxCount.store(settings.maxStoredResponses);
    m_maxBytes.store(settings.maxStoredResponseBytes);
    m_ttl.store(settings.storedResponseTtl);
    fit();
}

ResponseStore::Shard &ResponseStore::shardOf(std::string_view key) noexcept
{
    return m_shards[hashBytes(key) % ShardCount];
}

void ResponseStore::drop(Shard &shard, Entries::iterator entry, Entries &dropped)
{
    shard.byKey.erase(entry->key);
    m_bytes->fetch_sub(EntryCost + entry->key.capacity());
    m_count.fetch_sub(1);
    dropped.splice(dropped.end(), shard.entries, entry);
}

StoredConversation::Ptr
ResponseStore::get(std::string_view id, std::string_view scope, Clock::time_point now)
{
    const std::string key = keyOf(id, scope);
    Shard &shard = shardOf(key);
    Entries dropped;
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.byKey.find(key);
    if (found == shard.byKey.end()) {
        return nullptr;
    }
    const Entries::iterator entry = found->second;
    if (now - entry->kept >= m_ttl.load()) {
        drop(shard, entry, dropped);
        return nullptr;
    }
    entry->used = m_tick.fetch_add(1);
    shard.entries.splice(shard.entries.begin(), shard.entries, entry);
    return entry->conversation;
}

bool ResponseStore::put(std::string_view id,
                        std::string_view scope,
                        const StoredConversation::Ptr &before,
                        std::string items,
                        Clock::time_point now)
{
    StoredConversation::Ptr earlier = before;
    const std::size_t size = items.size() + (before ? before->size() : 0);
    if (m_maxCount.load() == 0 || size > std::min(m_maxBytes.load(), MaxConversation)) {
        return false;
    }
    if (before && before->m_depth + 1 > MaxDepth) {
        std::string all;
        before->appendItems(all);
        earlier.reset(new StoredConversation(nullptr, std::move(all), m_bytes));
    }
    Entries fresh;
    Entry &entry = fresh.emplace_back();
    entry.key = keyOf(id, scope);
    entry.conversation.reset(new StoredConversation(std::move(earlier), std::move(items), m_bytes));
    entry.kept = now;
    entry.used = m_tick.fetch_add(1);
    Shard &shard = shardOf(entry.key);
    {
        Entries dropped;
        const std::lock_guard lock(shard.mutex);
        if (const auto old = shard.byKey.find(entry.key); old != shard.byKey.end()) {
            drop(shard, old->second, dropped);
        }
        m_bytes->fetch_add(EntryCost + entry.key.capacity());
        m_count.fetch_add(1);
        shard.entries.splice(shard.entries.begin(), fresh);
        shard.byKey.emplace(shard.entries.front().key, shard.entries.begin());
    }
    fit();
    return true;
}

bool ResponseStore::dropOldest()
{
    Shard *oldest = nullptr;
    std::uint64_t used = 0;
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        if (!shard.entries.empty() && (oldest == nullptr || shard.entries.back().used < used)) {
            oldest = &shard;
            used = shard.entries.back().used;
        }
    }
    if (oldest == nullptr) {
        return false;
    }
    Entries dropped;
    const std::lock_guard lock(oldest->mutex);
    if (!oldest->entries.empty()) { // another thread may have been faster
        drop(*oldest, std::prev(oldest->entries.end()), dropped);
    }
    return true;
}

void ResponseStore::fit()
{
    while (m_count.load() > m_maxCount.load() || m_bytes->load() > m_maxBytes.load()) {
        if (!dropOldest()) {
            return;
        }
    }
}

void ResponseStore::sweep(Clock::time_point now)
{
    for (Shard &shard : m_shards) {
        Entries dropped;
        const std::lock_guard lock(shard.mutex);
        for (auto entry = shard.entries.begin(); entry != shard.entries.end();) {
            const auto next = std::next(entry);
            if (now - entry->kept >= m_ttl.load()) {
                drop(shard, entry, dropped);
            }
            entry = next;
        }
    }
}

} // namespace meridian::provider
