// SPDX-License-Identifier: MIT
#include "core/health/probe.h"

#include "core/provider/authorization.h"

namespace meridian::health {

Probe::Probe(event::Loop &loop,
             const upstream::Backend &backend,
             std::string path,
             std::chrono::nanoseconds deadline,
             Done done)
    : m_loop(loop)
    , m_tls(backend.sharedTls()) // a reload may drop the backend before its answer comes
    , m_connection(
          std::make_unique<http::ClientConnection>(loop, backend.addresses(), backend.tls()))
    , m_deadline(loop.timers(), *this)
    , m_start(std::chrono::steady_clock::now())
    , m_done(std::move(done))
{
    const model::BackendSettings &settings = backend.settings();
    const std::string target = settings.basePath + path;
    // Without a credential yet the answer is a 401: a server that says so is alive.
    const provider::CredentialPtr credential =
        backend.credentials() != nullptr ? backend.credentials()->current() : nullptr;
    std::string key;
    provider::appendAuthorization(
        key, settings, std::nullopt, credential.get(),
        {"GET", target, backend.authority(), {}, std::chrono::system_clock::now()});
    if (settings.provider == model::Provider::Anthropic) {
        key.append("anthropic-version: ").append(settings.options.anthropicVersion).append("\r\n");
    }
    start(target, backend.authority(), "*/*", Secret(std::move(key)), deadline);
}

Probe::Probe(event::Loop &loop,
             const ProbeTarget &target,
             std::chrono::nanoseconds deadline,
             Done done,
             BodySink sink)
    : m_loop(loop)
    , m_tls(target.tls)
    , m_connection(
          std::make_unique<http::ClientConnection>(loop, target.addresses, target.tls.get()))
    , m_deadline(loop.timers(), *this)
    , m_start(std::chrono::steady_clock::now())
    , m_done(std::move(done))
    , m_sink(std::move(sink))
{
    std::string key;
    if (!target.authorization.isEmpty()) {
        key.append("authorization: ").append(target.authorization.reveal()).append("\r\n");
    }
    start(target.path, target.authority, target.accept, Secret(std::move(key)), deadline);
}

void Probe::start(std::string_view path,
                  std::string_view authority,
                  std::string_view accept,
                  const Secret &keyLines,
                  std::chrono::nanoseconds deadline)
{
    m_connection->begin(*this, {deadline, deadline, deadline}, false);
    std::string &out = m_connection->output();
    out.append("GET ").append(path).append(" HTTP/1.1\r\nhost: ").append(authority);
    out.append("\r\nuser-agent: meridian-health\r\naccept: ").append(accept).append("\r\n");
    out.append(keyLines.reveal());
    out.append("connection: close\r\n\r\n");
    m_connection->requestWritten();
    m_deadline.start(deadline); // for everything together
}

Probe::~Probe() = default;

void Probe::cancel() noexcept
{
    m_done = nullptr;
    m_deadline.stop();
    m_connection->close();
}

void Probe::onResponseHead(const http::MessageHead &head)
{
    m_result.status = head.status;
}

void Probe::onResponseBody(std::string_view bytes)
{
    if (m_sink) {
        if (!m_sink(bytes)) {
            finish();
        }
        return;
    }
    if (m_result.body.size() + bytes.size() > MaxBody) {
        m_result.body.clear();
        finish(); // it answers; what it says is too much to look at
        return;
    }
    m_result.body.append(bytes);
}

void Probe::onResponseComplete()
{
    finish();
}

void Probe::onUpstreamFailed(const http::UpstreamFault &fault)
{
    m_result.detail = fault.detail;
    m_result.fault = fault.kind;
    m_result.status = 0;
    finish();
}

void Probe::onTimer() noexcept
{
    m_result.detail = "no answer within the deadline";
    m_result.fault = http::UpstreamFault::Kind::ReadTimeout;
    m_result.status = 0;
    finish();
}

void Probe::finish()
{
    if (!m_done) {
        return;
    }
    m_deadline.stop();
    m_connection->close();
    if (m_result.detail.empty()) {
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - m_start);
        m_result.detail =
            std::to_string(m_result.status) + " in " + std::to_string(took.count()) + " ms";
    }
    std::exchange(m_done, nullptr)(m_result);
}

} // namespace meridian::health
