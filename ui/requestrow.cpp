// SPDX-License-Identifier: MIT
// One request in the table: what is shown and searched of a record.
#include "ui/requestrow.h"

#include <QDateTime>
#include <QJsonArray>

#include <cmath>
#include <limits>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr std::array<const char *, RequestRow::FieldCount> FieldNames{
    "requestId",    "timestamp", "model",   "servedModel", "backend",      "status",
    "errorType",    "stream",    "ttfbMs",  "totalMs",     "promptTokens", "completionTokens",
    "cachedTokens", "caller",    "surface", "hasDefects",  "translated"};

qint64 tokensOf(const QJsonValue &value)
{
    return value.isDouble() ? value.toInteger(-1) : -1;
}

template <typename T>
int order(T a, T b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

/// Unknown comes before everything known.
int orderKnown(double a, double b)
{
    if (std::isnan(a) || std::isnan(b)) {
        return int(std::isnan(b)) - int(std::isnan(a));
    }
    return order(a, b);
}

} // namespace

QString NamePool::shared(const QString &name)
{
    if (name.isEmpty()) {
        return {};
    }
    if (m_names.size() >= MaxNames) {
        m_names.clear();
    }
    return *m_names.insert(name);
}

const char *RequestRow::fieldName(Field field)
{
    return FieldNames[std::size_t(field)];
}

RequestRow::Field RequestRow::fieldOf(const QString &name)
{
    for (std::size_t i = 0; i < FieldNames.size(); ++i) {
        if (name == QLatin1String(FieldNames[i])) {
            return Field(i);
        }
    }
    return FieldCount;
}

RequestRow RequestRow::of(const QJsonObject &record, NamePool &names)
{
    RequestRow row;
    row.requestId = record["request_id"_L1].toString();
    row.model = names.shared(record["model"_L1].toString());
    row.servedModel = row.model;
    row.backend = names.shared(record["chosen_backend"_L1].toString());
    row.errorType = names.shared(record["error_type"_L1].toString());
    row.caller = names.shared(record["client"_L1].toString());
    row.surface = names.shared(record["surface"_L1].toString());
    row.timestampMs = QDateTime::fromString(record["timestamp"_L1].toString(), Qt::ISODateWithMs)
                          .toMSecsSinceEpoch();
    row.promptTokens = tokensOf(record["prompt_tokens"_L1]);
    row.completionTokens = tokensOf(record["completion_tokens"_L1]);
    row.cachedTokens = tokensOf(record["cached_tokens"_L1]);
    row.totalMs = record["latency_ms"_L1].toDouble();
    row.ttfbMs = record["ttfb_ms"_L1].toDouble(std::numeric_limits<double>::quiet_NaN());
    row.status = record["status_code"_L1].toInt();
    row.isStream = record["stream"_L1].toBool();
    row.hasDefects = !record["stream_defects"_L1].toArray().isEmpty();
    row.isTranslated = record["translated"_L1].toBool();
    return row;
}

QVariant RequestRow::value(Field field) const
{
    switch (field) {
    case RequestId:
        return requestId;
    case Timestamp:
        return double(timestampMs); // a number for QML's Date
    case Model:
        return model;
    case ServedModel:
        return servedModel;
    case Backend:
        return backend;
    case Status:
        return status;
    case ErrorType:
        return errorType;
    case Stream:
        return isStream;
    case TtfbMs:
        return ttfbMs;
    case TotalMs:
        return totalMs;
    case PromptTokens:
        return double(promptTokens);
    case CompletionTokens:
        return double(completionTokens);
    case CachedTokens:
        return double(cachedTokens);
    case Caller:
        return caller;
    case Surface:
        return surface;
    case HasDefects:
        return hasDefects;
    case Translated:
        return isTranslated;
    case FieldCount:
        break;
    }
    return {};
}

int RequestRow::compare(const RequestRow &other, Field field) const
{
    switch (field) {
    case RequestId:
        return requestId.compare(other.requestId);
    case Model:
        return model.compare(other.model, Qt::CaseInsensitive);
    case ServedModel:
        return servedModel.compare(other.servedModel, Qt::CaseInsensitive);
    case Backend:
        return backend.compare(other.backend, Qt::CaseInsensitive);
    case Status:
        return order(status, other.status);
    case ErrorType:
        return errorType.compare(other.errorType);
    case Stream:
        return order(isStream, other.isStream);
    case TtfbMs:
        return orderKnown(ttfbMs, other.ttfbMs);
    case TotalMs:
        return orderKnown(totalMs, other.totalMs);
    case PromptTokens:
        return order(promptTokens, other.promptTokens);
    case CompletionTokens:
        return order(completionTokens, other.completionTokens);
    case CachedTokens:
        return order(cachedTokens, other.cachedTokens);
    case Caller:
        return caller.compare(other.caller);
    case Surface:
        return surface.compare(other.surface);
    case HasDefects:
        return order(hasDefects, other.hasDefects);
    case Translated:
        return order(isTranslated, other.isTranslated);
    case Timestamp:
    case FieldCount:
        break;
    }
    return order(timestampMs, other.timestampMs);
}

} // namespace meridian::ui
