// SPDX-License-Identifier: MIT
// What happened to this request? The live table, newest first, filtered and sorted.
#include "ui/requestsmodel.h"

#include "ui/curlline.h"
#include "ui/gatewaylink.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

QVariantList pairsOf(const QJsonObject &object, const QString &key, const QString &value)
{
    QVariantList list;
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        list.append(QVariantMap{{key, entry.key()}, {value, entry.value().toVariant()}});
    }
    return list;
}

/// In the order in which an exchange goes through them (docs/architecture.md).
QVariantList stagesOf(const QJsonObject &stages)
{
    QVariantList list;
    for (const char *const name : {"accept", "read_head", "admit", "identify", "collect", "scan",
                                   "filter", "route", "lease", "send", "relay", "settle"}) {
        if (const QJsonValue ms = stages[QLatin1String(name)]; ms.isDouble()) {
            list.append(
                QVariantMap{{u"name"_s, QString::fromLatin1(name)}, {u"ms"_s, ms.toDouble()}});
        }
    }
    return list;
}

} // namespace

RequestsModel::RequestsModel(GatewayLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
}

int RequestsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant RequestsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const int field = role - Qt::UserRole - 1;
    return field < 0 || field >= RequestRow::FieldCount
               ? QVariant()
               : row(m_shown[std::size_t(index.row())]).value(RequestRow::Field(field));
}

QHash<int, QByteArray> RequestsModel::roleNames() const
{
    QHash<int, QByteArray> names;
    for (int field = 0; field < RequestRow::FieldCount; ++field) {
        names.insert(Qt::UserRole + 1 + field, RequestRow::fieldName(RequestRow::Field(field)));
    }
    // A role called `model` would hide the `model` that QML gives a delegate.
    names.insert(Qt::UserRole + 1 + RequestRow::Model, "modelName");
    return names;
}

bool RequestsModel::isLive() const
{
    return !m_isFrozen && m_sortField == RequestRow::Timestamp && m_isDescending;
}

std::vector<RequestRow> RequestsModel::take(const QJsonArray &newestFirst, int missed)
{
    m_missed += missed;
    std::vector<RequestRow> rows;
    if (!newestFirst.isEmpty()) {
        rows.reserve(std::size_t(newestFirst.size()));
        const quint32 block = m_archive.add(newestFirst);
        for (const QJsonValue &record : newestFirst) {
            rows.push_back(RequestRow::of(record.toObject(), m_names));
            rows.back().block = block;
        }
        std::vector<RequestRow> oldestFirst(rows.rbegin(), rows.rend());
        if (isLive()) {
            append(std::move(oldestFirst));
        } else {
            hold(std::move(oldestFirst));
        }
    }
    if (!newestFirst.isEmpty() || missed > 0) {
        Q_EMIT countsChanged();
    }
    return rows;
}

/// What is shown stays as it is.
void RequestsModel::hold(std::vector<RequestRow> &&oldestFirst)
{
    for (RequestRow &row : oldestFirst) {
        m_pendingShown += int(m_filter.matches(row));
        m_pending.push_back(std::move(row));
    }
    while (m_pending.size() > std::size_t(Capacity)) {
        m_pendingShown -= int(m_filter.matches(m_pending.front()));
        m_archive.release(m_pending.front().block);
        m_pending.pop_front();
    }
}

/// At the cap the oldest go first, in one go, so that there are never more rows than the cap.
void RequestsModel::append(std::vector<RequestRow> &&oldestFirst)
{
    const std::size_t all = m_rows.size() + oldestFirst.size();
    if (all > std::size_t(Capacity)) {
        dropOldest(std::min(all - std::size_t(Capacity), m_rows.size()));
    }
    std::vector<Number> shown;
    for (RequestRow &row : oldestFirst) {
        if (m_filter.matches(row)) {
            shown.push_back(m_first + m_rows.size());
        }
        m_rows.push_back(std::move(row));
    }
    if (!shown.empty()) {
        beginInsertRows({}, 0, int(shown.size()) - 1);
        for (const Number number : shown) {
            m_shown.push_front(number);
        }
        endInsertRows();
    }
}

/// Live, these are the last ones of what is shown.
void RequestsModel::dropOldest(std::size_t rows)
{
    const Number first = m_first + rows;
    const auto kept = std::find_if(m_shown.rbegin(), m_shown.rend(),
                                   [&](Number number) { return number >= first; });
    const auto gone = int(kept - m_shown.rbegin());
    if (gone > 0) {
        beginRemoveRows({}, count() - gone, count() - 1);
        m_shown.erase(m_shown.end() - gone, m_shown.end());
        endRemoveRows();
    }
    for (std::size_t i = 0; i < rows; ++i) {
        m_archive.release(m_rows[i].block);
    }
    m_rows.erase(m_rows.begin(), m_rows.begin() + std::ptrdiff_t(rows));
    m_first = first;
}

bool RequestsModel::isBefore(Number a, Number b) const
{
    const int order = m_sortField == RequestRow::Timestamp
                          ? (a < b ? -1 : 1) // as they came: clocks may be set back
                          : row(a).compare(row(b), m_sortField);
    if (order == 0) {
        return a > b; // newest first among equals
    }
    return m_isDescending ? order > 0 : order < 0;
}

/// After a change of filter, order or freezing: what waits comes in, unless it has to wait on.
void RequestsModel::rebuild()
{
    beginResetModel();
    if (!m_isFrozen) {
        for (RequestRow &row : m_pending) {
            m_rows.push_back(std::move(row));
        }
        m_pending.clear();
        while (m_rows.size() > std::size_t(Capacity)) {
            m_archive.release(m_rows.front().block);
            m_rows.pop_front();
            ++m_first;
        }
    }
    m_pendingShown =
        int(std::count_if(m_pending.begin(), m_pending.end(),
                          [this](const RequestRow &row) { return m_filter.matches(row); }));
    m_shown.clear();
    for (std::size_t i = m_rows.size(); i-- > 0;) {
        if (m_filter.matches(m_rows[i])) {
            m_shown.push_back(m_first + i);
        }
    }
    if (m_sortField != RequestRow::Timestamp || !m_isDescending) {
        std::sort(m_shown.begin(), m_shown.end(),
                  [this](Number a, Number b) { return isBefore(a, b); });
    }
    endResetModel();
    Q_EMIT countsChanged();
}

void RequestsModel::setFilter(const QString &text)
{
    if (text == m_filter.text()) {
        return;
    }
    RequestFilter::Parsed parsed = RequestFilter::parse(text);
    m_filter = std::move(parsed.filter);
    m_filterError = parsed.error;
    rebuild();
    Q_EMIT filterChanged();
}

QString RequestsModel::sortRole() const
{
    return QString::fromLatin1(RequestRow::fieldName(m_sortField));
}

void RequestsModel::setSortRole(const QString &role)
{
    const RequestRow::Field field = RequestRow::fieldOf(role);
    if (field == m_sortField || field == RequestRow::FieldCount) {
        return;
    }
    m_sortField = field;
    rebuild();
    Q_EMIT sortChanged();
}

void RequestsModel::setSortDescending(bool isDescending)
{
    if (isDescending != m_isDescending) {
        m_isDescending = isDescending;
        rebuild();
        Q_EMIT sortChanged();
    }
}

void RequestsModel::setFrozen(bool isFrozen)
{
    const bool isAnother = isFrozen != m_isFrozen;
    m_isFrozen = isFrozen;
    if (!isFrozen && !m_pending.empty()) {
        rebuild(); // also when it was the order that made them wait
    }
    if (isAnother) {
        Q_EMIT frozenChanged();
    }
}

void RequestsModel::clear()
{
    beginResetModel();
    m_first += m_rows.size();
    m_rows.clear();
    m_pending.clear();
    m_shown.clear();
    m_archive.clear();
    m_pendingShown = 0;
    m_missed = 0;
    endResetModel();
    Q_EMIT countsChanged();
}

const RequestRow *RequestsModel::find(const QString &requestId) const
{
    for (const auto *const rows : {&m_rows, &m_pending}) {
        const auto found = std::find_if(rows->rbegin(), rows->rend(), [&](const RequestRow &row) {
            return row.requestId == requestId;
        });
        if (found != rows->rend()) {
            return &*found;
        }
    }
    return nullptr;
}

int RequestsModel::rowOf(const QString &requestId) const
{
    const auto found = std::find_if(m_shown.begin(), m_shown.end(), [&](Number number) {
        return row(number).requestId == requestId;
    });
    return found == m_shown.end() ? -1 : int(found - m_shown.begin());
}

QVariantMap RequestsModel::get(int row) const
{
    QVariantMap map;
    if (row >= 0 && row < count()) {
        for (int field = 0; field < RequestRow::FieldCount; ++field) {
            const auto known = RequestRow::Field(field);
            map.insert(QString::fromLatin1(RequestRow::fieldName(known)),
                       this->row(m_shown[std::size_t(row)]).value(known));
        }
    }
    return map;
}

QJsonObject RequestsModel::record(const QString &requestId) const
{
    const RequestRow *const row = find(requestId);
    return row == nullptr ? QJsonObject() : m_archive.record(row->block, requestId);
}

QVariantMap RequestsModel::details(const QString &requestId) const
{
    const QJsonObject json = record(requestId);
    if (json.isEmpty()) {
        return {};
    }
    QVariantMap map = json.toVariantMap();
    map.insert(u"stages"_s, stagesOf(json["stages"_L1].toObject()));
    map.insert(u"attempts"_s, json["attempts_detail"_L1].toArray().toVariantList());
    map.insert(u"attemptCount"_s, json["attempts"_L1].toInt());
    map.insert(u"verdicts"_s,
               pairsOf(json["route"_L1]["verdicts"_L1].toObject(), u"backend"_s, u"verdict"_s));
    return map;
}

QString RequestsModel::curlLine(const QString &requestId) const
{
    const RequestRow *const row = find(requestId);
    return row == nullptr ? QString()
                          : curlLineOf(m_link.address(), row->surface, row->model, row->isStream);
}

QString RequestsModel::jsonText(const QString &requestId) const
{
    const QJsonObject json = record(requestId);
    return json.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(json).toJson());
}

} // namespace meridian::ui
