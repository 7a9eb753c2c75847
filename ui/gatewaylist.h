// SPDX-License-Identifier: MIT
// The gateways that the window can show: the one in this process, and others by name.
#pragma once

#include "ui/appsettings.h"
#include "ui/keychain.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <map>
#include <vector>

namespace meridian::ui {

/// Main thread. Names and urls are kept in the settings, admin tokens in the keychain. Without a
/// keychain a token lasts as long as this, and failed() says so. Row 0 is the local gateway.
class GatewayList final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    Q_PROPERTY(int current READ current NOTIFY currentChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    static constexpr std::size_t MaxGateways = 100;

    enum Role { NameRole = Qt::UserRole + 1, UrlRole, IsLocalRole, IsCurrentRole };

    GatewayList(Keychain &keychain, AppSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] int current() const { return m_current; }

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }

    /// Told which gateway is to be shown; `url` is empty for the local one. A function and no
    /// signal: what QML can see holds no token.
    using Select = std::function<void(const QString &url, const Secret &token)>;

    void setSelect(Select select) { m_select = std::move(select); }

    /// The local gateway's address, once it has one.
    void setLocalUrl(const QString &url);

    Q_INVOKABLE void select(int index);
    /// Adds it, or changes the one of this name. A name, an http(s) url, a token or "".
    Q_INVOKABLE bool add(const QString &name, const QString &url, const QString &token);
    Q_INVOKABLE void remove(int index);

Q_SIGNALS:
    void currentChanged();
    void countChanged();
    /// `code`: bad_name | bad_url | too_many | token_not_stored | token_not_read
    void failed(const QString &name, const QString &code, const QString &message);

private:
    struct Row
    {
        QString name;
        QString url;
    };

    void store();

    Keychain &m_keychain;
    AppSettings &m_settings;
    Select m_select;
    std::vector<Row> m_rows;
    std::map<QString, Secret> m_tokens; // of this run, by name
    int m_current = 0;
    quint64 m_selection = 0; // a token that comes for an older one is not used
};

} // namespace meridian::ui
