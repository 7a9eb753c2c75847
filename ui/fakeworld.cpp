// SPDX-License-Identifier: MIT
// The numbers behind FakeLink: five backends in different states, and a busy hour of requests.
#include "ui/fakeworld.h"

#include "ui/demofiles.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <cmath>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr int FirstRequests = 300;
constexpr double RequestsPerSecond = 182;

struct Route
{
    QLatin1String model;
    QLatin1String backend;
    QLatin1String provider;
    double latencyMs;
    double share; // of the requests, summed up
};

constexpr std::array Routes{Route{"qwen2.5-32b"_L1, "gpu-fast"_L1, "openai"_L1, 900, 0.55},
                            Route{"llama-3.3-70b"_L1, "gpu-large"_L1, "openai"_L1, 2'600, 0.8},
                            Route{"gpt-4o"_L1, "openai"_L1, "openai"_L1, 1'400, 0.93},
                            Route{"gemma3:4b"_L1, "laptop"_L1, "ollama"_L1, 4'200, 1.0}};

QString timeText(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()).toString(Qt::ISODateWithMs);
}

double rounded(double value)
{
    return std::round(value * 1000) / 1000;
}

/// The working day as a curve, 0 to 1, with a wobble.
double busy(double seconds, double phase)
{
    const double slow = 0.5 + 0.35 * std::sin(seconds / 5'400.0 + phase);
    const double fast =
        0.08 * std::sin(seconds / 47.0 + 3 * phase) + 0.05 * std::sin(seconds / 13.0);
    return std::clamp(slow + fast, 0.02, 1.0);
}

} // namespace

FakeWorld::FakeWorld(qint64 nowMs)
    : m_nowMs(nowMs)
{
    const QJsonObject scene = demoJson("scene").object();
    m_backends = scene["backends"_L1].toArray();
    m_attention = scene["attention"_L1].toArray();
    for (int i = FirstRequests; i-- > 0;) {
        addRequest(nowMs - qint64(i * 1000 / 5)); // the last minute's, thinned
    }
}

/// A linear congruential generator: the same on every platform, and good enough for a picture.
double FakeWorld::random()
{
    m_dice = m_dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return double(m_dice >> 11U) / double(1ULL << 53U);
}

void FakeWorld::step(qint64 nowMs, int newRequests)
{
    for (int i = 0; i < newRequests; ++i) {
        addRequest(m_nowMs + (nowMs - m_nowMs) * (i + 1) / newRequests);
    }
    m_nowMs = nowMs;
    for (QJsonValueRef value : m_backends) {
        QJsonObject backend = value.toObject();
        if (!backend["healthy"_L1].toBool()) {
            continue;
        }
        const double latency = backend["ewma_latency_ms"_L1].toDouble();
        backend.insert("ewma_latency_ms"_L1, rounded(latency * random(0.96, 1.04)));
        value = backend;
    }
}

void FakeWorld::clear()
{
    m_backends = {};
    m_attention = {};
    m_requests.clear();
    m_totalRequests = 0;
    m_totalFailures = 0;
    m_promptTokens = 0;
    m_completionTokens = 0;
}

void FakeWorld::addRequest(qint64 atMs)
{
    const QJsonObject made = record(atMs);
    m_totalRequests += 1;
    m_totalFailures += made["status_code"_L1].toInt() >= 400 ? 1 : 0;
    m_promptTokens += made["prompt_tokens"_L1].toInt();
    m_completionTokens += made["completion_tokens"_L1].toInt();
    m_requests.push_back({++m_seq, made});
    if (m_requests.size() > KeptRequests) {
        m_requests.pop_front();
    }
}

QJsonObject FakeWorld::record(qint64 atMs)
{
    const double die = random();
    const Route &route = *std::find_if(Routes.begin(), Routes.end(),
                                       [&](const Route &one) { return die <= one.share; });
    QJsonObject made = demoJson("record").object();
    const double total = rounded(route.latencyMs * random(0.3, 2.4));
    const double first = rounded(total * random(0.08, 0.3));
    const int tokens = int(total / 12);
    made.insert("request_id"_L1, u"mrdn-"_s + QString::number(0x5f0000000000 + m_seq * 7'919, 16));
    made.insert("timestamp"_L1, timeText(atMs));
    made.insert("model"_L1, QString(route.model));
    made.insert("chosen_backend"_L1, QString(route.backend));
    made.insert("provider"_L1, QString(route.provider));
    made.insert("stream"_L1, random() < 0.7);
    made.insert("latency_ms"_L1, total);
    made.insert("ttfb_ms"_L1, first);
    made.insert("prompt_tokens"_L1, int(random(40, 3'800)));
    made.insert("cached_tokens"_L1, random() < 0.4 ? int(random(20, 40)) : 0);
    made.insert("completion_tokens"_L1, tokens);
    made.insert("client"_L1, u"10.0.4.%1"_s.arg(int(random(2, 30))));
    QJsonObject stages = made["stages"_L1].toObject();
    stages.insert("send"_L1, first);
    stages.insert("relay"_L1, rounded(total - first));
    made.insert("stages"_L1, stages);
    QJsonObject attempt = made["attempts_detail"_L1][0].toObject();
    attempt.insert("backend"_L1, QString(route.backend));
    attempt.insert("end_ms"_L1, total);
    made.insert("attempts_detail"_L1, QJsonArray{attempt});
    if (const double luck = random(); luck < 0.02) {
        made.insert("status_code"_L1, luck < 0.006 ? 429 : luck < 0.014 ? 502 : 504);
        made.insert("error_type"_L1, luck < 0.006 ? u"rate_limited"_s : u"backend_error"_s);
        made.insert("completion_tokens"_L1, QJsonValue::Null);
    } else if (luck < 0.035) {
        made.insert("stream_defects"_L1, QJsonArray{u"missing_terminal"_s});
    }
    return made;
}

QJsonObject FakeWorld::status() const
{
    QJsonObject made = demoJson("status").object();
    made.insert("backends"_L1, m_backends);
    made.insert("attention"_L1, m_attention);
    made.insert("ready"_L1, !m_backends.isEmpty());
    made.insert("paused"_L1, m_isPaused);
    made.insert("totals"_L1, QJsonObject{{u"requests"_s, m_totalRequests},
                                         {u"failures"_s, m_totalFailures},
                                         {u"prompt_tokens"_s, m_promptTokens},
                                         {u"completion_tokens"_s, m_completionTokens},
                                         {u"connections_open"_s, 64}});
    made.insert("today"_L1, QJsonObject{{u"since"_s, u"2026-03-02T00:00:00.000Z"_s},
                                        {u"requests"_s, m_totalRequests},
                                        {u"failures"_s, m_totalFailures},
                                        {u"prompt_tokens"_s, m_promptTokens},
                                        {u"completion_tokens"_s, m_completionTokens}});
    return made;
}

QJsonValue FakeWorld::backend(const QString &name) const
{
    const auto found =
        std::find_if(m_backends.begin(), m_backends.end(),
                     [&](const QJsonValue &one) { return one["name"_L1].toString() == name; });
    return found == m_backends.end() ? QJsonValue() : QJsonValue(*found);
}

bool FakeWorld::act(const QString &name, const QString &action, const QJsonObject &body)
{
    for (QJsonValueRef value : m_backends) {
        QJsonObject changed = value.toObject();
        if (changed["name"_L1].toString() != name) {
            continue;
        }
        if (action == "weight"_L1) {
            const QJsonValue given = body["weight"_L1];
            changed.insert("weight"_L1, given.isNull() ? changed["configured_weight"_L1] : given);
        } else if (action == "drain"_L1 || action == "enable"_L1) {
            changed.insert("draining"_L1, action == "drain"_L1);
        }
        value = changed;
        return true;
    }
    return false;
}

QJsonObject FakeWorld::requests(qint64 after, int limit) const
{
    QJsonArray list;
    for (auto entry = m_requests.rbegin(); entry != m_requests.rend(); ++entry) {
        if (entry->seq <= after || list.size() >= limit) {
            break;
        }
        QJsonObject record = entry->record;
        record.insert("seq"_L1, entry->seq);
        list.append(record);
    }
    return {{u"requests"_s, list}, {u"next"_s, m_seq}, {u"missed"_s, 0}};
}

QJsonObject FakeWorld::history(bool isDay, int points) const
{
    const int spanSeconds = isDay ? 86'400 : 3'600;
    const int count = std::clamp(points, 1, isDay ? 1'440 : 3'600);
    const int step = spanSeconds / count;
    const qint64 startMs = m_nowMs - qint64(spanSeconds) * 1000;
    const int started = isDay ? count / 4 : 0; // since six hours of the day
    QJsonObject series;
    const auto add = [&](const char *name, auto &&value) {
        QJsonArray array;
        for (int i = 0; i < count; ++i) {
            const double seconds = double(startMs / 1000 % 86'400) + double(i) * step;
            const bool isGap = m_totalRequests == 0 || i < started ||
                               (isDay && i > count * 6 / 10 && i < count * 62 / 100);
            array.append(isGap ? QJsonValue(QJsonValue::Null)
                               : QJsonValue(rounded(value(seconds))));
        }
        series.insert(QLatin1String(name), array);
    };
    const auto requests = [&](double s) {
        return std::round(RequestsPerSecond * busy(s, 0.4) * step);
    };
    const auto failures = [&](double s) { return std::round(requests(s) * 0.008 * busy(s, 2.0)); };
    add("requests", requests);
    add("failures", failures);
    add("status_5xx", failures);
    add("status_4xx", [&](double s) { return std::round(requests(s) * 0.006); });
    add("status_2xx",
        [&](double s) { return requests(s) - failures(s) - std::round(requests(s) * 0.006); });
    add("latency_p50_ms", [](double s) { return 640 + 420 * busy(s, 1.1); });
    add("latency_p95_ms", [](double s) { return 1'900 + 1'500 * busy(s, 1.3); });
    add("latency_p99_ms", [](double s) { return 3'600 + 2'900 * busy(s, 1.6); });
    add("ttfb_p50_ms", [](double s) { return 120 + 60 * busy(s, 1.1); });
    add("ttfb_p95_ms", [](double s) { return 310 + 260 * busy(s, 1.4); });
    add("prompt_tokens", [&](double s) { return requests(s) * 630; });
    add("completion_tokens", [&](double s) { return requests(s) * 148; });
    add("cached_tokens", [&](double s) { return requests(s) * 190; });
    add("inflight", [](double s) { return std::round(60 * busy(s, 0.5)); });
    return {{u"range"_s, isDay ? u"day"_s : u"hour"_s},
            {u"step_s"_s, step},
            {u"start"_s, timeText(startMs)},
            {u"end"_s, timeText(m_nowMs)},
            {u"series"_s, series}};
}

} // namespace meridian::ui
