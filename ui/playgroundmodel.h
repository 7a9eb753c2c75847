// SPDX-License-Identifier: MIT
// The playground: a question to one model, or to two side by side.
#pragma once

#include "ui/gatewaylink.h"
#include "ui/playgroundside.h"

#include <QVariantList>

namespace meridian::ui {

/// Main thread. Talks to the gateway's data port as any client does; nothing is stored.
class PlaygroundModel final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    /// {id, backend, price}, by backend and name.
    Q_PROPERTY(QVariantList models READ models NOTIFY modelsChanged)
    Q_PROPERTY(QList<meridian::ui::PlaygroundSide *> sides READ sides NOTIFY compareChanged)
    Q_PROPERTY(meridian::ui::PlaygroundSide *first READ first CONSTANT)
    Q_PROPERTY(meridian::ui::PlaygroundSide *second READ second CONSTANT)
    Q_PROPERTY(bool compare READ isComparing WRITE setCompare NOTIFY compareChanged)
    Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY promptChanged)
    Q_PROPERTY(bool isBusy READ isBusy NOTIFY busyChanged)
    /// "" | empty | no_model | no_gateway | busy | too_long
    Q_PROPERTY(QString whyNotSent READ whyNotSent NOTIFY busyChanged)

public:
    static constexpr qsizetype MaxText = 200'000;

    PlaygroundModel(GatewayLink &link, event::Loop &loop, QObject *parent = nullptr);

    [[nodiscard]] QVariantList models() const { return m_models; }

    [[nodiscard]] QString whyNotSent() const { return m_whyNotSent; }

    [[nodiscard]] QList<PlaygroundSide *> sides();

    [[nodiscard]] PlaygroundSide *first() { return &m_first; }

    [[nodiscard]] PlaygroundSide *second() { return &m_second; }

    [[nodiscard]] bool isComparing() const { return m_isComparing; }

    void setCompare(bool on);

    [[nodiscard]] QString systemPrompt() const { return m_systemPrompt; }

    void setSystemPrompt(const QString &prompt);
    [[nodiscard]] bool isBusy() const;

    /// By backend: {prompt_per_1m, completion_per_1m}, as the configuration has them.
    void setPrices(const QVariantMap &prices);

    /// To every side shown, once each. False: see whyNotSent.
    Q_INVOKABLE bool send(const QString &text);
    Q_INVOKABLE void stop();
    Q_INVOKABLE void clear();
    /// Reads the models again.
    Q_INVOKABLE void refresh();

Q_SIGNALS:
    void modelsChanged();
    void compareChanged();
    void promptChanged();
    void busyChanged();

private:
    void take(const QJsonDocument &backends);
    void choosePrices();
    [[nodiscard]] QString obstacle(const QString &text) const;

    GatewayLink &m_link;
    PlaygroundSide m_first;
    PlaygroundSide m_second;
    QVariantList m_models;
    QVariantMap m_prices;
    QString m_systemPrompt, m_whyNotSent;
    bool m_isComparing = false;
};

} // namespace meridian::ui
