// SPDX-License-Identifier: MIT
// One backend in the table: the gateway's object, and what the window makes of it.
#include "ui/backendrow.h"

#include "ui/requestrow.h"

#include <algorithm>
#include <limits>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qint64 AnswersKeptMs = 60'000;
constexpr qint64 TokensSpanMs = 10'000;
constexpr std::size_t MaxAnswers = 4'096;

} // namespace

QString BackendRow::state() const
{
    if (json["draining"_L1].toBool()) {
        return json["inflight"_L1].toInt() > 0 ? u"draining"_s : u"drained"_s;
    }
    if (json["idle"_L1].toBool()) {
        return u"idle"_s;
    }
    if (!json["healthy"_L1].toBool()) {
        return u"unhealthy"_s;
    }
    const QString circuit = json["circuit"_L1]["state"_L1].toString();
    if (circuit == "open"_L1) {
        return u"breaker_open"_s;
    }
    if (circuit == "half_open"_L1) {
        return u"breaker_half_open"_s;
    }
    return json["weight"_L1].toInt() == 0 ? u"no_traffic"_s : u"healthy"_s;
}

double BackendRow::number(const char *field) const
{
    return json[QLatin1String(field)].toDouble(std::numeric_limits<double>::quiet_NaN());
}

double BackendRow::errorRate() const
{
    if (answers.empty()) {
        return 0;
    }
    const auto errors = std::count_if(answers.begin(), answers.end(),
                                      [](const Answer &answer) { return answer.isError; });
    return double(errors) / double(answers.size());
}

/// The engine's own figure, where it tells one; else what its answers of the last seconds held.
double BackendRow::tokensPerSecond() const
{
    if (json["tokens_per_sec"_L1].isDouble()) {
        return number("tokens_per_sec");
    }
    if (answers.empty()) {
        return 0;
    }
    qint64 tokens = 0;
    for (auto answer = answers.rbegin();
         answer != answers.rend() && answer->atMs > lookedAtMs - TokensSpanMs; ++answer) {
        tokens += std::max<qint64>(answer->tokens, 0);
    }
    return double(tokens) * 1000.0 / double(TokensSpanMs);
}

int BackendRow::defectCount() const
{
    int count = 0;
    for (const QJsonValue &seen : json["stream_defects"_L1].toObject()) {
        count += seen.toInt();
    }
    return count;
}

QVariantList BackendRow::defectList() const
{
    QVariantList list;
    const QJsonObject defects = json["stream_defects"_L1].toObject();
    for (auto defect = defects.begin(); defect != defects.end(); ++defect) {
        list.append(QVariantMap{{u"defect"_s, defect.key()}, {u"count"_s, defect.value().toInt()}});
    }
    return list;
}

QVariantList BackendRow::latencyHistory() const
{
    QVariantList list;
    list.reserve(qsizetype(latencies.size()));
    for (const double latency : latencies) {
        list.append(latency);
    }
    return list;
}

void BackendRow::noteLook()
{
    if (latencies.size() == HistoryPoints) {
        latencies.erase(latencies.begin());
    }
    latencies.push_back(number("ewma_latency_ms"));
}

void BackendRow::noteRequest(const RequestRow &request)
{
    if (answers.size() == MaxAnswers) {
        answers.pop_front();
    }
    answers.push_back({request.timestampMs, request.completionTokens, request.isError()});
}

void BackendRow::age(qint64 nowMs)
{
    lookedAtMs = nowMs;
    while (!answers.empty() && answers.front().atMs < nowMs - AnswersKeptMs) {
        answers.pop_front();
    }
}

} // namespace meridian::ui
