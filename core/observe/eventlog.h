// SPDX-License-Identifier: MIT
// What has happened to this gateway lately: a ring that the main thread fills and anybody reads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {

/// `kind` and `severity` (info, warning, error) are static text; docs/admin-api.md lists the kinds.
struct Event
{
    std::uint64_t seq = 0; // counts from 1 in each process
    std::chrono::system_clock::time_point timestamp;
    std::string_view kind;
    std::string_view severity;
    std::string subject;   // a backend's name, a file; may be empty
    std::string principal; // who did it, for a person; "process" where nobody did
    std::string message;
};

/// As the admin API shows it, in one line.
[[nodiscard]] std::string toJson(const Event &event);

/// The last Capacity events, at most ≈ 2 MiB. Any thread; the lock is held for a copy. Workers come
/// here only on behalf of those who follow the events.
class EventLog
{
public:
    static constexpr std::size_t Capacity = 1000;
    static constexpr std::size_t MaxText = 512;       // bytes of each text; what is beyond is cut
    static constexpr std::size_t MaxSubscribers = 64; // followers, of all workers together

    /// Told of new events on the thread that adds them, under the log's lock: post, and return.
    class Listener
    {
    public:
        virtual void onEventsAdded() = 0;

    protected:
        ~Listener() = default;
    };

    struct Page
    {
        std::vector<Event> events; // oldest first
        std::uint64_t next = 0;    // to ask for what comes after these
        bool missed = false;       // some were forgotten before they were asked for
    };

    /// Gives the event its number and time.
    void add(Event event);

    /// The first `limit` after `seq`. A number that this process has not reached yet is of an
    /// earlier process: then everything is new, and something was missed.
    [[nodiscard]] Page after(std::uint64_t seq, std::size_t limit) const;

    /// The last `limit`.
    [[nodiscard]] Page latest(std::size_t limit) const;

    [[nodiscard]] std::uint64_t newest() const;

    /// A listener is forgotten before it goes; after forget() it is not called any more.
    void listen(Listener &listener);
    void forget(Listener &listener);

    /// A follower's place; false: all are taken.
    [[nodiscard]] bool join();
    void leave();

    /// A follower that read too slowly was sent away.
    void noteDropped();

    struct Figures
    {
        std::size_t subscribers = 0;
        std::uint64_t dropped = 0;
    };

    [[nodiscard]] Figures figures() const;

private:
    [[nodiscard]] Page pageFrom(std::size_t index, std::size_t limit) const;

    mutable std::mutex m_mutex;
    std::deque<Event> m_events;
    std::uint64_t m_newest = 0;
    std::vector<Listener *> m_listeners;
    Figures m_figures;
};

} // namespace meridian::observe
