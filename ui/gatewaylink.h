// SPDX-License-Identifier: MIT
// How the window asks a gateway something: the one in this process, one elsewhere, or a fake.
#pragma once

#include <QJsonDocument>
#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <string>

namespace meridian::ui {

/// Main thread only. Every call is answered exactly once, later, on the main thread, within the
/// link's deadline; a link that ends first answers nothing.
class GatewayLink : public QObject
{
    Q_OBJECT

public:
    enum class Connection {
        Connecting,   // no answer yet
        Connected,    // the last call was answered
        Reconnecting, // it was answered before, not now
        Refused,      // answered, but not to us: the token is missing or wrong
        Stopped,      // there is no gateway to ask, and nobody is trying
    };
    Q_ENUM(Connection)

    /// `status` is HTTP's, 0 when there was no answer; the body is then the error object that an
    /// answer would have had, with code `unreachable`.
    using Done = std::function<void(int status, const QJsonDocument &body)>;

    using QObject::QObject;

    /// `path` with query, percent-encoded. `body`: JSON or empty.
    virtual void call(std::string method, std::string path, std::string body, Done done) = 0;

    /// As call(), but `done` is dropped once `context` is gone.
    void ask(QObject &context, std::string method, std::string path, std::string body, Done done)
    {
        call(std::move(method), std::move(path), std::move(body),
             [guard = QPointer<QObject>(&context),
              done = std::move(done)](int status, const QJsonDocument &answer) {
                 if (guard) {
                     done(status, answer);
                 }
             });
    }

    /// The data port, as a client would write it: "http://127.0.0.1:8080"; empty while there is
    /// none.
    [[nodiscard]] virtual QString address() const = 0;

    [[nodiscard]] virtual Connection connection() const = 0;

    /// Why it is not connected, for a person; empty when it is.
    [[nodiscard]] virtual QString problem() const = 0;

    /// In this process: can be paused, and its keychain is ours.
    [[nodiscard]] virtual bool isLocal() const { return false; }

    /// Milliseconds since the epoch, as the gateway's records count; a fake's clock stands still.
    [[nodiscard]] virtual qint64 now() const;

Q_SIGNALS:
    /// connection(), address() or problem() is another.
    void changed();

    /// Another gateway answers from now on: what was read is worthless.
    void replaced();
};

/// The error object of an answer that never came.
[[nodiscard]] QJsonDocument unreachable(const QString &reason);

/// What a gateway's error answer says; empty when it says nothing.
[[nodiscard]] QString errorMessage(const QJsonDocument &answer);
[[nodiscard]] QString errorCode(const QJsonDocument &answer);

} // namespace meridian::ui
