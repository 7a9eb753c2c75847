// SPDX-License-Identifier: MIT
// What a QML test stands on: a Desktop over a gateway that is not there, its calls, and pictures of
// the window.
#pragma once

#include "ui/desktop.h"

#include <QColor>
#include <QObject>
#include <QQuickWindow>
#include <QStringList>
#include <QVariant>

#include <memory>

namespace meridian::tests {

/** Main thread. Nothing happens by itself: the gateway is asked by reset() and step() only. */
class Stage : public QObject
{
    Q_OBJECT
    Q_PROPERTY(meridian::ui::Desktop *desktop READ desktop NOTIFY desktopChanged)

public:
    explicit Stage(QObject *parent = nullptr);
    ~Stage() override;

    [[nodiscard]] ui::Desktop *desktop() const;

    /** A new gateway and a new Desktop: "busy", "empty", "locked" (no keychain), "connecting" or
     * "lost" (answers no more). False: it did not answer. */
    Q_INVOKABLE bool reset(const QString &scene);

    /** The gateway's next second, with as many new requests. False: it did not answer. */
    Q_INVOKABLE bool step(int newRequests);

    /** Calls to a path without query, in order: [{method, path, body}]. */
    Q_INVOKABLE [[nodiscard]] QVariantList callsTo(const QString &path) const;
    Q_INVOKABLE void forgetCalls();

    /** What the gateway answers from now on. */
    Q_INVOKABLE void
    answer(const QString &method, const QString &path, int status, const QVariantMap &body);

    /** The status as the gateway tells it. */
    Q_INVOKABLE [[nodiscard]] QVariantMap status();
    Q_INVOKABLE void disconnectGateway(const QString &problem);

    /** Warnings of the whole program since the last call. */
    Q_INVOKABLE [[nodiscard]] QStringList takeWarnings();

    /** Compares the window with golden/<name>.png; writes that file when MERIDIAN_GOLDEN=write.
     * Empty: they look the same. */
    Q_INVOKABLE [[nodiscard]] QString compare(QQuickWindow *window, const QString &name);

    /** Saves the window as <name>.png in the folder that MERIDIAN_SCREENSHOTS names. Empty: it is
     * written. */
    Q_INVOKABLE [[nodiscard]] QString save(QQuickWindow *window, const QString &name);

    /** Asks a server that never ends its answer, on the playground's first side. False: there is no
     * such server. */
    Q_INVOKABLE bool beginEndlessAnswer();

    /** Puts a question and an answer into both sides of the playground. */
    Q_INVOKABLE void talk();

    /** WCAG's contrast of two colours, 1 to 21. */
    Q_INVOKABLE [[nodiscard]] double contrast(const QColor &one, const QColor &other) const;

Q_SIGNALS:
    void desktopChanged();

private:
    class Parts;

    [[nodiscard]] bool settle();

    std::unique_ptr<Parts> m_parts;
};

} // namespace meridian::tests
