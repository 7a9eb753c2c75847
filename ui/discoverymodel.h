// SPDX-License-Identifier: MIT
// First start: which engines run on this computer, and the first backend made of one.
#pragma once

#include "ui/gatewaylink.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <vector>

namespace meridian::ui {

/// Main thread. Asks the gateway to look (docs/admin-api.md, /meridian/discovery) and follows it
/// for at most LookingAtMost. add…() writes the configuration: propose or edit, then PUT.
class DiscoveryModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    Q_PROPERTY(bool running READ isRunning NOTIFY runningChanged)
    Q_PROPERTY(bool isAdding READ isAdding NOTIFY runningChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int found READ found NOTIFY countChanged)
    /// The last failure, in the gateway's words; empty after a success.
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)
    Q_PROPERTY(QString address READ address NOTIFY addressChanged)
    /// One line for a shell: a chat completion through the gateway.
    Q_PROPERTY(QString curlLine READ curlLine NOTIFY addressChanged)

public:
    static constexpr std::chrono::seconds LookingAtMost{20};

    enum Role {
        EngineRole = Qt::UserRole + 1,
        UrlRole,
        StateRole, // looking | found | nothing | needs_key | failed
        ProviderRole,
        ModelsRole,
        MessageRole,
        ConfiguredRole,
    };

    explicit DiscoveryModel(GatewayLink &link, QObject *parent = nullptr);

    [[nodiscard]] QString problem() const { return m_problem; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] int count() const { return static_cast<int>(m_places.size()); }

    [[nodiscard]] int found() const;

    [[nodiscard]] bool isRunning() const { return m_isRunning; }

    [[nodiscard]] bool isAdding() const { return m_isAdding; }

    [[nodiscard]] QString address() const { return m_link.address(); }

    [[nodiscard]] QString curlLine() const;

    /// Gives the url of a simulated backend, started when needed; an empty one and a reason when
    /// it does not start. Without one addSimulated() fails.
    using Simulate = std::function<QString(QString &problem)>;

    void setSimulate(Simulate simulate) { m_simulate = std::move(simulate); }

    /// Looks at the usual places; `elsewhere`: urls on other hosts, which the user has named.
    Q_INVOKABLE void start(const QStringList &elsewhere = {});
    Q_INVOKABLE void add(const QString &url);
    /// Every place found that is no backend yet.
    Q_INVOKABLE void addAll();
    /// `keyName`: of the page Keys; without one the environment's usual variable.
    Q_INVOKABLE void addCloud(const QString &provider, const QString &keyName = {});
    Q_INVOKABLE void addSimulated();

Q_SIGNALS:
    void runningChanged();
    void countChanged();
    void problemChanged();
    void addressChanged();
    /// The configuration with the new backends is in force.
    void added(const QStringList &urls);

private:
    struct Place
    {
        QString engine, url, state, provider, message;
        QStringList models;
        bool isConfigured = false;

        bool operator==(const Place &) const = default;
    };

    using Change = std::function<void(const QString &text)>;

    void poll();
    void take(const QJsonDocument &answer);
    void update(std::vector<Place> places);
    void finish(const QString &problem = {});
    void addUrls(const QStringList &urls);
    void addBackend(const QJsonObject &backend, const QStringList &urls);
    void change(const std::string &path, QJsonObject body, const QStringList &urls);
    void put(const QString &text, const QJsonValue &etag, const QStringList &urls);
    void ended(const QString &problem, const QStringList &urls = {});

    GatewayLink &m_link;
    Simulate m_simulate;
    QTimer m_poll;
    qint64 m_lookingSince = 0;
    std::vector<Place> m_places;
    QString m_problem;
    bool m_isRunning = false;
    bool m_isAsking = false;
    bool m_isAdding = false;
};

} // namespace meridian::ui
