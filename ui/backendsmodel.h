// SPDX-License-Identifier: MIT
// Who is serving? A row per backend, changed in place, and what can be done to one.
#pragma once

#include "ui/backendrow.h"

#include <QAbstractListModel>
#include <QJsonArray>
#include <QQmlEngine>
#include <QVariantMap>

namespace meridian::ui {

class GatewayLink;
struct RequestRow;

/// Main thread. Rows are in the order of the configuration.
class BackendsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Desktop has it")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    /// The answer to explain(): {backend, …} as POST /meridian/explain tells it; empty before.
    Q_PROPERTY(QVariantMap explanation READ explanation NOTIFY explanationChanged)

public:
    enum Role {
        Name = Qt::UserRole + 1,
        Url,
        Engine,
        Provider,
        ModelName,
        Models,
        State,
        Inflight,
        MaxConcurrency,
        Waiting,
        LatencyMs,
        LatencyHistory,
        TtfbP95Ms,
        QueueDepth,
        KvUse,
        Weight,
        ConfiguredWeight,
        Share,
        ErrorRate,
        TokensPerSecond,
        StreamDefects,
        StreamDefectList,
        LastProbe,
        ConsecutiveFailures,
        Telemetry,
        Credential,
        KeysRefused,
        Tags,
        Circuits,
        Provenance,
    };
    Q_ENUM(Role)

    /// `link` outlives the model.
    explicit BackendsModel(GatewayLink &link, QObject *parent = nullptr);

    [[nodiscard]] int count() const { return int(m_rows.size()); }

    [[nodiscard]] QVariantMap explanation() const { return m_explanation; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    Q_INVOKABLE void drain(const QString &name);
    Q_INVOKABLE void enable(const QString &name);
    Q_INVOKABLE void probe(const QString &name);
    /// 0 to 1000000; 0 = no traffic.
    Q_INVOKABLE void setWeight(const QString &name, int weight);
    Q_INVOKABLE void resetWeight(const QString &name);
    /// Would a request for this backend's model go there? Answered by `explanation`.
    Q_INVOKABLE void explain(const QString &name);
    /// Every role by its name; empty for a row that is not there.
    Q_INVOKABLE [[nodiscard]] QVariantMap get(int row) const;
    Q_INVOKABLE [[nodiscard]] int rowOf(const QString &name) const;

    /// The `backends` of a status.
    void take(const QJsonArray &backends);
    void noteRequests(const std::vector<RequestRow> &newestFirst);
    /// The `values` of a validation: where each setting of each backend stands.
    void takeProvenance(const QJsonArray &values);
    void reset();

Q_SIGNALS:
    void countChanged();
    void explanationChanged();
    /// An action was answered. `action`: drain, enable, probe, weight, explain. `message` is the
    /// gateway's when it refused, else empty.
    void acted(const QString &action, const QString &name, bool succeeded, const QString &message);

private:
    void order(const QString &name, const char *action, std::string path, std::string body);
    void settle(const QString &action, const QString &name, int status, const QJsonDocument &body);
    void shareWeights();

    GatewayLink &m_link;
    std::vector<BackendRow> m_rows;
    QVariantMap m_explanation;
};

} // namespace meridian::ui
