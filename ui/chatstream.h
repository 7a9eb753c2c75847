// SPDX-License-Identifier: MIT
// One streamed chat completion through a gateway's data port.
#pragma once

#include "core/config/backendurl.h"
#include "core/health/hostaddresses.h"
#include "core/http/clientconnection.h"
#include "core/http/ssereader.h"
#include "core/net/tlscontext.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::ui {

/// What a stream tells, in order; exactly one of onChatEnded() and onChatFailed() ends it, after
/// which the stream may be handed to Loop::deleteLater.
class ChatListener
{
public:
    struct Head
    {
        int status = 0;
        std::string requestId;
        std::string backend;
    };

    struct Usage
    {
        std::optional<long long> promptTokens;
        std::optional<long long> completionTokens;
    };

    virtual void onChatHead(const Head &head) = 0;
    virtual void onChatText(std::string_view text) = 0;
    virtual void onChatUsage(const Usage &usage) = 0;
    virtual void onChatEnded() = 0;
    /// For a person: what the gateway or the connection said.
    virtual void onChatFailed(const std::string &reason) = 0;

protected:
    ~ChatListener() = default;
};

/// The request is a purchase: it is written once, on a connection of its own, and never again.
/// Destroying it, or cancel(), closes the connection at once, which ends the work at the backend.
/// Thread: the loop's, with Qt's stock dispatcher.
class ChatStream final : public event::Deferred,
                         private http::ResponseHandler,
                         private http::SseHandler,
                         private event::TimerClient
{
public:
    static constexpr std::chrono::seconds ConnectTimeout{5};
    static constexpr std::chrono::seconds Silence{300}; // to the first byte and between bytes
    static constexpr std::size_t MaxText = 1024 * 1024;
    static constexpr std::size_t MaxWhole = 4 * 1024 * 1024; // an answer that is no stream

    /// `address`: "http://127.0.0.1:8080"; `body`: the JSON of a chat completion.
    ChatStream(event::Loop &loop, const std::string &address, std::string body, ChatListener &to);
    ~ChatStream() override;

    /// No callback after this.
    void cancel() noexcept;

private:
    void connect();
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void sseEvent(std::string_view name, std::string_view data) override;
    void onTimer() noexcept override;
    void take(std::string_view text);
    void finish(const std::string &problem);

    event::Loop &m_loop;
    ChatListener *m_listener;
    std::string m_body;
    config::BackendUrl m_url;
    std::unique_ptr<health::HostAddresses> m_host;
    std::shared_ptr<net::TlsContext> m_tls; // outlives the connection
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_start; // the lookup's deadline, and what fails before it
    http::SseReader m_reader;
    std::string m_whole;
    std::string m_problem;
    std::size_t m_textBytes = 0;
    int m_status = 0;
    bool m_isStream = false;
    bool m_isDone = false; // [DONE], or a finish_reason
};

} // namespace meridian::ui
