// SPDX-License-Identifier: MIT
// What has been going on: /meridian/history and /meridian/events.
#include "service/watchapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/recordformat.h"
#include "service/adminanswers.h"
#include "service/jsonfields.h"

#include <QByteArray>

#include <cmath>

namespace meridian::service {

namespace {

using admin::History;
using admin::HistoryPoint;
using json::JsonWriter;

constexpr std::string_view HistoryPath = "/meridian/history";
constexpr std::string_view EventsPath = "/meridian/events";
constexpr std::size_t DefaultEvents = 100;
constexpr int BadRequest = 400;
constexpr int NotFound = 404;

std::string timestamp(std::chrono::system_clock::time_point time)
{
    std::string text;
    observe::TimestampFormat().append(text, time);
    return text;
}

/// One array of the answer; `value` gives a point's number, NaN for none.
template <typename Value>
void writeSeries(JsonWriter &out,
                 std::string_view name,
                 const std::vector<HistoryPoint> &points,
                 const Value &value)
{
    out.key(name).beginArray();
    for (const HistoryPoint &point : points) {
        if (!point.isKnown()) {
            out.null();
        } else if constexpr (std::is_same_v<decltype(value(point)), float>) {
            out.decimal(static_cast<double>(value(point))); // NaN is null
        } else {
            out.integer(static_cast<std::int64_t>(value(point)));
        }
    }
    out.endArray();
}

void writeSeries(JsonWriter &out, const std::vector<HistoryPoint> &points)
{
    const auto counts = [&](std::string_view name, std::uint32_t HistoryPoint::*field) {
        writeSeries(out, name, points, [field](const HistoryPoint &p) { return p.*field; });
    };
    const auto times = [&](std::string_view name, float HistoryPoint::*field) {
        writeSeries(out, name, points, [field](const HistoryPoint &p) { return p.*field; });
    };
    counts("requests", &HistoryPoint::requests);
    counts("failures", &HistoryPoint::failures);
    counts("status_2xx", &HistoryPoint::status2xx);
    counts("status_4xx", &HistoryPoint::status4xx);
    counts("status_5xx", &HistoryPoint::status5xx);
    times("latency_p50_ms", &HistoryPoint::latencyP50);
    times("latency_p95_ms", &HistoryPoint::latencyP95);
    times("latency_p99_ms", &HistoryPoint::latencyP99);
    times("ttfb_p50_ms", &HistoryPoint::firstByteP50);
    times("ttfb_p95_ms", &HistoryPoint::firstByteP95);
    counts("prompt_tokens", &HistoryPoint::promptTokens);
    counts("completion_tokens", &HistoryPoint::completionTokens);
    counts("cached_tokens", &HistoryPoint::cachedTokens);
    counts("inflight", &HistoryPoint::inflight);
}

std::string unescaped(std::string_view text)
{
    return QByteArray::fromPercentEncoding(
               QByteArray(text.data(), static_cast<qsizetype>(text.size())))
        .toStdString();
}

} // namespace

std::string_view WatchApi::methodsOf(std::string_view path) const
{
    return path == HistoryPath || path == EventsPath ? "GET, HEAD" : "";
}

AdminResponse WatchApi::answer(const AdminRequest &request)
{
    return request.path == HistoryPath ? history(request) : events(request);
}

AdminResponse WatchApi::history(const AdminRequest &request) const
{
    const std::string_view range = parameter(request.query, "range").value_or("hour");
    if (range != "hour" && range != "day") {
        return errorAnswer(BadRequest,
                           "range must be hour (a point per second) or day (a point "
                           "per minute)",
                           "invalid_range");
    }
    const std::size_t all = range == "hour" ? History::HourSteps : History::DaySteps;
    const auto points = numberParameter(request.query, "points", all);
    if (!points || *points == 0) {
        return errorAnswer(BadRequest, "points must be a whole number from 1 on", "invalid_points");
    }
    const std::string backend = unescaped(parameter(request.query, "backend").value_or(""));
    const auto answer = m_service.history(
        request.principal, range == "hour" ? History::Range::Hour : History::Range::Day, backend,
        static_cast<std::size_t>(std::min<std::uint64_t>(*points, all)));
    if (!answer) {
        return errorAnswer(NotFound,
                           "No history of a backend '" + backend.substr(0, 128) + "': the first " +
                               std::to_string(History::MaxBackends) +
                               " of the configuration have one",
                           "backend_not_found");
    }
    const auto length =
        answer->series.step * static_cast<std::int64_t>(answer->series.points.size());
    JsonWriter out;
    out.beginObject().string("range", range).integer("step_s", answer->series.step.count());
    out.string("start", timestamp(answer->begin)).string("end", timestamp(answer->begin + length));
    out.key("series").beginObject();
    writeSeries(out, answer->series.points);
    return jsonAnswer(out.endObject().endObject().take());
}

AdminResponse WatchApi::events(const AdminRequest &request) const
{
    const auto after = numberParameter(request.query, "after", 0);
    const auto limit = numberParameter(request.query, "limit", DefaultEvents);
    if (!after) {
        return errorAnswer(BadRequest, "after must be the number of an event", "invalid_after");
    }
    if (!limit || *limit == 0) {
        return errorAnswer(BadRequest,
                           "limit must be a whole number from 1 to " +
                               std::to_string(observe::EventLog::Capacity),
                           "invalid_limit");
    }
    const bool isFollowing = parameter(request.query, "after").has_value();
    const auto page = m_service.events(
        request.principal, isFollowing ? after : std::nullopt,
        static_cast<std::size_t>(std::min<std::uint64_t>(*limit, observe::EventLog::Capacity)));
    JsonWriter out;
    out.beginObject().key("events").beginArray();
    for (const observe::Event &event : page.events) {
        out.raw(toJson(event));
    }
    out.endArray();
    integer(out, "next", page.next);
    return jsonAnswer(out.boolean("missed", page.missed).endObject().take());
}

} // namespace meridian::service
