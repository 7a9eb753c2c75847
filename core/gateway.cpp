// SPDX-License-Identifier: MIT
#include "core/gateway.h"

#include "core/base/cpucount.h"
#include "core/credentials/credentialstore.h"
#include "core/gatewayhousekeeping.h"
#include "core/gatewaysnapshot.h"
#include "core/provider/responsestore.h"

#include <QLoggingCategory>

#include <sys/resource.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcGateway, "meridian.gateway")

constexpr std::size_t ReservedDescriptors = 256; // logs, control plane, probes, libraries
constexpr auto LastBytes = 1s; // after the drain's deadline: for the error events to leave
constexpr auto LogDeadline = 2000ms;
constexpr auto LastTraces = 2s;

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

Gateway::Gateway(Setup setup)
    : m_setup(std::move(setup))
    , m_writer(std::make_shared<observe::RecordWriter>(m_setup.settings.logging.jsonlPath))
    , m_events(std::make_shared<observe::EventLog>())
    , m_credentials(std::make_unique<credentials::CredentialStore>(m_loop))
    , m_responses(std::make_shared<provider::ResponseStore>(m_setup.settings.translation))
    , m_admission(std::make_shared<upstream::AdmissionQueue>())
    , m_isPaused(std::make_shared<std::atomic<bool>>(false))
{
}

Gateway::~Gateway()
{
    m_deadline.reset();
    m_housekeeping.reset();
    m_workers.clear();
    m_writer->stop(LogDeadline);
    m_exporter.reset();
    m_telemetry.reset();
    m_health.reset();
}

Result<std::shared_ptr<upstream::Snapshot>> Gateway::build(const model::Settings &settings)
{
    return buildSnapshot(settings, m_snapshot.get(), [this](const model::BackendSettings &backend) {
        return m_credentials->obtain(backend.options.credentials, backend.options.region);
    });
}

Result<std::shared_ptr<net::TlsContext>>
Gateway::listenerTls(const model::GatewaySettings &settings) const
{
    if (!settings.tls) {
        return nullptr;
    }
    return net::TlsContext::forListener(settings.tls->certFile, settings.tls->keyFile);
}

int Gateway::workerCount(const model::GatewaySettings &settings)
{
    return settings.workers > 0 ? settings.workers : usableCpuCount();
}

Result<void> Gateway::start(std::optional<net::ListenerSet> listeners)
{
    const model::GatewaySettings &gateway = m_setup.settings.gateway;
    auto snapshot = build(m_setup.settings);
    if (!snapshot) {
        return tl::unexpected(snapshot.error());
    }
    auto tls = listenerTls(gateway);
    if (!tls) {
        return tl::unexpected(tls.error());
    }
    if (!listeners) {
        auto bound = net::ListenerSet::bind(gateway.host, gateway.port, workerCount(gateway));
        if (!bound) {
            return tl::unexpected(bound.error());
        }
        listeners = std::move(*bound);
    }
    const auto count = static_cast<int>(listeners->size());
    auto kept = listeners->duplicate();
    if (!kept) {
        return tl::unexpected(kept.error());
    }
    m_listening = std::move(*kept);
    m_port = listeners->address().port();
    m_budget = std::make_unique<net::ConnectionBudget>(connectionLimit(gateway.maxConnections));
    m_health = std::make_unique<health::HealthChecker>(m_loop);
    m_telemetry = std::make_unique<health::TelemetryScraper>(
        m_loop, [](upstream::Backend &backend, const upstream::CapacitySignals &signals) {
            backend.state()->capacity.set(signals);
        });
    m_exporter = std::make_unique<exporter::TraceExporter>(m_loop, m_spans);
    if (auto configured = m_exporter->configure(m_setup.settings.tracing); !configured) {
        return configured;
    }
    shareStates(**snapshot);
    adopt(std::move(*snapshot));
    startWorkers(*listeners, count, std::move(*tls));
    if (auto started = m_writer->start(); !started) {
        return started;
    }
    for (const auto &worker : m_workers) {
        worker->start();
    }
    m_housekeeping = std::make_unique<Housekeeping>(*this);
    qCInfo(lcGateway, "serving on %s workers=%d connections=%zu backends=%zu", url().c_str(), count,
           m_budget->limit(), m_snapshot->backends.size());
    return {};
}

proxy::Worker::Limits Gateway::workerLimits() const
{
    const model::GatewaySettings &gateway = m_snapshot->settings.gateway;
    return {{gateway.maxHeaderBytes, gateway.maxHeaders},
            gateway.headTimeout,
            gateway.bodyTimeout,
            gateway.idleTimeout,
            gateway.sendTimeout};
}

void Gateway::startWorkers(net::ListenerSet &listeners,
                           int count,
                           std::shared_ptr<net::TlsContext> tls)
{
    m_writer->setTraceSink(&m_spans);
    for (int i = 0; i < count; ++i) {
        proxy::Worker::Setup setup;
        setup.listeningFd = listeners.release();
        setup.limits = workerLimits();
        setup.tls = tls;
        setup.budget = m_budget.get();
        setup.log = m_writer->addProducer();
        setup.snapshot = m_snapshot;
        setup.events = m_events;
        setup.connectControl = [this](int fd) {
            m_loop.post([this, fd] { m_setup.adoptControl(fd); });
        };
        m_workers.push_back(std::make_unique<proxy::Worker>(std::move(setup)));
        m_metrics.push_back(&m_workers.back()->metrics());
    }
}

const std::vector<int> &Gateway::listeningDescriptors() const noexcept
{
    return m_listening.descriptors();
}

void Gateway::drain(std::function<void()> done)
{
    if (m_isDraining) {
        return;
    }
    m_isDraining = true;
    m_listening = net::ListenerSet(); // else callers would queue at a port that nobody serves
    m_drained = std::move(done);
    m_undrained = m_workers.size();
    qCInfo(lcGateway, "draining connections=%zu", m_budget->open());
    m_deadline = std::make_unique<DrainDeadline>(*this, m_snapshot->settings.gateway.drainTimeout);
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
    if (!m_drained) {
        return;
    }
    m_writer->flush(LogDeadline); // the last exchanges' traces come from there
    m_exporter->stop(LastTraces, std::exchange(m_drained, nullptr));
}

void Gateway::setPaused(bool isPaused)
{
    if (m_isPaused->exchange(isPaused) != isPaused) {
        qCInfo(lcGateway, "%s", isPaused ? "paused" : "serving again");
    }
}

std::uint16_t Gateway::port() const noexcept
{
    return m_port;
}

void Gateway::reopenLogs()
{
    m_writer->reopen();
}

} // namespace meridian
