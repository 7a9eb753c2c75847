// SPDX-License-Identifier: MIT
// One HTTP request to a token service or a metadata server, answered or failed within a deadline.
#pragma once

#include "core/base/secret.h"
#include "core/config/backendurl.h"
#include "core/health/hostaddresses.h"
#include "core/http/clientconnection.h"
#include "core/net/tlscontext.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::credentials {

/// What to ask. `headers` are sent as they are: values come from checked configuration only.
struct HttpRequest
{
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, Secret>> headers;
    Secret body;
};

struct HttpAnswer
{
    int status = 0; // 0 = no answer
    Secret body;
    std::optional<std::chrono::nanoseconds> retryAfter;
    std::string detail; // for a person, when there was no answer; never a part of the request
};

/// Looks the name up, connects (TLS verified with the system's store), asks once, on a connection
/// of its own; redirects are not followed. Thread: its loop's, which must be Qt's stock dispatcher
/// (the lookup's answer comes as an event). `done` is called once, never from the constructor; the
/// call may be handed to Loop::deleteLater in it. Destroyed before: `done` is not called.
class HttpCall final : public event::Deferred,
                       private http::ResponseHandler,
                       private event::TimerClient
{
public:
    static constexpr std::chrono::seconds Deadline{10};
    static constexpr std::size_t MaxBody = 1024 * 1024;

    using Done = std::function<void(HttpAnswer &)>;

    HttpCall(event::Loop &loop,
             HttpRequest request,
             Done done,
             std::chrono::nanoseconds deadline = Deadline);
    ~HttpCall() override;

private:
    void connect();
    void writeHead(std::string &out) const;
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;
    void onTimer() noexcept override;
    void fail(std::string detail);
    void finish();

    event::Loop &m_loop;
    const HttpRequest m_request;
    const std::chrono::nanoseconds m_span;
    config::BackendUrl m_url;
    std::unique_ptr<health::HostAddresses> m_host;
    std::shared_ptr<net::TlsContext> m_tls; // outlives the connection
    std::unique_ptr<http::ClientConnection> m_connection;
    event::Timer m_deadline;
    std::string m_received; // wiped when it goes
    HttpAnswer m_answer;
    Done m_done;
};

/// `scheme://host:port` of an url that parses.
[[nodiscard]] std::string originOf(std::string_view url);

/// Key material goes over https only, or in clear to this very machine. Otherwise: why not.
[[nodiscard]] Result<void> checkTokenUrl(const std::string &url, std::string_view what);

/// `a=b&c=d` of application/x-www-form-urlencoded.
[[nodiscard]] Secret
formBody(const std::vector<std::pair<std::string_view, std::string_view>> &fields);

} // namespace meridian::credentials
