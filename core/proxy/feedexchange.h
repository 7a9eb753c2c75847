// SPDX-License-Identifier: MIT
// Somebody who follows the events: an event stream that lasts until one side has enough.
#pragma once

#include "core/base/ids.h"
#include "core/http/errorresponse.h"
#include "core/http/serverconnection.h"
#include "core/proxy/feedhub.h"
#include "core/proxy/workercontext.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::proxy {

/// GET /meridian/events with `Accept: text/event-stream`. Nothing is kept for a follower but its
/// place in the log: while its connection is congested it gets nothing, and when it has fallen
/// MaxBehind events behind it is sent away and may come back with Last-Event-ID. Thread: its
/// worker's.
class FeedExchange final : public http::RequestHandler, private event::TimerClient
{
public:
    static constexpr std::chrono::seconds Heartbeat{15};
    static constexpr std::uint64_t MaxBehind = observe::EventLog::Capacity / 2;

    FeedExchange(http::ServerConnection &client, WorkerContext &worker, FeedHub &hub);
    ~FeedExchange() override;

    void start() override;

    void onRequestBody(std::string_view) override {}

    void onRequestComplete() override;
    void onResponseDrained() override;
    void onRequestFailed(http::MessageParser::Fault fault, bool timedOut) override;
    void onClientGone() override;
    void onShutdown() override;

    /// Writes what is new, as far as the client takes it.
    void deliver();

    /// The stream's last event tells the reason.
    void end(std::string_view reason);

    /// Ends it when the rules it was let in under are not those in force any more.
    void recheckAccess();

private:
    void onTimer() noexcept override;
    void refuse(http::HttpError error, std::string_view message = {});
    void leave();
    [[nodiscard]] std::string ownHeaders() const;

    http::ServerConnection &m_client;
    WorkerContext &m_worker;
    FeedHub &m_hub;
    const std::shared_ptr<const upstream::Snapshot> m_snapshot; // it was let in under
    const RequestId m_id = RequestId::next();
    event::Timer m_timer;
    std::uint64_t m_seen = 0; // the last event it was told
    bool m_isOpen = false;
};

/// Does the head ask for the events as a stream?
[[nodiscard]] bool wantsFeed(const http::MessageHead &head) noexcept;

} // namespace meridian::proxy
