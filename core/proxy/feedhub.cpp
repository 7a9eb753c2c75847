// SPDX-License-Identifier: MIT
// Those who follow the events over one worker, and how they are woken.
#include "core/proxy/feedhub.h"

#include "core/proxy/feedexchange.h"

#include <utility>

namespace meridian::proxy {

FeedHub::FeedHub(event::Loop &loop, std::shared_ptr<observe::EventLog> log)
    : m_loop(loop)
    , m_log(std::move(log))
{
    if (m_log) {
        m_log->listen(*this);
    }
}

FeedHub::~FeedHub()
{
    if (m_log) {
        m_log->forget(*this); // closures posted before this die with the loop
    }
}

bool FeedHub::join(FeedExchange &follower)
{
    if (!m_log || !m_log->join()) {
        return false;
    }
    m_followers.push_back(&follower);
    return true;
}

void FeedHub::leave(FeedExchange &follower)
{
    if (std::erase(m_followers, &follower) > 0) {
        m_log->leave();
    }
}

void FeedHub::endAll(std::string_view reason)
{
    for (FeedExchange *follower : std::vector(m_followers)) { // each leaves
        follower->end(reason);
    }
}

void FeedHub::recheckAccess()
{
    for (FeedExchange *follower : std::vector(m_followers)) {
        follower->recheckAccess();
    }
}

void FeedHub::onEventsAdded()
{
    if (!m_isWoken.exchange(true)) {
        m_loop.post([this] { deliver(); });
    }
}

void FeedHub::deliver()
{
    m_isWoken = false; // before looking: what comes from here on posts again
    for (FeedExchange *follower : std::vector(m_followers)) {
        follower->deliver();
    }
}

} // namespace meridian::proxy
