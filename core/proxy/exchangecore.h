// SPDX-License-Identifier: MIT
// What an exchange holds while it lives; exchange.h says what it does with it.
#pragma once

#include "core/base/ids.h"
#include "core/http/serverconnection.h"
#include "core/proxy/attempt.h"
#include "core/proxy/exchangestate.h"
#include "core/proxy/responserelay.h"
#include "core/proxy/stageclock.h"
#include "core/proxy/streamcontinuation.h"
#include "core/proxy/surfaces.h"
#include "core/proxy/workercontext.h"

#include <memory>
#include <string>
#include <string_view>

namespace meridian::proxy {

/// One per exchange, on its worker's thread.
struct ExchangeCore
{
    using Time = std::chrono::steady_clock::time_point;
    /// What m_timer is for.
    enum class Wait : std::uint8_t { Nothing, Queue, Backoff, Hedge, Credential };

    ExchangeCore(http::ServerConnection &client,
                 WorkerContext &worker,
                 const Surface &surface,
                 std::string_view path,
                 event::TimerClient &alarm)
        : m_client(client)
        , m_worker(worker)
        , m_surface(surface)
        , m_snapshot(worker.snapshot)
        , m_clock(client.requestStart())
        , m_timer(worker.loop.timers(), alarm)
        , m_path(path)
        , m_relay(client, surface.dialect)
    {
    }

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
    UploadState m_upload;
    bool m_isSettled = false;
    bool m_isCommitted = false; // the client has (part of) a response
    RoutingFacts m_facts;
    RoutingFindings m_findings;
    Outgoing m_outgoing; // of the backend chosen last
    TranslationState m_translated;
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
