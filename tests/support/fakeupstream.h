// SPDX-License-Identifier: MIT
// A programmable HTTP/1.1 backend on a real socket, for everything a backend can do right or wrong.
#pragma once

#include "tests/support/reply.h"
#include "tests/support/upstreamlog.h"

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace meridian::support {

/// What happens to a connection before any request is read.
enum class AcceptMode : std::uint8_t {
    Serve,
    CloseAtOnce,   // FIN without reading
    ResetAtOnce,   // RST without reading
    NeverRead,     // accepted, then silence
    DropAfterHead, // RST when the head is there, the body unread
};

/// Listens on 127.0.0.1 from construction on. One thread accepts, one per connection serves.
/// Scripted replies (enqueue) go first, then the handler, then a plain completion. A GET of
/// /v1/models is answered by itself unless isHealthScripted. Setters may be called at any time
/// from the test's thread.
class FakeUpstream
{
public:
    /// Called on a connection's thread.
    using Handler = std::function<Reply(const RecordedRequest &)>;

    FakeUpstream();
    ~FakeUpstream();
    FakeUpstream(const FakeUpstream &) = delete;
    FakeUpstream &operator=(const FakeUpstream &) = delete;

    [[nodiscard]] std::uint16_t port() const { return m_port; }

    [[nodiscard]] std::string url() const;

    /// Connections made from now on speak TLS; the context must outlive this.
    void useTls(SSL_CTX *context) { m_tls = context; }

    void setHandler(Handler handler);
    void enqueue(Reply reply, std::size_t times = 1);

    void setAcceptMode(AcceptMode mode) { m_acceptMode = mode; }

    /// False: probes get 500.
    void setHealthy(bool isHealthy) { m_isHealthy = isHealthy; }

    /// True: GET /v1/models goes to the scripts like any request.
    void setHealthScripted(bool isScripted) { m_isHealthScripted = isScripted; }

    void setModels(std::vector<std::string> models);
    /// Bodies are not read before the gate opens.
    void setBodyGate(SharedGate gate);

    /// As if killed: the port refuses, every connection is reset. The port stays reserved.
    void stop();
    /// Listens on the same port again.
    [[nodiscard]] bool restart();
    /// Closes the kept-alive connections that wait for a request, by FIN.
    void closeIdle();

    UpstreamLog log;

private:
    struct Session
    {
        std::thread thread;
        std::atomic<bool> isDone = false;
    };

    void acceptLoop(int listener);
    void reap(bool all);
    [[nodiscard]] Reply replyTo(const RecordedRequest &request);
    friend class UpstreamSession;

    std::uint16_t m_port = 0;
    int m_reserved = -1; // keeps the port while stopped
    int m_listener = -1;
    int m_stopEvent = -1;
    std::atomic<SSL_CTX *> m_tls = nullptr;
    std::atomic<AcceptMode> m_acceptMode = AcceptMode::Serve;
    std::atomic<bool> m_isHealthy = true;
    std::atomic<bool> m_isHealthScripted = false;
    std::mutex m_mutex; // the scripts
    Handler m_handler;
    std::deque<Reply> m_scripted;
    std::vector<std::string> m_models{"test-model"};
    SharedGate m_bodyGate;
    std::mutex m_idleMutex;
    std::vector<int> m_idle;       // descriptors waiting for a request
    std::list<Session> m_sessions; // accept thread only
    std::thread m_acceptor;
};

/// A port that refuses connections for as long as this lives.
class RefusingPort
{
public:
    RefusingPort();
    ~RefusingPort();
    RefusingPort(const RefusingPort &) = delete;
    RefusingPort &operator=(const RefusingPort &) = delete;
    [[nodiscard]] std::string url() const;

private:
    int m_fd;
};

/// A port whose connects neither succeed nor fail: its queue is full.
class SilentPort
{
public:
    SilentPort();
    ~SilentPort();
    SilentPort(const SilentPort &) = delete;
    SilentPort &operator=(const SilentPort &) = delete;
    [[nodiscard]] std::string url() const;

private:
    int m_fd;
    std::vector<int> m_fillers;
};

} // namespace meridian::support
