// SPDX-License-Identifier: MIT
#include "core/health/healthchecker.h"

#include "core/base/ids.h"
#include "core/health/modellist.h"
#include "core/upstream/wildcard.h"

#include <QLoggingCategory>

#include <algorithm>

namespace meridian::health {

namespace {

Q_LOGGING_CATEGORY(lcHealth, "meridian.health")

constexpr int ProbesPerDiscovery = 6; // where the model list is not what is probed anyway

} // namespace

/// One backend under observation.
class HealthChecker::Watch final : private event::TimerClient
{
public:
    Watch(event::Loop &loop,
          std::shared_ptr<upstream::Backend> backend,
          model::HealthSettings settings)
        : m_loop(loop)
        , m_backend(std::move(backend))
        , m_settings(settings)
        , m_timer(loop.timers(), *this)
    {
        m_timer.start(std::chrono::nanoseconds(0));
    }

    ~Watch()
    {
        for (auto *probe : {&m_probe, &m_discovery}) {
            if (*probe) {
                (*probe)->cancel(); // its deadline may be due in this very turn
            }
            m_loop.deleteLater(std::move(*probe));
        }
    }

    void setSettings(const model::HealthSettings &settings)
    {
        const bool isOther = settings.interval != m_settings.interval;
        m_settings = settings;
        if (isOther && !m_findings.lastProbe.empty()) {
            m_timer.start(jittered());
        }
    }

    /// The same server under a new configuration.
    void setBackend(std::shared_ptr<upstream::Backend> backend) { m_backend = std::move(backend); }

    void probeNow() { m_timer.start(std::chrono::nanoseconds(0)); }

    [[nodiscard]] const upstream::Backend &backend() const { return *m_backend; }

    [[nodiscard]] const BackendFindings &findings() const { return m_findings; }

private:
    void onTimer() noexcept override
    {
        m_timer.start(jittered());
        if (isScaledToZero()) {
            return;
        }
        if (m_probe) {
            return; // a timeout above the interval: the one under way answers first
        }
        const std::string &path = m_backend->settings().healthEndpoint;
        m_probe = std::make_unique<Probe>(m_loop, *m_backend, path, m_settings.timeout,
                                          [this](const ProbeResult &result) { probed(result); });
        const std::string_view models = modelsPath(m_backend->settings().provider);
        const std::string &model = m_backend->settings().model;
        const bool discover =
            path != models && !models.empty() && (model.empty() || upstream::isPattern(model));
        if (discover && m_count++ % ProbesPerDiscovery == 0 && !m_discovery) {
            m_discovery =
                std::make_unique<Probe>(m_loop, *m_backend, std::string(models), m_settings.timeout,
                                        [this](const ProbeResult &result) {
                                            learn(result);
                                            m_loop.deleteLater(std::move(m_discovery));
                                        });
        }
    }

    /// Marks the backend idle when its time has come. An idle one must not be kept awake by us.
    [[nodiscard]] bool isScaledToZero()
    {
        const auto &timeout = m_backend->settings().idleTimeout;
        upstream::BackendState &state = *m_backend->state();
        if (!timeout) {
            state.health.wake(); // a reload may have taken the timeout away
            return false;
        }
        const auto quiet = std::chrono::steady_clock::now() - state.load.lastActivity();
        const bool isDue = state.load.inflight() == 0 && quiet >= *timeout;
        if (isDue && !state.health.isIdle()) {
            state.health.setIdle();
            m_findings.lastProbe = "idle: scaled to zero";
            qCInfo(lcHealth, "backend=%s is idle: no traffic for idle_timeout_min",
                   m_backend->name().c_str());
        }
        return state.health.isIdle();
    }

    [[nodiscard]] std::chrono::nanoseconds jittered() const
    {
        const auto permille = static_cast<std::int64_t>(900 + randomBits() % 201);
        return m_settings.interval * permille / 1000;
    }

    void probed(const ProbeResult &result)
    {
        m_loop.deleteLater(std::move(m_probe));
        m_findings.lastProbe = result.detail;
        const bool isAlive = result.status > 0 && result.status < 500;
        const bool changed = isAlive ? m_backend->noteProbeSuccess() : m_backend->noteFailure();
        if (changed && isAlive) {
            qCInfo(lcHealth, "backend=%s is healthy again: %s", m_backend->name().c_str(),
                   result.detail.c_str());
        } else if (changed) {
            qCWarning(lcHealth, "backend=%s is unhealthy: %s", m_backend->name().c_str(),
                      result.detail.c_str());
        }
        const model::BackendSettings &settings = m_backend->settings();
        if (settings.healthEndpoint == modelsPath(settings.provider)) {
            learn(result);
        }
    }

    void learn(const ProbeResult &result)
    {
        if (result.status == 200) {
            if (auto models = parseModelList(result.body)) {
                m_findings.models = std::move(*models);
            }
        }
    }

    event::Loop &m_loop;
    std::shared_ptr<upstream::Backend> m_backend;
    model::HealthSettings m_settings;
    event::Timer m_timer;
    std::unique_ptr<Probe> m_probe;
    std::unique_ptr<Probe> m_discovery;
    int m_count = 0;
    BackendFindings m_findings;
};

HealthChecker::HealthChecker(event::Loop &loop)
    : m_loop(loop)
{
}

HealthChecker::~HealthChecker() = default;

void HealthChecker::watch(const std::shared_ptr<const upstream::Snapshot> &snapshot)
{
    std::vector<std::unique_ptr<Watch>> next;
    for (const auto &backend : snapshot->backends) {
        const auto known = std::find_if(m_watches.begin(), m_watches.end(), [&](const auto &watch) {
            return watch && watch->backend().state() == backend->state();
        });
        if (known != m_watches.end()) {
            (*known)->setBackend(backend);
            (*known)->setSettings(snapshot->settings.health);
            next.push_back(std::move(*known));
        } else {
            next.push_back(std::make_unique<Watch>(m_loop, backend, snapshot->settings.health));
        }
    }
    m_watches = std::move(next);
}

void HealthChecker::probeNow(const upstream::Backend &backend)
{
    for (const auto &watch : m_watches) {
        if (watch->backend().state() == backend.state()) {
            watch->probeNow();
        }
    }
}

BackendFindings HealthChecker::findings(const upstream::Backend &backend) const
{
    for (const auto &watch : m_watches) {
        if (watch->backend().state() == backend.state()) {
            return watch->findings();
        }
    }
    return {};
}

bool HealthChecker::hasProbedAll() const noexcept
{
    return std::all_of(m_watches.begin(), m_watches.end(),
                       [](const auto &watch) { return !watch->findings().lastProbe.empty(); });
}

} // namespace meridian::health
