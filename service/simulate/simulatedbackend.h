// SPDX-License-Identifier: MIT
// A provider's server that makes its answers up.
#pragma once

#include "core/base/result.h"
#include "core/event/loop.h"
#include "core/http/serverconnection.h"
#include "core/json/bodyscanner.h"
#include "core/json/checker.h"
#include "core/net/acceptor.h"
#include "service/simulate/answertext.h"
#include "service/simulate/loadmeter.h"
#include "service/simulate/options.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace meridian::simulate {

/// Listens on one port and answers until stop(). Several may share a loop. Thread: the loop's, for
/// every call, construction and destruction included; the loop outlives it.
class SimulatedBackend final : public http::ServerConnectionOwner
{
public:
    SimulatedBackend(event::Loop &loop, SimulatorOptions options);
    ~SimulatedBackend();
    SimulatedBackend(const SimulatedBackend &) = delete;
    SimulatedBackend &operator=(const SimulatedBackend &) = delete;

    /// Binds and serves; returns the port. Once, or again after stop().
    [[nodiscard]] Result<std::uint16_t> start();

    /// Closes the port and every connection at once, cutting what is being answered.
    void stop();

    // --- for the exchanges
    [[nodiscard]] event::Loop &loop() noexcept { return m_loop; }

    [[nodiscard]] const SimulatorOptions &options() const noexcept { return m_options; }

    [[nodiscard]] const AnswerText &text() const noexcept { return m_text; }

    [[nodiscard]] json::BodyScanner &scanner() noexcept { return m_scanner; }

    [[nodiscard]] json::Checker &checker() noexcept { return m_checker; }

    [[nodiscard]] LoadMeter &load() noexcept { return m_load; }

    /// The latency of the next answer, jitter included.
    [[nodiscard]] std::chrono::milliseconds drawLatency() const noexcept;

    /// Shall the next answer be an error (--error-rate)?
    [[nodiscard]] bool drawError() const noexcept;

    /// Seconds since 1970.
    [[nodiscard]] static std::int64_t unixTime() noexcept;

    /// What every response carries, each line with CRLF: a request id under the provider's own
    /// name; OpenAI's also processing time and rate limit.
    [[nodiscard]] std::string ownHeaders(std::chrono::nanoseconds processing) const;

private:
    std::unique_ptr<http::RequestHandler>
    createHandler(http::ServerConnection &connection) override;
    std::string
    malformedRequest(http::ServerConnection &connection, int status, const char *reason) override;
    std::string standardHeaders() override;
    void connectionClosed(http::ServerConnection &connection) override;

    [[nodiscard]] bool isDraining() const override { return m_acceptor == nullptr; }

    void accept(int fd, const net::SocketAddress &peer);

    event::Loop &m_loop;
    const SimulatorOptions m_options;
    const http::ServerLimits m_limits;
    const AnswerText m_text;
    json::BodyScanner m_scanner;
    json::Checker m_checker;
    LoadMeter m_load;
    net::ConnectionBudget m_budget;
    std::unique_ptr<net::Acceptor> m_acceptor;
    std::unordered_map<http::ServerConnection *, std::unique_ptr<http::ServerConnection>>
        m_connections;
};

} // namespace meridian::simulate
