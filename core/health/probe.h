// SPDX-License-Identifier: MIT
// One GET to a backend, or to what speaks for one, answered or failed within a deadline.
#pragma once

#include "core/base/secret.h"
#include "core/http/clientconnection.h"
#include "core/upstream/backend.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::health {

/// What a probe found.
struct ProbeResult
{
    int status = 0;     // 0 = no answer
    std::string body;   // of an answer, up to Probe::MaxBody
    std::string detail; // for a person: "200 in 3 ms", "connection refused"
    std::optional<http::UpstreamFault::Kind> fault = {}; // why there was no answer
};

/// Where a probe goes that is not a backend's own address.
struct ProbeTarget
{
    upstream::Backend::Addresses addresses;
    std::shared_ptr<net::TlsContext> tls; // null: plain
    std::string authority;                // for the Host header
    std::string path;                     // with query
    std::string accept = "*/*";
    Secret authorization; // empty: none
};

/// Uses the same client as traffic does, on a connection of its own; to a backend with the
/// backend's credential, so that it sees what a request would see. Thread: its loop's. `done` is
/// called once, never from the constructor, and the probe may be handed to Loop::deleteLater in it.
class Probe final : public event::Deferred,
                    private http::ResponseHandler,
                    private event::TimerClient
{
public:
    static constexpr std::size_t MaxBody = 1024 * 1024;

    using Done = std::function<void(const ProbeResult &)>;
    /// Takes the answer's body piece by piece in place of ProbeResult::body; false ends the probe.
    using BodySink = std::function<bool(std::string_view bytes)>;

    Probe(event::Loop &loop,
          const upstream::Backend &backend,
          std::string path,
          std::chrono::nanoseconds deadline,
          Done done);
    Probe(event::Loop &loop,
          const ProbeTarget &target,
          std::chrono::nanoseconds deadline,
          Done done,
          BodySink sink = {});
    ~Probe() override;

    /// No callback after this: for an owner that ends before `done`.
    void cancel() noexcept;

private:
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onTimer() noexcept override;
    void start(std::string_view path,
               std::string_view authority,
               std::string_view accept,
               const Secret &keyLines,
               std::chrono::nanoseconds deadline);
    void finish();

    event::Loop &m_loop;
    std::shared_ptr<net::TlsContext> m_tls; // outlives the connection
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_deadline;
    std::chrono::steady_clock::time_point m_start;
    ProbeResult m_result;
    Done m_done;
    BodySink m_sink;
};

} // namespace meridian::health
