// SPDX-License-Identifier: MIT
// A gateway elsewhere, over HTTP.
#include "ui/remotelink.h"

#include "core/credentials/httpcall.h"

#include <QTimer>

namespace meridian::ui {

namespace {

std::string trimmed(const QString &url)
{
    std::string text = url.trimmed().toStdString();
    while (!text.empty() && text.back() == '/') {
        text.pop_back();
    }
    return text;
}

Secret bearer(const Secret &token)
{
    return token.isEmpty() ? Secret() : Secret("Bearer " + std::string(token.reveal()));
}

} // namespace

RemoteLink::RemoteLink(event::Loop &loop,
                       const QString &url,
                       Secret token,
                       std::chrono::nanoseconds deadline,
                       QObject *parent)
    : GatewayLink(parent)
    , m_loop(loop)
    , m_url(trimmed(url))
    , m_authorization(bearer(token))
    , m_deadline(deadline)
{
}

RemoteLink::~RemoteLink() = default;

QString RemoteLink::address() const
{
    return QString::fromStdString(m_url);
}

void RemoteLink::call(std::string method, std::string path, std::string body, Done done)
{
    if (m_calls.size() >= MaxCalls) {
        QTimer::singleShot(0, this, [done = std::move(done)] {
            done(0, unreachable(RemoteLink::tr("Too many calls wait for an answer.")));
        });
        return;
    }
    credentials::HttpRequest request;
    request.method = std::move(method);
    request.url = m_url + path;
    if (!m_authorization.isEmpty()) {
        request.headers.emplace_back("authorization", m_authorization);
    }
    if (!body.empty()) {
        request.headers.emplace_back("content-type", Secret(std::string_view("application/json")));
        request.body = Secret(std::move(body));
    }
    const std::uint64_t number = m_next++;
    m_calls[number] = std::make_unique<credentials::HttpCall>(
        m_loop, std::move(request),
        [this, number, done = std::move(done)](credentials::HttpAnswer &answer) {
            settle(number, answer, done);
        },
        m_deadline);
}

void RemoteLink::settle(std::uint64_t number, credentials::HttpAnswer &answer, const Done &given)
{
    const Done done = given; // the call that holds it goes
    const auto found = m_calls.find(number);
    m_loop.deleteLater(std::move(found->second));
    m_calls.erase(found);
    const int status = answer.status;
    if (status == 0) {
        const QString reason = QString::fromStdString(answer.detail);
        become(m_wasConnected ? Connection::Reconnecting : Connection::Connecting, reason);
        done(0, unreachable(reason));
        return;
    }
    const std::string_view body = answer.body.reveal();
    QJsonParseError error;
    QJsonDocument json =
        QJsonDocument::fromJson(QByteArray(body.data(), qsizetype(body.size())), &error);
    if (status == 401 || status == 403) {
        become(Connection::Refused, errorMessage(json));
    } else if (error.error != QJsonParseError::NoError) { // somebody else answers there
        const QString reason =
            tr("%1 answers, but not like a Meridian gateway.").arg(QString::fromStdString(m_url));
        become(m_wasConnected ? Connection::Reconnecting : Connection::Connecting, reason);
        done(0, unreachable(reason));
        return;
    } else {
        become(Connection::Connected, {});
    }
    done(status, json);
}

void RemoteLink::become(Connection connection, const QString &problem)
{
    m_wasConnected = m_wasConnected || connection == Connection::Connected;
    if (connection != m_connection || problem != m_problem) {
        m_connection = connection;
        m_problem = problem;
        Q_EMIT changed();
    }
}

} // namespace meridian::ui
