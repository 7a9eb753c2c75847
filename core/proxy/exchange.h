// SPDX-License-Identifier: MIT
// The life of one model request, from its head to its record.
#pragma once

#include "core/base/ids.h"
#include "core/http/clientconnection.h"
#include "core/http/errorresponse.h"
#include "core/http/serverconnection.h"
#include "core/proxy/responserelay.h"
#include "core/proxy/stageclock.h"
#include "core/proxy/surfaces.h"
#include "core/proxy/workercontext.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

/// Walks the stages of docs/architecture.md; their names are the methods' names. Thread: its
/// worker's. settle() runs exactly once, on every path, the client's leaving included.
class Exchange final : public http::RequestHandler, private http::ResponseHandler
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
    void identify();
    void collect();
    void scan();
    void route();
    void lease(std::shared_ptr<upstream::Backend> backend, bool fresh);
    void send();
    void settle(int status, std::string_view errorType);

    // uploads: bodies that stream through
    void sniffUpload(bool isWhole);
    void forwardUpload(std::string_view bytes);

    // from the upstream connection
    void onUpstreamConnected() override;
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onUpstreamDrained() override;

    [[nodiscard]] bool mayRetry(const http::UpstreamFault &fault) const;
    void failOver(const http::UpstreamFault &fault);
    void refuse(http::HttpError error, std::string_view message = {});

    void refuse(const filter::Refusal &refusal) { refuse(refusal.error, refusal.message); }

    void refuseUnrouted(routing::RouteOutcome outcome);
    void endAttempt();
    [[nodiscard]] std::string ownHeaders() const;
    [[nodiscard]] filter::FilterContext filterContext() const;

    http::ServerConnection &m_client;
    WorkerContext &m_worker;
    const Surface m_surface;
    const RequestId m_id = RequestId::next();
    const std::shared_ptr<const upstream::Snapshot> m_snapshot;
    StageClock m_clock;
    std::string m_path;
    std::string m_model;
    std::string m_body; // collected, or the first bytes of an upload
    std::uint64_t m_received = 0;
    bool m_isStream = false;
    bool m_isUpload = false;
    bool m_isUploadWhole = false;     // its last byte has come
    bool m_isUploadRepeatable = true; // nothing beyond m_body has been passed on
    bool m_isSettled = false;
    bool m_hasFreshRetry =
        true; // one repetition on a new connection when a kept one turned out dead

    std::shared_ptr<upstream::Backend> m_backend; // of the current or last attempt
    std::unique_ptr<http::ClientConnection> m_upstream;
    upstream::InflightGuard m_inflight;
    std::vector<const upstream::Backend *> m_tried;
    std::uint8_t m_attempts = 0;
    bool m_isAttemptFresh = false;
    int m_upstreamStatus = 0;
    std::string_view m_faultName;
    std::chrono::steady_clock::time_point m_firstByte{};
    ResponseRelay m_relay;
};

} // namespace meridian::proxy
