// SPDX-License-Identifier: MIT
// A programmable HTTP/1.1 backend on a real socket, for everything a backend can do right or wrong.
#include "tests/support/fakeupstream.h"

#include "tests/support/upstreamsession.h"

#include <array>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace meridian::support {

namespace {

std::string urlOf(int fd)
{
    return "http://127.0.0.1:" + std::to_string(localPort(fd));
}

std::string modelList(const std::vector<std::string> &models)
{
    std::string text = R"({"object":"list","data":[)";
    for (std::size_t i = 0; i < models.size(); ++i) {
        text += (i == 0 ? R"({"id":")" : R"(,{"id":")") + models[i] +
                R"(","object":"model","owned_by":"fake"})";
    }
    return text + "]}";
}

Reply plainCompletion(const RecordedRequest &request)
{
    const bool isStream = request.body.find(R"("stream":true)") != std::string::npos ||
                          request.body.find(R"("stream": true)") != std::string::npos;
    if (isStream) {
        return Reply::sse(
            {deltaEvent("hel"), deltaEvent("lo"), usageEvent(), std::string(DoneEvent)});
    }
    return Reply::json(completionBody());
}

} // namespace

FakeUpstream::FakeUpstream()
{
    m_reserved = bindLoopback(0, false);
    m_port = localPort(m_reserved);
    (void)restart();
}

FakeUpstream::~FakeUpstream()
{
    stop();
    ::close(m_reserved);
}

std::string FakeUpstream::url() const
{
    return (m_tls == nullptr ? "http://127.0.0.1:" : "https://localhost:") + std::to_string(m_port);
}

void FakeUpstream::setHandler(Handler handler)
{
    const std::lock_guard lock(m_mutex);
    m_handler = std::move(handler);
}

void FakeUpstream::enqueue(Reply reply, std::size_t times)
{
    const std::lock_guard lock(m_mutex);
    m_scripted.insert(m_scripted.end(), times, reply);
}

void FakeUpstream::setModels(std::vector<std::string> models)
{
    const std::lock_guard lock(m_mutex);
    m_models = std::move(models);
}

void FakeUpstream::setBodyGate(SharedGate gate)
{
    const std::lock_guard lock(m_mutex);
    m_bodyGate = std::move(gate);
}

bool FakeUpstream::restart()
{
    if (m_acceptor.joinable()) {
        return true;
    }
    // The reserved socket itself listens: the port is never free in between.
    if (m_reserved < 0) {
        m_reserved = bindLoopback(m_port, false);
    }
    if (m_reserved < 0 || ::listen(m_reserved, 511) != 0) {
        return false;
    }
    m_listener = std::exchange(m_reserved, -1);
    m_stopEvent = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m_acceptor = std::thread(&FakeUpstream::acceptLoop, this, m_listener);
    return true;
}

void FakeUpstream::stop()
{
    if (!m_acceptor.joinable()) {
        return;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_stopEvent, &one, sizeof one);
    m_acceptor.join();
    ::close(std::exchange(m_listener, -1));
    m_reserved = bindLoopback(m_port, false);
    reap(true);
    ::close(std::exchange(m_stopEvent, -1));
}

void FakeUpstream::closeIdle()
{
    const std::lock_guard lock(m_idleMutex);
    for (const int fd : m_idle) {
        ::shutdown(fd, SHUT_WR);
    }
}

void FakeUpstream::reap(bool all)
{
    for (auto session = m_sessions.begin(); session != m_sessions.end();) {
        if (all || session->isDone) {
            session->thread.join();
            session = m_sessions.erase(session);
        } else {
            ++session;
        }
    }
}

void FakeUpstream::acceptLoop(int listener)
{
    std::array<pollfd, 2> wanted{pollfd{listener, POLLIN, 0}, pollfd{m_stopEvent, POLLIN, 0}};
    for (;;) {
        (void)::poll(wanted.data(), wanted.size(), -1);
        if (wanted[1].revents != 0) {
            return;
        }
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            continue;
        }
        reap(false);
        const std::size_t number = log.connectionOpened();
        Session &session = m_sessions.emplace_back();
        session.thread = std::thread([this, &session, fd, number] {
            UpstreamSession(*this, ByteStream(fd), number).run();
            session.isDone = true;
        });
    }
}

Reply FakeUpstream::replyTo(const RecordedRequest &request)
{
    std::unique_lock lock(m_mutex);
    if (request.method == "GET" && request.target == "/v1/models" && !m_isHealthScripted) {
        return m_isHealthy ? Reply::json(modelList(m_models))
                           : Reply::json(R"({"error":"unwell"})", 500);
    }
    if (!m_scripted.empty()) {
        const Reply reply = std::move(m_scripted.front());
        m_scripted.pop_front();
        return reply;
    }
    const Handler handler = m_handler;
    lock.unlock();
    return handler ? handler(request) : plainCompletion(request);
}

RefusingPort::RefusingPort()
    : m_fd(bindLoopback(0, false))
{
}

RefusingPort::~RefusingPort()
{
    ::close(m_fd);
}

std::string RefusingPort::url() const
{
    return urlOf(m_fd);
}

SilentPort::SilentPort()
    : m_fd(bindLoopback(0, true, 0))
{
    // A backlog of 0 queues one connection; later SYNs are dropped without an answer.
    for (int i = 0; i < 4; ++i) {
        const ByteStream filler = ByteStream::connectTo(localPort(m_fd), 50ms);
        m_fillers.push_back(filler.isOpen() ? ::dup(filler.fd()) : -1);
    }
}

SilentPort::~SilentPort()
{
    for (const int fd : m_fillers) {
        ::close(fd);
    }
    ::close(m_fd);
}

std::string SilentPort::url() const
{
    return urlOf(m_fd);
}

} // namespace meridian::support
