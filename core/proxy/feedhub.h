// SPDX-License-Identifier: MIT
// Those who follow the events over one worker, and how they are woken.
#pragma once

#include "core/event/loop.h"
#include "core/observe/eventlog.h"

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

namespace meridian::proxy {

class FeedExchange;

/// Thread: its worker's; only onEventsAdded() comes from the main thread. However many events come
/// between two turns, one closure is posted.
class FeedHub final : private observe::EventLog::Listener
{
public:
    /// `log` may be null: then nobody can follow.
    FeedHub(event::Loop &loop, std::shared_ptr<observe::EventLog> log);
    ~FeedHub();
    FeedHub(const FeedHub &) = delete;
    FeedHub &operator=(const FeedHub &) = delete;

    /// False: there are as many followers as may be.
    [[nodiscard]] bool join(FeedExchange &follower);
    void leave(FeedExchange &follower);

    [[nodiscard]] observe::EventLog &log() noexcept { return *m_log; }

    /// Says goodbye to each of them.
    void endAll(std::string_view reason);

    /// After a reload: whoever was let in under other rules must ask again.
    void recheckAccess();

private:
    void onEventsAdded() override;
    void deliver();

    event::Loop &m_loop;
    const std::shared_ptr<observe::EventLog> m_log;
    std::vector<FeedExchange *> m_followers;
    std::atomic<bool> m_isWoken = false;
};

} // namespace meridian::proxy
