// SPDX-License-Identifier: MIT
// One GET to a backend, answered or failed, within a deadline.
#pragma once

#include "core/http/clientconnection.h"
#include "core/upstream/backend.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace meridian::health {

/// What a probe found.
struct ProbeResult
{
    int status = 0;     // 0 = no answer
    std::string body;   // of an answer, up to Probe::MaxBody
    std::string detail; // for a person: "200 in 3 ms", "connection refused"
};

/// Uses the same client as traffic does, on a connection of its own, with the backend's credential:
/// what it sees is what a request would see. Thread: its loop's. `done` is called once, never from
/// start(), and the probe may be handed to Loop::deleteLater in it.
class Probe final : public event::Deferred,
                    private http::ResponseHandler,
                    private event::TimerClient
{
public:
    static constexpr std::size_t MaxBody = 1024 * 1024;

    using Done = std::function<void(const ProbeResult &)>;

    Probe(event::Loop &loop,
          const upstream::Backend &backend,
          std::string path,
          std::chrono::nanoseconds deadline,
          Done done);
    ~Probe() override;

private:
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onTimer() noexcept override;
    void finish();

    event::Loop &m_loop;
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_deadline;
    std::chrono::steady_clock::time_point m_start;
    ProbeResult m_result;
    Done m_done;
};

} // namespace meridian::health
