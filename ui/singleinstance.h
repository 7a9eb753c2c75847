// SPDX-License-Identifier: MIT
// One window per user: a second start raises the first.
#pragma once

#include <QLocalServer>
#include <QObject>

namespace meridian::ui {

/// Main thread. A local socket that only this user can open; who finds it taken knocks and goes.
class SingleInstance final : public QObject
{
    Q_OBJECT

public:
    /// `name`: of the socket; programs of the same name exclude each other.
    explicit SingleInstance(const QString &name, QObject *parent = nullptr);

    /// True: this is the only one. False: the other one has been asked to show itself. Waits for it
    /// a second at most, once, before anything is shown.
    [[nodiscard]] bool acquire();

Q_SIGNALS:
    void raiseRequested();

private:
    [[nodiscard]] bool knock();
    void onKnock();

    const QString m_name;
    QLocalServer m_server;
};

} // namespace meridian::ui
