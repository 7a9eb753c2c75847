// SPDX-License-Identifier: MIT
// One try of an exchange at one backend: its slot, its connection, its verdict.
#pragma once

#include "core/http/clientconnection.h"
#include "core/http/mediatype.h"
#include "core/proxy/exchangestate.h"
#include "core/proxy/workercontext.h"
#include "core/routing/router.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::proxy {

class Attempt;

/// What an exchange hears of its attempts. An attempt must not be destroyed inside a call: hand it
/// to Loop::deleteLater after end().
class AttemptListener
{
public:
    virtual void onAttemptConnected(Attempt &attempt) = 0;
    virtual void onAttemptDrained(Attempt &attempt) = 0;
    virtual void onAttemptHead(Attempt &attempt) = 0;
    virtual void onAttemptBody(Attempt &attempt, std::string_view bytes) = 0;
    virtual void onAttemptComplete(Attempt &attempt) = 0;
    virtual void onAttemptFailed(Attempt &attempt, const http::UpstreamFault &fault) = 0;

protected:
    ~AttemptListener() = default;
};

/// Tells backend, breaker and latency figures how it went, exactly once each. Thread: its worker's.
class Attempt final : public event::Deferred,
                      private http::ResponseHandler,
                      private event::TimerClient
{
public:
    static constexpr std::chrono::seconds DefaultRateLimit{1}; // after a 429 that does not say

    struct Plan
    {
        routing::RouteChoice choice; // Chosen, its slot taken with `cost`
        std::string_view model;      // as routed: whose breaker it is; outlives the attempt
        std::uint64_t client = 1;    // RouteQuery::client
        double cost = 0;
        bool isFresh = false; // insists on a new connection
        bool isHedge = false;
        std::chrono::nanoseconds patience{0}; // until the first byte, what the exchange has left
        std::uint8_t number = 0;              // of the exchange's attempts, from 0
        std::chrono::steady_clock::time_point started{};
    };

    Attempt(WorkerContext &worker,
            const upstream::Snapshot &snapshot,
            AttemptListener &listener,
            Plan plan);
    ~Attempt() override;

    /// Starts the clock; write the request to connection() next.
    void begin();

    /// Leaves the backend without a verdict: nobody wants the answer any more.
    void end();

    /// What came with a good status could not be read: counts as a failure of the backend.
    void noteBadAnswer();

    /// The response is complete: gives the connection back to the pool.
    void release();

    [[nodiscard]] http::ClientConnection &connection() noexcept { return *m_connection; }

    [[nodiscard]] const upstream::Backend &backend() const noexcept
    {
        return *m_plan.choice.backend;
    }

    [[nodiscard]] const routing::RouteChoice &choice() const noexcept { return m_plan.choice; }

    /// False: a kept connection, which the backend may have closed meanwhile.
    [[nodiscard]] bool isNew() const noexcept { return m_isNew; }

    [[nodiscard]] bool isHedge() const noexcept { return m_plan.isHedge; }

    [[nodiscard]] std::uint8_t number() const noexcept { return m_plan.number; }

    /// Null until the response's head has come; holds until end() or release().
    [[nodiscard]] const http::MessageHead *head() const noexcept { return m_head; }

    [[nodiscard]] int status() const noexcept { return m_head != nullptr ? m_head->status : 0; }

    /// What the response's Retry-After says; 0 = nothing.
    [[nodiscard]] std::chrono::nanoseconds retryAfter() const noexcept { return m_retryAfter; }

    /// Of the response, once head() is there.
    [[nodiscard]] http::MediaType mediaType() const noexcept { return m_mediaType; }

    /// Server-sent events, or Ollama's lines.
    [[nodiscard]] bool isEventStream() const noexcept;

    /// A good status, and HTML instead of an answer. Uploads may get it; nothing else may.
    [[nodiscard]] bool isPage() const noexcept { return m_isPage; }

    [[nodiscard]] std::chrono::steady_clock::time_point started() const noexcept
    {
        return m_plan.started;
    }

    Outgoing outgoing;

private:
    void onUpstreamConnected() override;
    void onUpstreamDrained() override;
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onTimer() noexcept override; // timeouts.total

    void judgeHead();
    [[nodiscard]] bool provesItselfLater() const noexcept;
    void noteFirstByte();
    void noteGivenUp();
    void noteBreakerFailure(upstream::CircuitBreaker::Client client);
    void noteBreakerSuccess();

    WorkerContext &m_worker;
    const upstream::Snapshot &m_snapshot;
    AttemptListener &m_listener;
    Plan m_plan;
    upstream::InflightGuard m_slot;
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_total;
    std::chrono::nanoseconds m_retryAfter{0};
    const http::MessageHead *m_head = nullptr;
    bool m_isNew = false;
    http::MediaType m_mediaType = http::MediaType::Other;
    bool m_isPage = false;
    bool m_isBad = false;
    bool m_hasFirstByte = false;
    bool m_holdsProbe = false;
};

} // namespace meridian::proxy
