// SPDX-License-Identifier: MIT
// One POST to a collector, answered or failed, within a deadline.
#pragma once

#include "core/http/clientconnection.h"
#include "core/model/observesettings.h"
#include "core/net/tlscontext.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::exporter {

/// What came of a POST.
struct PostResult
{
    int status = 0; // 0 = no answer
    bool isJson = false;
    std::string body; // up to OtlpPost::MaxBody, beyond it empty
    std::optional<std::chrono::nanoseconds> retryAfter;
    std::string detail; // for a person, when there was no answer
};

/// Looks the name up, connects, sends, on a connection of its own: a batch every few seconds is
/// not worth keeping one. Thread: its loop's, which must be Qt's stock dispatcher (the lookup's
/// answer comes as an event). `done` is called once, never from the constructor, and the post may
/// be handed to Loop::deleteLater in it.
class OtlpPost final : public event::Deferred,
                       private http::ResponseHandler,
                       private event::TimerClient
{
public:
    static constexpr std::size_t MaxBody = 64 * 1024;

    using Done = std::function<void(const PostResult &)>;

    /// `body` must stay until `done` was called or this is gone; the rest is copied.
    OtlpPost(event::Loop &loop,
             model::TracingSettings settings,
             std::shared_ptr<net::TlsContext> tls,
             model::TracingSettings::Protocol protocol,
             std::string_view body,
             Done done);
    ~OtlpPost() override;

    /// Lets go of `body` and of the connection; `done` is not called.
    void cancel() noexcept;

private:
    void lookUp();
    void send(std::vector<net::SocketAddress> addresses);
    void writeHead(std::string &out) const;
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onTimer() noexcept override;
    void finish();
    void fail(std::string detail);

    event::Loop &m_loop;
    const model::TracingSettings m_settings;
    const std::shared_ptr<net::TlsContext> m_tls; // outlives the connection
    const model::TracingSettings::Protocol m_protocol;
    const std::string_view m_body;
    QObject m_lookup; // a lookup's answer is not delivered once this is gone
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_deadline;
    PostResult m_result;
    Done m_done;
};

} // namespace meridian::exporter
