// SPDX-License-Identifier: MIT
#include "service/dryrunapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/recordformat.h"
#include "service/adminanswers.h"
#include "service/jsonfields.h"
#include "service/problemjson.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <optional>

namespace meridian::service {

namespace {

using admin::DryRun;
using config::Diagnostic;

constexpr std::size_t MaxRequests = 500; // tell enough, and cost some milliseconds

struct Order
{
    std::string text;
    std::size_t limit = MaxRequests;
};

std::optional<Order> readOrder(std::string_view body)
{
    const QJsonObject object =
        QJsonDocument::fromJson(
            QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())))
            .object();
    const QJsonValue text = object.value(QLatin1String("text"));
    const QJsonValue limit = object.value(QLatin1String("limit"));
    if (!text.isString()) {
        return std::nullopt;
    }
    Order order{text.toString().toStdString()};
    if (!limit.isUndefined()) {
        const double value = limit.toDouble(0);
        if (value < 1 || value > static_cast<double>(MaxRequests) || std::floor(value) != value) {
            return std::nullopt;
        }
        order.limit = static_cast<std::size_t>(value);
    }
    return order;
}

/// A share of a thousandth is a request of a thousand: two decimals would lose it.
void writeShare(json::JsonWriter &out, std::string_view key, double share)
{
    constexpr double Steps = 10000;
    out.raw(key, QByteArray::number(std::round(share * Steps) / Steps, 'g', 5).toStdString());
}

std::string toJson(const DryRun &run, std::vector<Diagnostic> problems)
{
    if (run.requests < run.available) {
        Diagnostic note;
        note.severity = Diagnostic::Severity::Warning;
        note.path = config::DocumentPath;
        note.message = "with so many backends only the newest " + std::to_string(run.requests) +
                       " of " + std::to_string(run.available) + " requests were routed again";
        problems.push_back(std::move(note));
    }
    json::JsonWriter out;
    out.beginObject();
    integer(out, "requests", run.requests);
    integer(out, "changed", run.changed);
    integer(out, "refused", run.refused);
    out.decimal("span_s", std::chrono::duration<double>(run.span).count());
    out.key("rows").beginArray();
    observe::TimestampFormat timestamps;
    for (const DryRun::Row &row : run.rows) {
        std::string timestamp;
        timestamps.append(timestamp, row.timestamp);
        out.beginObject().string("request_id", row.requestId).string("timestamp", timestamp);
        stringOrNull(out, "model", row.model);
        stringOrNull(out, "from", row.from);
        stringOrNull(out, "to", row.to);
        out.string("why", row.why).endObject();
    }
    out.endArray().key("share").beginArray();
    for (const DryRun::Part &part : run.parts) {
        out.beginObject().string("backend", part.backend);
        writeShare(out, "before", part.shareBefore);
        writeShare(out, "after", part.shareAfter);
        out.endObject();
    }
    out.endArray().key("tokens_per_day").beginArray();
    for (const DryRun::Part &part : run.parts) {
        out.beginObject().string("backend", part.backend);
        out.integer("before", std::llround(part.tokensPerDayBefore));
        out.integer("after", std::llround(part.tokensPerDayAfter)).endObject();
    }
    out.endArray();
    writeProblems(out, "problems", problems);
    return out.endObject().take();
}

} // namespace

DryRunApi::DryRunApi(admin::AdminService &service, Load load)
    : m_service(service)
    , m_load(std::move(load))
{
}

std::string_view DryRunApi::methodsOf(std::string_view path) const
{
    return path == "/meridian/config/dry-run" ? "POST" : "";
}

AdminResponse DryRunApi::answer(const AdminRequest &request)
{
    const auto order = readOrder(request.body);
    if (!order) {
        return errorAnswer(400,
                           "The body must be {\"text\": configuration} and may have \"limit\", a "
                           "whole number from 1 to " +
                               std::to_string(MaxRequests),
                           "invalid_body");
    }
    auto loaded = m_load(order->text);
    if (!loaded) {
        return invalidConfig(loaded.error());
    }
    return jsonAnswer(toJson(m_service.dryRun(request.principal, loaded->settings, order->limit),
                             std::move(loaded->warnings)));
}

} // namespace meridian::service
