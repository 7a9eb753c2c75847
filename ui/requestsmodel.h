// SPDX-License-Identifier: MIT
// What happened to this request? The live table, newest first, filtered and sorted.
#pragma once

#include "ui/recordarchive.h"
#include "ui/requestfilter.h"
#include "ui/requestrow.h"

#include <QAbstractListModel>
#include <QJsonArray>
#include <QQmlEngine>
#include <QUrl>
#include <QVariantMap>

#include <deque>

namespace meridian::ui {

class GatewayLink;

/// Main thread. Each batch of new requests is one insertion and, at the cap, one removal, whatever
/// its size. Frozen, or in any order but newest first, what is shown stays: new requests wait
/// (pendingCount) until frozen is set to false, and the oldest of these go when they are too many.
class RequestsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Desktop has it")
    /// Plain words: `status:5xx backend:fast model:x >2s error stream`; see RequestFilter.
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
    Q_PROPERTY(QString filterError READ filterError NOTIFY filterChanged)
    /// A role's name; "timestamp" as it begins.
    Q_PROPERTY(QString sortRole READ sortRole WRITE setSortRole NOTIFY sortChanged)
    Q_PROPERTY(bool sortDescending READ sortDescending WRITE setSortDescending NOTIFY sortChanged)
    Q_PROPERTY(bool frozen READ frozen WRITE setFrozen NOTIFY frozenChanged)
    Q_PROPERTY(int pendingCount READ pendingCount NOTIFY countsChanged)
    Q_PROPERTY(int count READ count NOTIFY countsChanged)
    Q_PROPERTY(int totalCount READ totalCount NOTIFY countsChanged)
    /// Requests that the gateway forgot before they were asked for.
    Q_PROPERTY(int missedCount READ missedCount NOTIFY countsChanged)

public:
    static constexpr int Capacity = 10'000;

    /// Role numbers: RequestRow::Field + Qt::UserRole + 1.
    explicit RequestsModel(GatewayLink &link, QObject *parent = nullptr);

    [[nodiscard]] QString filter() const { return m_filter.text(); }

    void setFilter(const QString &text);

    [[nodiscard]] QString filterError() const { return m_filterError; }

    [[nodiscard]] QString sortRole() const;
    void setSortRole(const QString &role);

    [[nodiscard]] bool sortDescending() const { return m_isDescending; }

    void setSortDescending(bool isDescending);

    [[nodiscard]] bool frozen() const { return m_isFrozen; }

    void setFrozen(bool isFrozen);

    [[nodiscard]] int pendingCount() const { return m_pendingShown; }

    [[nodiscard]] int count() const { return int(m_shown.size()); }

    [[nodiscard]] int totalCount() const { return int(m_rows.size()); }

    [[nodiscard]] int missedCount() const { return m_missed; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The whole record, and of it `stages` [{name, ms}], `attempts`, `verdicts` [{backend,
    /// verdict}] as lists; empty when it is gone.
    Q_INVOKABLE [[nodiscard]] QVariantMap details(const QString &requestId) const;
    Q_INVOKABLE [[nodiscard]] QVariantMap get(int row) const;
    Q_INVOKABLE [[nodiscard]] int rowOf(const QString &requestId) const;
    /// For a POSIX shell. Prompts are not kept: the body holds a placeholder.
    Q_INVOKABLE [[nodiscard]] QString curlLine(const QString &requestId) const;
    Q_INVOKABLE [[nodiscard]] QString jsonText(const QString &requestId) const;
    /// What is shown, in its order. False: see exportFailed.
    Q_INVOKABLE bool exportCsv(const QUrl &file);
    Q_INVOKABLE bool exportJson(const QUrl &file);
    Q_INVOKABLE void clear();

    /// The `requests` of GET /meridian/requests, newest first; returns their rows in that order.
    std::vector<RequestRow> take(const QJsonArray &newestFirst, int missed = 0);

Q_SIGNALS:
    void filterChanged();
    void sortChanged();
    void frozenChanged();
    void countsChanged();
    void exportFailed(const QString &message);

private:
    using Number = quint64; // of a row, counted since the start: m_first + index in m_rows

    [[nodiscard]] const RequestRow &row(Number number) const { return m_rows[number - m_first]; }

    [[nodiscard]] const RequestRow *find(const QString &requestId) const;
    [[nodiscard]] bool isLive() const;
    [[nodiscard]] bool isBefore(Number a, Number b) const;
    void append(std::vector<RequestRow> &&oldestFirst);
    void dropOldest(std::size_t rows);
    void hold(std::vector<RequestRow> &&oldestFirst);
    [[nodiscard]] QJsonObject record(const QString &requestId) const;
    bool save(const QUrl &file, const QByteArray &content);
    void rebuild();

    GatewayLink &m_link;
    RecordArchive m_archive;
    NamePool m_names;
    std::deque<RequestRow> m_rows;    // oldest first
    std::deque<RequestRow> m_pending; // while frozen, oldest first
    std::deque<Number> m_shown;       // as displayed
    Number m_first = 0;
    RequestFilter m_filter;
    QString m_filterError;
    RequestRow::Field m_sortField = RequestRow::Timestamp;
    int m_pendingShown = 0; // of m_pending, those that pass the filter
    int m_missed = 0;
    bool m_isDescending = true;
    bool m_isFrozen = false;
};

} // namespace meridian::ui
