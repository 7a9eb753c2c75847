// SPDX-License-Identifier: MIT
// What the window is handed: every model, and the few things that concern the program itself.
#pragma once

#include "ui/backendsmodel.h"
#include "ui/currentlink.h"
#include "ui/discoverymodel.h"
#include "ui/gatewaylist.h"
#include "ui/historymodel.h"
#include "ui/keystore.h"
#include "ui/playgroundmodel.h"
#include "ui/requestsmodel.h"
#include "ui/routeeditor.h"
#include "ui/statusmodel.h"

#include <QObject>
#include <QQmlEngine>
#include <QQuickItem>
#include <QUrl>

#include <memory>

namespace meridian::ui {

class Poller;

/// Main thread. Lives as long as the window; owns the models, not the links.
class Desktop final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Main.qml is given one")
    Q_PROPERTY(meridian::ui::StatusModel *status READ status CONSTANT)
    Q_PROPERTY(meridian::ui::BackendsModel *backends READ backends CONSTANT)
    Q_PROPERTY(meridian::ui::RequestsModel *requests READ requests CONSTANT)
    Q_PROPERTY(meridian::ui::HistoryModel *history READ history CONSTANT)
    Q_PROPERTY(meridian::ui::RouteEditor *routes READ routes CONSTANT)
    Q_PROPERTY(meridian::ui::KeyStore *keys READ keys CONSTANT)
    Q_PROPERTY(meridian::ui::PlaygroundModel *playground READ playground CONSTANT)
    Q_PROPERTY(meridian::ui::AppSettings *settings READ settings CONSTANT)
    Q_PROPERTY(meridian::ui::DiscoveryModel *discovery READ discovery CONSTANT)
    Q_PROPERTY(meridian::ui::GatewayList *gateways READ gateways CONSTANT)
    /// Nothing is configured yet: the first page is the one that finds engines.
    Q_PROPERTY(bool isFirstStart READ isFirstStart NOTIFY firstStartChanged)
    Q_PROPERTY(bool paused READ paused NOTIFY pausedChanged)
    /// Only the gateway in this process can be paused.
    Q_PROPERTY(bool canPause READ canPause NOTIFY pausedChanged)
    Q_PROPERTY(QString lastError READ lastError NOTIFY lastErrorChanged)
    /// Milliseconds since the epoch, once a second: what relative times are counted from.
    Q_PROPERTY(double now READ now NOTIFY nowChanged)

public:
    /// What the models stand on; all outlive the desktop.
    struct Surroundings
    {
        Keychain &keychain;
        AppSettings &settings;
        event::Loop &loop;
    };

    /// `link` outlives the desktop; null: none yet. The poller is the caller's to start.
    explicit Desktop(GatewayLink *link, Surroundings surroundings, QObject *parent = nullptr);
    ~Desktop() override;

    [[nodiscard]] StatusModel *status() { return &m_status; }

    [[nodiscard]] BackendsModel *backends() { return &m_backends; }

    [[nodiscard]] RequestsModel *requests() { return &m_requests; }

    [[nodiscard]] HistoryModel *history() { return &m_history; }

    [[nodiscard]] RouteEditor *routes() { return &m_routes; }

    [[nodiscard]] KeyStore *keys() { return &m_keys; }

    [[nodiscard]] PlaygroundModel *playground() { return &m_playground; }

    [[nodiscard]] AppSettings *settings() { return &m_settings; }

    [[nodiscard]] DiscoveryModel *discovery() { return &m_discovery; }

    [[nodiscard]] GatewayList *gateways() { return &m_gateways; }

    [[nodiscard]] CurrentLink &link() { return m_link; }

    [[nodiscard]] Poller &poller() { return *m_poller; }

    [[nodiscard]] bool isFirstStart() const { return m_isFirstStart; }

    [[nodiscard]] bool paused() const;
    [[nodiscard]] bool canPause() const;

    [[nodiscard]] QString lastError() const { return m_lastError; }

    [[nodiscard]] double now() const { return double(m_link.now()); }

    Q_INVOKABLE void copy(const QString &text);
    /// UTF-8, whole or not at all. False: lastError says why.
    Q_INVOKABLE bool saveText(const QUrl &file, const QString &text);
    /// As PNG, in twice the item's size; a toast tells how it ended.
    Q_INVOKABLE void savePicture(QQuickItem *item, const QUrl &file);
    Q_INVOKABLE void quit();
    Q_INVOKABLE void pause(bool isPaused);
    /// A toast's action was pressed; `id` is the one that came with it.
    Q_INVOKABLE void act(const QString &id);

    /// A toast about something that went wrong; also lastError.
    void tell(const QString &message);
    /// A toast with something to press.
    void offer(const QString &text, const QString &actionText, const QString &actionId);

Q_SIGNALS:
    void toast(const QString &text, const QString &actionText, const QString &actionId);
    void firstStartChanged();
    void pausedChanged();
    void lastErrorChanged();
    void nowChanged();
    /// The program should end; main() drains first.
    void quitRequested();
    void pauseRequested(bool isPaused);

private:
    void look();
    void
    onActed(const QString &action, const QString &name, bool succeeded, const QString &message);

    CurrentLink m_link;
    StatusModel m_status;
    BackendsModel m_backends;
    RequestsModel m_requests;
    HistoryModel m_history;
    RouteEditor m_routes;
    AppSettings &m_settings;
    KeyStore m_keys;
    PlaygroundModel m_playground;
    DiscoveryModel m_discovery;
    GatewayList m_gateways;
    std::unique_ptr<Poller> m_poller;
    QString m_lastError;
    bool m_isFirstStart = false;
};

} // namespace meridian::ui
