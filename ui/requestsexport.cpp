// SPDX-License-Identifier: MIT
// The shown requests as a file.
#include "ui/requestsmodel.h"
#include "ui/savefile.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>

#include <cmath>
#include <map>

namespace meridian::ui {

namespace {

/// RFC 4180; a cell that a spreadsheet would take for a formula is made text.
QByteArray cell(const QString &text)
{
    QString safe = text;
    if (!safe.isEmpty() && QStringLiteral("=+-@\t\r").contains(safe.front())) {
        safe.prepend(u'\'');
    }
    if (safe.contains(u',') || safe.contains(u'"') || safe.contains(u'\n') ||
        safe.contains(u'\r')) {
        safe.replace(u'"', QStringLiteral("\"\""));
        safe = u'"' + safe + u'"';
    }
    return safe.toUtf8();
}

QByteArray cell(const RequestRow &row, RequestRow::Field field)
{
    const QVariant value = row.value(field);
    switch (field) {
    case RequestRow::Timestamp:
        return QDateTime::fromMSecsSinceEpoch(row.timestampMs, QTimeZone::utc())
            .toString(Qt::ISODateWithMs)
            .toLatin1();
    case RequestRow::TtfbMs:
    case RequestRow::TotalMs:
        return std::isnan(value.toDouble()) ? QByteArray()
                                            : QByteArray::number(value.toDouble(), 'f', 3);
    case RequestRow::PromptTokens:
    case RequestRow::CompletionTokens:
    case RequestRow::CachedTokens:
        return value.toDouble() < 0 ? QByteArray() : QByteArray::number(value.toLongLong());
    default:
        return cell(value.toString());
    }
}

} // namespace

bool RequestsModel::exportCsv(const QUrl &file)
{
    QByteArray text;
    for (int field = 0; field < RequestRow::FieldCount; ++field) {
        text.append(field == 0 ? "" : ",");
        text.append(RequestRow::fieldName(RequestRow::Field(field)));
    }
    text.append("\r\n");
    for (const Number number : m_shown) {
        for (int field = 0; field < RequestRow::FieldCount; ++field) {
            text.append(field == 0 ? "" : ",");
            text.append(cell(row(number), RequestRow::Field(field)));
        }
        text.append("\r\n");
    }
    return save(file, text);
}

/// Each block is unpacked once, whatever the order of the rows is.
bool RequestsModel::exportJson(const QUrl &file)
{
    std::map<quint32, QHash<QString, std::size_t>> wanted; // block -> id -> place
    for (std::size_t i = 0; i < m_shown.size(); ++i) {
        wanted[row(m_shown[i]).block].insert(row(m_shown[i]).requestId, i);
    }
    std::vector<QByteArray> texts(m_shown.size());
    for (const auto &[block, places] : wanted) {
        for (const QJsonValue &value : m_archive.records(block)) {
            const QJsonObject record = value.toObject();
            const auto place = places.find(record[QLatin1String("request_id")].toString());
            if (place != places.end()) {
                texts[*place] = QJsonDocument(record).toJson(QJsonDocument::Compact);
            }
        }
    }
    QByteArray all("{\"requests\":[\n");
    for (std::size_t i = 0; i < texts.size(); ++i) {
        all.append(i == 0 ? "" : ",\n").append(texts[i]);
    }
    return save(file, all.append("\n]}\n"));
}

bool RequestsModel::save(const QUrl &file, const QByteArray &content)
{
    const QString problem = saveFile(file, content);
    if (!problem.isEmpty()) {
        Q_EMIT exportFailed(problem);
    }
    return problem.isEmpty();
}

} // namespace meridian::ui
