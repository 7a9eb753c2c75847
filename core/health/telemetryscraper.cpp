// SPDX-License-Identifier: MIT
#include "core/health/telemetryscraper.h"

#include "core/base/ids.h"
#include "core/health/enginemetrics.h"
#include "core/health/hostaddresses.h"
#include "core/health/probe.h"
#include "core/health/telemetryjson.h"

#include <QLoggingCategory>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace meridian::health {

namespace {

Q_LOGGING_CATEGORY(lcTelemetry, "meridian.health.telemetry")

using Type = model::TelemetrySettings::Type;

std::string_view complaint(PrometheusText::Status status)
{
    switch (status) {
    case PrometheusText::Status::TooManyBytes:
        return "the metrics page is longer than 4 MiB";
    case PrometheusText::Status::LineTooLong:
        return "the metrics page has a line longer than 64 KiB";
    case PrometheusText::Status::TooManySamples:
        return "the metrics page has more than 200000 samples";
    case PrometheusText::Status::Ok:
        break;
    }
    return {};
}

std::string inWords(const upstream::CapacitySignals &signals)
{
    std::string text;
    const auto add = [&text](const std::string &words) {
        text.append(text.empty() ? "" : ", ").append(words);
    };
    if (signals.queueDepth) {
        add("queue " + std::to_string(*signals.queueDepth));
    }
    if (signals.running) {
        add("running " + std::to_string(*signals.running));
    }
    if (signals.tokensPerSec) {
        add(std::to_string(std::llround(*signals.tokensPerSec)) + " tokens/s");
    }
    if (signals.memUtil) {
        add("memory " + std::to_string(std::llround(*signals.memUtil * 100.0)) + " %");
    }
    return text.empty() ? "answers, but tells nothing" : text;
}

std::string authorityOf(const model::TelemetrySettings &settings)
{
    std::string text =
        settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
    if (settings.port != (settings.https ? 443 : 80)) {
        text += ":" + std::to_string(settings.port);
    }
    return text;
}

} // namespace

/// One backend's telemetry under observation.
class TelemetryScraper::Watch final : private event::TimerClient
{
public:
    Watch(event::Loop &loop, std::shared_ptr<upstream::Backend> backend, const Report &report)
        : m_loop(loop)
        , m_backend(std::move(backend))
        , m_settings(*m_backend->settings().telemetry)
        , m_report(report)
        , m_timer(loop.timers(), *this)
        , m_host(m_settings.host, m_settings.port, [this] { resolved(); })
        , m_engine(m_backend->settings().engine,
                   m_backend->settings().upstreamModel.empty()
                       ? m_backend->settings().model
                       : m_backend->settings().upstreamModel)
    {
        m_timer.start(std::chrono::nanoseconds(0));
    }

    ~Watch()
    {
        if (m_probe) {
            m_probe->cancel();
            m_loop.deleteLater(std::move(m_probe));
        }
    }

    /// Goes on for `backend` when it is the same server with the same telemetry, whatever else was
    /// configured anew: counters are kept and no extra scrape is made. False: nothing changed.
    [[nodiscard]] bool goOnFor(const std::shared_ptr<upstream::Backend> &backend)
    {
        const model::BackendSettings &before = m_backend->settings();
        const model::BackendSettings &after = backend->settings();
        const auto whatCounts = [](const model::BackendSettings &settings) {
            return std::tie(settings.telemetry, settings.host, settings.port, settings.https,
                            settings.engine, settings.model, settings.upstreamModel, settings.tls,
                            settings.authHeader);
        };
        if (m_backend->state() != backend->state() || whatCounts(before) != whatCounts(after)) {
            return false;
        }
        m_backend = backend;
        return true;
    }

    [[nodiscard]] const upstream::Backend &backend() const { return *m_backend; }

    [[nodiscard]] const std::string &findings() const { return m_findings; }

    [[nodiscard]] bool isFailing() const { return m_state == State::Failing; }

private:
    enum class State : std::uint8_t { Unknown, Answering, Failing };

    void onTimer() noexcept override
    {
        if (m_probe) {
            m_timer.start(jittered()); // a timeout above the interval: the one under way first
            return;
        }
        const auto addresses = findAddresses();
        if (addresses.empty() && m_host.isPending() && !m_isResolving) {
            m_isResolving = true; // resolved() comes back here, or the deadline does
            m_timer.start(m_settings.timeout);
            return;
        }
        m_isResolving = false;
        m_timer.start(jittered());
        if (addresses.empty()) {
            failed("the name has no address: " +
                   (m_host.problem().empty() ? "no answer yet" : m_host.problem()));
        } else {
            scrape(addresses);
        }
    }

    [[nodiscard]] std::chrono::nanoseconds jittered() const
    {
        const auto permille = static_cast<std::int64_t>(900 + randomBits() % 201);
        return m_settings.interval * permille / 1000;
    }

    [[nodiscard]] bool isBackendsHost() const
    {
        return m_settings.host == m_backend->settings().host;
    }

    /// The backend's own name is looked up already, for traffic.
    [[nodiscard]] upstream::Backend::Addresses findAddresses()
    {
        if (!isBackendsHost()) {
            return m_host.current();
        }
        auto addresses = m_backend->addresses();
        for (net::SocketAddress &address : addresses) {
            address.setPort(m_settings.port);
        }
        return addresses.empty() ? m_host.current() : addresses;
    }

    void resolved()
    {
        if (m_isResolving) {
            m_timer.start(std::chrono::nanoseconds(0));
        }
    }

    /// Made when first needed: the system's store takes a while to load.
    [[nodiscard]] bool prepareTls()
    {
        if (!m_settings.https || m_tls) {
            return true;
        }
        const model::UpstreamTls &tls = m_backend->settings().tls;
        auto made = net::TlsContext::forUpstream(
            tls.caFile,
            isBackendsHost() && !tls.serverName.empty() ? tls.serverName : m_settings.host,
            tls.verify);
        if (!made) {
            failed(made.error().detail);
            return false;
        }
        m_tls = std::move(*made);
        return true;
    }

    void scrape(const upstream::Backend::Addresses &addresses)
    {
        if (!prepareTls()) {
            return;
        }
        const model::BackendSettings &settings = m_backend->settings();
        ProbeTarget target{addresses, m_tls, authorityOf(m_settings), m_settings.path, {}, {}};
        if (isBackendsHost() && m_settings.port == settings.port &&
            m_settings.https == settings.https) {
            target.authorization = settings.authHeader;
        }
        Probe::BodySink sink;
        target.accept = "application/json";
        if (m_settings.type == Type::Prometheus) {
            target.accept = "text/plain;version=0.0.4, */*;q=0.5";
            m_engine.beginPage();
            m_text.emplace([this](const PrometheusSample &sample) { m_engine.add(sample); });
            sink = [this](std::string_view bytes) {
                return m_text->feed(bytes) == PrometheusText::Status::Ok;
            };
        }
        m_probe = std::make_unique<Probe>(
            m_loop, target, m_settings.timeout,
            [this](const ProbeResult &result) { probed(result); }, std::move(sink));
    }

    void probed(const ProbeResult &result)
    {
        m_loop.deleteLater(std::move(m_probe));
        if (result.status == 0) {
            failed(result.detail);
        } else if (result.status != 200) {
            failed("answers " + std::to_string(result.status));
        } else if (m_settings.type == Type::Json) {
            const auto signals = parseTelemetryJson(result.body);
            signals ? told(*signals) : failed("the answer is no JSON object of at most 64 KiB");
        } else if (m_text->status() != PrometheusText::Status::Ok) {
            failed(std::string(complaint(m_text->status())));
        } else {
            const auto signals = m_engine.endPage(std::chrono::steady_clock::now());
            signals ? told(*signals)
                    : failed("no metric of a known engine among " +
                             std::to_string(m_text->samples()) + " samples");
        }
    }

    void told(const upstream::CapacitySignals &signals)
    {
        m_findings = inWords(signals);
        if (m_state == State::Failing) {
            qCInfo(lcTelemetry, "backend=%s telemetry is back: %s", m_backend->name().c_str(),
                   m_findings.c_str());
        }
        m_state = State::Answering;
        m_report(*m_backend, signals);
    }

    void failed(const std::string &reason)
    {
        m_findings = reason;
        if (m_state != State::Failing) {
            qCWarning(lcTelemetry, "backend=%s telemetry fails: %s", m_backend->name().c_str(),
                      reason.c_str());
        }
        m_state = State::Failing;
        m_report(*m_backend, {});
    }

    event::Loop &m_loop;
    std::shared_ptr<upstream::Backend> m_backend;
    const model::TelemetrySettings m_settings;
    const Report &m_report;
    event::Timer m_timer;
    HostAddresses m_host;
    EngineMetrics m_engine;
    std::optional<PrometheusText> m_text; // of the scrape under way
    std::shared_ptr<net::TlsContext> m_tls;
    std::unique_ptr<Probe> m_probe;
    State m_state = State::Unknown;
    bool m_isResolving = false;
    std::string m_findings;
};

TelemetryScraper::TelemetryScraper(event::Loop &loop, Report report)
    : m_loop(loop)
    , m_report(std::move(report))
{
}

TelemetryScraper::~TelemetryScraper() = default;

void TelemetryScraper::watch(const std::shared_ptr<const upstream::Snapshot> &snapshot)
{
    std::vector<std::unique_ptr<Watch>> next;
    for (const auto &backend : snapshot->backends) {
        if (!backend->settings().telemetry) {
            m_report(*backend, {}); // its state may hold what an earlier configuration asked for
            continue;
        }
        const auto known = std::find_if(m_watches.begin(), m_watches.end(), [&](const auto &watch) {
            return watch && watch->goOnFor(backend);
        });
        next.push_back(known != m_watches.end()
                           ? std::move(*known)
                           : std::make_unique<Watch>(m_loop, backend, m_report));
    }
    m_watches = std::move(next);
}

std::string TelemetryScraper::findings(const upstream::Backend &backend) const
{
    for (const auto &watch : m_watches) {
        if (&watch->backend() == &backend) {
            return watch->findings();
        }
    }
    return {};
}

bool TelemetryScraper::isStale(const upstream::Backend &backend) const
{
    return std::any_of(m_watches.begin(), m_watches.end(), [&](const auto &watch) {
        return &watch->backend() == &backend && watch->isFailing();
    });
}

} // namespace meridian::health
