// SPDX-License-Identifier: MIT
// What has happened to this gateway lately: a ring that the main thread fills and anybody reads.
#include "core/observe/eventlog.h"

#include "core/json/jsonwriter.h"
#include "core/observe/recordformat.h"

#include <algorithm>
#include <utility>

namespace meridian::observe {

namespace {

/// Never inside of a character.
void cut(std::string &text)
{
    if (text.size() <= EventLog::MaxText) {
        return;
    }
    std::size_t size = EventLog::MaxText;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    text.resize(size);
}

} // namespace

std::string toJson(const Event &event)
{
    std::string timestamp;
    TimestampFormat().append(timestamp, event.timestamp);
    json::JsonWriter out;
    out.beginObject().integer("seq", static_cast<std::int64_t>(event.seq));
    out.string("timestamp", timestamp).string("kind", event.kind);
    out.string("severity", event.severity).string("subject", event.subject);
    out.string("principal", event.principal).string("message", event.message);
    return out.endObject().take();
}

void EventLog::add(Event event)
{
    cut(event.subject);
    cut(event.principal);
    cut(event.message);
    event.timestamp = std::chrono::system_clock::now();
    const std::lock_guard lock(m_mutex);
    event.seq = ++m_newest;
    m_events.push_back(std::move(event));
    if (m_events.size() > Capacity) {
        m_events.pop_front();
    }
    for (Listener *listener : m_listeners) {
        listener->onEventsAdded();
    }
}

EventLog::Page EventLog::pageFrom(std::size_t index, std::size_t limit) const
{
    Page page;
    const std::size_t count = std::min(limit, m_events.size() - index);
    const auto first = m_events.begin() + static_cast<std::ptrdiff_t>(index);
    page.events.assign(first, first + static_cast<std::ptrdiff_t>(count));
    page.next = count == 0 ? m_newest : page.events.back().seq;
    return page;
}

EventLog::Page EventLog::after(std::uint64_t seq, std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    const bool isForeign = seq > m_newest;
    const std::uint64_t from = isForeign ? 0 : seq;
    const std::uint64_t forgotten = m_newest - m_events.size();
    Page page = pageFrom(from > forgotten ? static_cast<std::size_t>(from - forgotten) : 0, limit);
    page.missed = isForeign || (seq > 0 && seq < forgotten);
    return page;
}

EventLog::Page EventLog::latest(std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    return pageFrom(m_events.size() - std::min(limit, m_events.size()), limit);
}

std::uint64_t EventLog::newest() const
{
    const std::lock_guard lock(m_mutex);
    return m_newest;
}

void EventLog::listen(Listener &listener)
{
    const std::lock_guard lock(m_mutex);
    m_listeners.push_back(&listener);
}

void EventLog::forget(Listener &listener)
{
    const std::lock_guard lock(m_mutex);
    std::erase(m_listeners, &listener);
}

bool EventLog::join()
{
    const std::lock_guard lock(m_mutex);
    if (m_figures.subscribers >= MaxSubscribers) {
        return false;
    }
    ++m_figures.subscribers;
    return true;
}

void EventLog::leave()
{
    const std::lock_guard lock(m_mutex);
    --m_figures.subscribers;
}

void EventLog::noteDropped()
{
    const std::lock_guard lock(m_mutex);
    ++m_figures.dropped;
}

EventLog::Figures EventLog::figures() const
{
    const std::lock_guard lock(m_mutex);
    return m_figures;
}

} // namespace meridian::observe
