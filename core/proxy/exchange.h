// SPDX-License-Identifier: MIT
// The life of one model request, from its head to its record.
#pragma once

#include "core/base/ids.h"
#include "core/http/errorresponse.h"
#include "core/http/serverconnection.h"
#include "core/json/bodyscanner.h"
#include "core/proxy/attempt.h"
#include "core/proxy/exchangestate.h"
#include "core/proxy/responserelay.h"
#include "core/proxy/stageclock.h"
#include "core/proxy/streamcontinuation.h"
#include "core/proxy/surfaces.h"
#include "core/proxy/workercontext.h"
#include "core/routing/explanation.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

/// Walks the stages of docs/architecture.md; their names are the methods' names. Thread: its
/// worker's. settle() runs exactly once, on every path, the client's leaving included. One attempt
/// is under way at a time, or two while the first token is hedged.
class Exchange final : public http::RequestHandler,
                       private AttemptListener,
                       private event::TimerClient
{
public:
    Exchange(http::ServerConnection &client, WorkerContext &worker, const Surface &surface);
    ~Exchange() override;

    void start() override;
    void onRequestBody(std::string_view bytes) override;
    void onRequestComplete() override;
    void onResponseDrained() override;
    void onRequestFailed(http::MessageParser::Fault fault, bool timedOut) override;
    void onClientGone() override;
    void onShutdown() override;

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Wait : std::uint8_t { Nothing, Queue, Backoff, Hedge }; // what m_timer is for

    // exchangerequest.cpp: stages 4 to 7
    void identify();
    void collect();
    void scan();
    void sniffUpload(bool isWhole);
    [[nodiscard]] filter::FilterContext filterContext() const;

    // exchangeroute.cpp: stage 8
    void prepareRouting(const json::BodyFields &fields);
    void route();
    [[nodiscard]] routing::RouteQuery routeQuery();
    [[nodiscard]] routing::RouteChoice chooseBackend();
    void keepTrail(const routing::RouteChoice &choice);
    void explainChoice(const routing::RouteQuery &query,
                       const routing::RouteChoice &choice,
                       std::vector<routing::BackendFigures> figures);
    void enqueue();
    void onSlot(std::shared_ptr<upstream::Backend> backend);
    void leaveQueue();
    void refuseUnrouted(const routing::RouteChoice &choice);
    void refuseSaturated(http::HttpError error);
    [[nodiscard]] int priority() const;

    // exchangeretry.cpp: what follows an attempt that failed
    [[nodiscard]] bool mayRepeat(const Attempt &attempt, bool requestSent, bool isAnswered) const;
    [[nodiscard]] std::chrono::nanoseconds patience() const;
    void failOver(Attempt &attempt, const http::UpstreamFault &fault);
    [[nodiscard]] bool failOverStatus(Attempt &attempt);
    void noteFailover(const Attempt &failed);
    [[nodiscard]] bool continueElsewhere(Attempt &attempt);
    void onContinuationHead(Attempt &attempt);
    [[nodiscard]] bool backOff(std::chrono::nanoseconds retryAfter);
    void armHedge();
    void startHedge();
    void onTimer() noexcept override;

    // exchangeupstream.cpp: stages 9 to 11
    std::unique_ptr<Attempt> startAttempt(routing::RouteChoice choice, bool isFresh, bool isHedge);
    void lease(routing::RouteChoice choice, bool isFresh);
    void send(Attempt &attempt);
    void rewriteBody(Attempt &attempt) const;
    void forwardUpload(Attempt &attempt, std::string_view bytes);
    void onAttemptConnected(Attempt &attempt) override;
    void onAttemptDrained(Attempt &attempt) override;
    void onAttemptHead(Attempt &attempt) override;
    void onAttemptBody(Attempt &attempt, std::string_view bytes) override;
    void onAttemptComplete(Attempt &attempt) override;
    void onAttemptFailed(Attempt &attempt, const http::UpstreamFault &fault) override;
    void commit(Attempt &attempt);

    [[nodiscard]] bool isRacing() const noexcept { return m_attempt && m_rival; }

    void drop(std::unique_ptr<Attempt> &attempt, std::string_view fault);
    void dropRacer(Attempt &attempt, std::string_view fault);
    void endAttempts(std::string_view fault);
    void noteAttemptEnd(const Attempt &attempt, std::string_view fault);

    // exchange.cpp: the end
    struct Instead // of what the error table says
    {
        int status = 0;
        std::chrono::seconds retryAfter{0};
    };

    void refuse(http::HttpError error, std::string_view message = {}, Instead instead = {0, {}});
    void refuse(const filter::Refusal &refusal);
    [[nodiscard]] std::string ownHeaders() const;
    void settle(int status, std::string_view errorType);
    void fill(model::RequestRecord &record, int status, std::string_view errorType);

    http::ServerConnection &m_client;
    WorkerContext &m_worker;
    const Surface m_surface;
    const RequestId m_id = RequestId::next();
    const std::shared_ptr<const upstream::Snapshot> m_snapshot;
    StageClock m_clock;
    event::Timer m_timer;
    Wait m_wait = Wait::Nothing;
    std::string m_path;
    std::string m_model; // as asked
    std::string m_body;  // collected, or the first bytes of an upload
    std::uint64_t m_received = 0;
    bool m_isStream = false;
    bool m_isUpload = false;
    bool m_isUploadWhole = false;     // its last byte has come
    bool m_isUploadRepeatable = true; // nothing beyond m_body has been passed on
    bool m_isSettled = false;
    bool m_isCommitted = false; // the client has (part of) a response
    RoutingFacts m_facts;
    RoutingFindings m_findings;
    std::shared_ptr<upstream::AdmissionQueue::Ticket> m_ticket;
    upstream::AdmissionQueue::Backends m_saturated; // what m_ticket waits for

    std::unique_ptr<Attempt> m_attempt;           // after the commit: the one that answers
    std::unique_ptr<Attempt> m_rival;             // the hedge
    std::shared_ptr<upstream::Backend> m_backend; // of the current or last attempt
    std::uint8_t m_attempts = 0;
    std::unique_ptr<StreamContinuation> m_continuation; // null: a broken stream stays broken
    ResponseRelay m_relay;
    model::TraceContext m_trace;
};

} // namespace meridian::proxy
