// SPDX-License-Identifier: MIT
// The life of one request at a simulated backend: read, wait, answer at the pace that was asked
// for.
#pragma once

#include "core/event/timerwheel.h"
#include "core/http/serverconnection.h"
#include "core/json/bodyscanner.h"
#include "service/simulate/answerformat.h"
#include "service/simulate/dialects/serve.h"
#include "service/simulate/mockfields.h"
#include "service/simulate/reply.h"
#include "service/simulate/surface.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::simulate {

class SimulatedBackend;

/// Small while it streams: the request's bytes are gone, the text is made token by token. Made by
/// the backend for its connection, which owns it.
class SimulatedExchange final : public http::RequestHandler, private event::TimerClient
{
public:
    static constexpr std::size_t MaxBody = 32UL * 1024 * 1024;

    SimulatedExchange(SimulatedBackend &backend, http::ServerConnection &connection);

    void start() override;
    void onRequestBody(std::string_view bytes) override;
    void onRequestComplete() override;
    void onResponseDrained() override;
    void onRequestFailed(http::MessageParser::Fault fault, bool timedOut) override;
    void onClientGone() override;
    void onShutdown() override;

private:
    enum class Phase : std::uint8_t { Receiving, Waiting, Streaming, Cutting, Done };

    void onTimer() noexcept override;

    void refuseByHead();
    void prepare();
    void prepareJson();
    void prepareOutcome(Outcome outcome);
    [[nodiscard]] bool misbehaves(const MockFields &mock);
    [[nodiscard]] Kitchen kitchen(std::string_view id);
    [[nodiscard]] Reply
    error(int status, std::string_view message, std::string_view code = {}) const;
    [[nodiscard]] bool isCollected() const noexcept;
    void prepareAnswer(const json::BodyFields &fields);
    void prepareReply(Reply reply);
    [[nodiscard]] Reply quickReply(const Route &route);
    [[nodiscard]] Reply quickReply(const Call &call);
    [[nodiscard]] Reply stats();
    void answer();
    void beginResponse(int status,
                       std::string_view contentType,
                       std::string_view allow,
                       std::optional<std::uint64_t> length);
    void sendWhole(const Reply &reply);
    void produce();
    [[nodiscard]] std::uint32_t tokensDue() const noexcept;
    void waitForToken();
    [[nodiscard]] bool write(std::string_view bytes);
    void complete();
    void drop();
    void end();

    SimulatedBackend &m_backend;
    http::ServerConnection &m_connection;
    event::Timer m_timer;
    Route m_route;                // of OpenAI's
    std::unique_ptr<Call> m_call; // of the others; null once it is understood
    std::string m_body;           // of the request; empty once it is understood
    std::uint64_t m_received = 0; // body bytes
    std::unique_ptr<Reply> m_reply;
    std::unique_ptr<StreamedAnswer> m_stream; // or:
    const AnswerFormat *m_format = nullptr;
    Answer m_answer;
    std::optional<std::uint64_t> m_disconnectAfter;
    event::SteadyTime m_streamStart;
    std::uint32_t m_tokens = 0; // of the stream
    std::uint32_t m_sent = 0;   // of these
    Phase m_phase = Phase::Receiving;
    bool m_isStream = false;
    bool m_isCounted = false; // as load
};

} // namespace meridian::simulate
