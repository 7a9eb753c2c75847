// SPDX-License-Identifier: MIT
#include "core/gateway.h"

#include "core/base/cpucount.h"

#include <QLoggingCategory>

#include <sys/resource.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcGateway, "meridian.gateway")

constexpr std::size_t ReservedDescriptors = 256; // logs, control plane, probes, libraries
constexpr auto LastBytes = 1s; // after the drain's deadline: for the error events to leave
constexpr auto LogDeadline = 2000ms;

/// A client connection may need an upstream connection of its own.
std::size_t connectionLimit(std::size_t configured)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
    const std::size_t possible =
        descriptors > ReservedDescriptors + 2 ? (descriptors - ReservedDescriptors) / 2 : 1;
    return configured == 0 ? possible : std::min(configured, possible);
}

} // namespace

/// Ends the drain when its time is up: first politely, then for good.
class Gateway::DrainDeadline final : private event::TimerClient
{
public:
    DrainDeadline(Gateway &gateway, std::chrono::nanoseconds delay)
        : m_gateway(gateway)
        , m_timer(gateway.m_loop.timers(), *this)
    {
        m_timer.start(delay);
    }

private:
    void onTimer() noexcept override
    {
        if (std::exchange(m_isOver, true)) {
            m_gateway.finishDrain();
            return;
        }
        qCWarning(lcGateway, "drain deadline reached: ending what is still under way");
        for (const auto &worker : m_gateway.m_workers) {
            worker->endAll();
        }
        m_timer.start(LastBytes);
    }

    Gateway &m_gateway;
    event::Timer m_timer;
    bool m_isOver = false;
};

Gateway::Gateway(model::Settings settings, AdoptControl adoptControl)
    : m_settings(std::move(settings))
    , m_adoptControl(std::move(adoptControl))
    , m_writer(std::make_shared<observe::RecordWriter>(m_settings.logging.jsonlPath))
{
}

Gateway::~Gateway()
{
    m_deadline.reset();
    m_workers.clear();
    m_writer->stop(LogDeadline);
    m_health.reset();
}

Result<std::shared_ptr<const upstream::Snapshot>> Gateway::buildSnapshot() const
{
    auto snapshot = std::make_shared<upstream::Snapshot>();
    snapshot->settings = m_settings;
    for (const model::BackendSettings &backend : m_settings.backends) {
        std::shared_ptr<net::TlsContext> tls;
        if (backend.https) {
            const std::string &name =
                backend.tls.serverName.empty() ? backend.host : backend.tls.serverName;
            auto context =
                net::TlsContext::forUpstream(backend.tls.caFile, name, backend.tls.verify);
            if (!context) {
                return failure(context.error().code,
                               "backend '" + backend.name + "': " + context.error().detail);
            }
            tls = *context;
        }
        snapshot->backends.push_back(
            std::make_shared<upstream::Backend>(backend, m_settings.health, std::move(tls)));
    }
    for (const std::string &text : m_settings.admin.allow) {
        auto network = net::Network::parse(text);
        if (!network) {
            return failure(network.error().code, "admin.allow: " + network.error().detail);
        }
        snapshot->adminAllow.push_back(*network);
    }
    return snapshot;
}

Result<void> Gateway::start()
{
    auto snapshot = buildSnapshot();
    if (!snapshot) {
        return tl::unexpected(snapshot.error());
    }
    m_snapshot = *snapshot;
    std::shared_ptr<net::TlsContext> tls;
    if (m_settings.gateway.tls) {
        auto context = net::TlsContext::forListener(m_settings.gateway.tls->certFile,
                                                    m_settings.gateway.tls->keyFile);
        if (!context) {
            return tl::unexpected(context.error());
        }
        tls = *context;
    }
    const int count =
        m_settings.gateway.workers > 0 ? m_settings.gateway.workers : usableCpuCount();
    auto listeners =
        net::ListenerSet::bind(m_settings.gateway.host, m_settings.gateway.port, count);
    if (!listeners) {
        return tl::unexpected(listeners.error());
    }
    m_port = listeners->address().port();
    m_budget =
        std::make_unique<net::ConnectionBudget>(connectionLimit(m_settings.gateway.maxConnections));
    std::vector<observe::RecordWriter::Producer *> producers;
    for (int i = 0; i < count; ++i) {
        producers.push_back(m_writer->addProducer());
    }
    if (auto started = m_writer->start(); !started) {
        return started;
    }
    m_resolver.watch(m_snapshot);
    m_health = std::make_unique<health::HealthChecker>(m_loop);
    m_health->watch(m_snapshot);

    const model::GatewaySettings &gateway = m_settings.gateway;
    for (observe::RecordWriter::Producer *producer : producers) {
        proxy::Worker::Setup setup;
        setup.listeningFd = listeners->release();
        setup.limits = {{gateway.maxHeaderBytes, gateway.maxHeaders},
                        gateway.headTimeout,
                        gateway.bodyTimeout,
                        gateway.idleTimeout,
                        gateway.sendTimeout};
        setup.tls = tls;
        setup.budget = m_budget.get();
        setup.log = producer;
        setup.snapshot = m_snapshot;
        setup.connectControl = [this](int fd) { m_loop.post([this, fd] { m_adoptControl(fd); }); };
        m_workers.push_back(std::make_unique<proxy::Worker>(std::move(setup)));
        m_metrics.push_back(&m_workers.back()->metrics());
    }
    for (const auto &worker : m_workers) {
        worker->start();
    }
    qCInfo(lcGateway, "serving on %s workers=%d connections=%zu backends=%zu", url().c_str(), count,
           m_budget->limit(), m_snapshot->backends.size());
    return {};
}

void Gateway::drain(std::function<void()> done)
{
    if (m_isDraining) {
        return;
    }
    m_isDraining = true;
    m_drained = std::move(done);
    m_undrained = m_workers.size();
    qCInfo(lcGateway, "draining connections=%zu", m_budget->open());
    m_deadline = std::make_unique<DrainDeadline>(*this, m_settings.gateway.drainTimeout);
    for (const auto &worker : m_workers) {
        worker->drain([this] {
            m_loop.post([this] {
                if (--m_undrained == 0) {
                    finishDrain();
                }
            });
        });
    }
}

void Gateway::finishDrain()
{
    if (m_drained) {
        std::exchange(m_drained, nullptr)();
    }
}

void Gateway::reopenLogs()
{
    m_writer->reopen();
}

std::string Gateway::url() const
{
    const std::string &host = m_settings.gateway.host;
    const std::string shown = host == "0.0.0.0" || host == "::"     ? "127.0.0.1"
                              : host.find(':') != std::string::npos ? "[" + host + "]"
                                                                    : host;
    return (m_settings.gateway.tls ? "https://" : "http://") + shown + ":" + std::to_string(m_port);
}

std::string Gateway::strategy() const
{
    return m_snapshot->settings.gateway.strategy;
}

std::vector<admin::BackendStatus> Gateway::backends() const
{
    std::vector<admin::BackendStatus> result;
    for (const auto &backend : m_snapshot->backends) {
        const model::BackendSettings &settings = backend->settings();
        const health::BackendFindings findings = m_health->findings(*backend);
        admin::BackendStatus status;
        status.name = settings.name;
        status.url = settings.url;
        status.engine = settings.engine;
        status.model = settings.model;
        status.weight = settings.weight;
        status.tags = settings.tags;
        status.healthy = backend->isHealthy();
        status.inflight =
            static_cast<std::uint64_t>(std::max<std::int64_t>(backend->inflight(), 0));
        status.ewmaLatencyMs = backend->ewmaLatencyMs();
        status.lastProbe = findings.lastProbe;
        status.consecutiveFailures = backend->consecutiveFailures();
        status.discoveredModels = findings.models;
        result.push_back(std::move(status));
    }
    return result;
}

std::span<const observe::WorkerMetrics *const> Gateway::workers() const
{
    return m_metrics;
}

observe::RecordWriter &Gateway::recordWriter() const
{
    return *m_writer;
}

bool Gateway::isReady() const
{
    return !m_workers.empty() && m_health->hasProbedAll();
}

std::vector<std::string> Gateway::listenAddresses() const
{
    return {url()};
}

} // namespace meridian
