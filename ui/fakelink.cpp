// SPDX-License-Identifier: MIT
// A gateway that is not there: canned answers for `--demo`, for pictures and for tests.
#include "ui/fakelink.h"

#include "ui/demofiles.h"
#include "ui/fakeworld.h"

#include <QCryptographicHash>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

#include <iterator>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

std::string withoutQuery(const std::string &path)
{
    return path.substr(0, path.find('?'));
}

QUrlQuery queryOf(const std::string &path)
{
    const std::size_t mark = path.find('?');
    return QUrlQuery(mark == std::string::npos ? QString()
                                               : QString::fromStdString(path.substr(mark + 1)));
}

QJsonObject notFound(const QString &message, const QString &code)
{
    return {{u"error"_s, QJsonObject{{u"message"_s, message},
                                     {u"type"_s, u"invalid_request_error"_s},
                                     {u"code"_s, code},
                                     {u"param"_s, QJsonValue::Null}}}};
}

QString etagOf(const QString &text)
{
    return QString::fromLatin1(
        QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex());
}

} // namespace

FakeLink::FakeLink(QObject *parent)
    : GatewayLink(parent)
    , m_world(std::make_unique<FakeWorld>(Now))
    , m_config(demoConfig())
{
}

FakeLink::~FakeLink() = default;

QString FakeLink::address() const
{
    return u"http://127.0.0.1:8080"_s;
}

void FakeLink::live()
{
    auto *const timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this] { step(); });
    timer->start(std::chrono::seconds(1));
}

void FakeLink::step(int newRequests)
{
    m_now += 1000;
    m_world->step(m_now, newRequests);
}

void FakeLink::setEmpty()
{
    m_world->clear();
    m_config.clear();
}

void FakeLink::answer(const std::string &method,
                      const std::string &path,
                      int status,
                      QJsonDocument body)
{
    m_canned[method + " " + path] = {status, std::move(body)};
}

void FakeLink::answer(const std::string &method, const std::string &path, QJsonObject body)
{
    answer(method, path, 200, QJsonDocument(std::move(body)));
}

void FakeLink::setSilent(bool isSilent)
{
    m_isSilent = isSilent;
}

void FakeLink::setPaused(bool isPaused)
{
    m_world->setPaused(isPaused);
}

void FakeLink::setConnection(Connection connection, const QString &problem)
{
    m_connection = connection;
    m_problem = problem;
    Q_EMIT changed();
}

std::vector<FakeLink::Call> FakeLink::callsTo(const std::string &path) const
{
    std::vector<Call> found;
    std::copy_if(m_calls.begin(), m_calls.end(), std::back_inserter(found),
                 [&](const Call &call) { return withoutQuery(call.path) == path; });
    return found;
}

void FakeLink::call(std::string method, std::string path, std::string body, Done done)
{
    if (m_calls.size() == KeptCalls) {
        m_calls.erase(m_calls.begin());
    }
    m_calls.push_back({method, path, body});
    QTimer::singleShot(0, this, [this, call = m_calls.back(), done = std::move(done)] {
        if (m_isSilent) {
            done(0, unreachable(u"connection refused"_s));
            return;
        }
        const Canned canned = answerTo(call);
        done(canned.status, canned.body);
    });
}

FakeLink::Canned FakeLink::answerTo(const Call &call)
{
    const std::string path = withoutQuery(call.path);
    const std::string key = call.method + " " + path;
    if (const auto set = m_canned.find(key); set != m_canned.end()) {
        return set->second;
    }
    const QUrlQuery query = queryOf(call.path);
    if (key == "GET /meridian/status") {
        return {200, QJsonDocument(m_world->status())};
    }
    if (key == "GET /meridian/requests") {
        const qint64 after = query.queryItemValue(u"after"_s).toLongLong();
        const int limit =
            query.hasQueryItem(u"limit"_s) ? query.queryItemValue(u"limit"_s).toInt() : 100;
        return {200, QJsonDocument(m_world->requests(after, limit))};
    }
    if (key == "GET /meridian/history") {
        const bool isDay = query.queryItemValue(u"range"_s) == "day"_L1;
        const int points =
            query.hasQueryItem(u"points"_s) ? query.queryItemValue(u"points"_s).toInt() : 3'600;
        return {200, QJsonDocument(m_world->history(isDay, points))};
    }
    if (key == "GET /meridian/backends") {
        return {200, QJsonDocument(QJsonObject{{u"backends"_s, m_world->status()["backends"_L1]}})};
    }
    if (path.rfind("/meridian/backends/", 0) == 0) {
        return actOnBackend(path, call);
    }
    if (path.rfind("/meridian/config", 0) == 0) {
        return answerToConfig(key, call);
    }
    const QJsonObject answers = demoJson("answers").object();
    const QJsonValue found = answers[QString::fromStdString(key)];
    return found.isObject()
               ? Canned{200, QJsonDocument(found.toObject())}
               : Canned{404, QJsonDocument(notFound(u"No such path in the demonstration: "_s +
                                                        QString::fromStdString(key),
                                                    u"unknown_path"_s))};
}

FakeLink::Canned FakeLink::actOnBackend(const std::string &path, const Call &call)
{
    const QStringList parts = QString::fromStdString(path).split(u'/');
    const QString name = QUrl::fromPercentEncoding(parts.value(3).toUtf8());
    const QJsonObject body = QJsonDocument::fromJson(QByteArray::fromStdString(call.body)).object();
    if ((parts.size() > 4 && !m_world->act(name, parts.at(4), body)) ||
        !m_world->backend(name).isObject()) {
        return {404,
                QJsonDocument(notFound(u"No backend '%1'"_s.arg(name), u"backend_not_found"_s))};
    }
    return {200, QJsonDocument(m_world->backend(name).toObject())};
}

/// One document, which can be replaced; what is said about it is canned.
FakeLink::Canned FakeLink::answerToConfig(const std::string &key, const Call &call)
{
    const QJsonObject body = QJsonDocument::fromJson(QByteArray::fromStdString(call.body)).object();
    const QJsonObject answers = demoJson("answers").object();
    QJsonObject answer = answers[QString::fromStdString(key)].toObject();
    if (key == "GET /meridian/config") {
        answer.insert("text"_L1, m_config);
        answer.insert("etag"_L1, etagOf(m_config));
    } else if (key == "POST /meridian/config/edit") {
        answer.insert("text"_L1, body["text"_L1]);
    } else if (key == "PUT /meridian/config") {
        m_config = body["text"_L1].toString();
        answer.insert("etag"_L1, etagOf(m_config));
    } else if (key == "POST /meridian/config/undo") {
        m_config = demoConfig();
        answer.insert("etag"_L1, etagOf(m_config));
    } else if (key.rfind("GET /meridian/config/history/", 0) == 0) {
        answer = answers[u"GET /meridian/config/history/id"_s].toObject();
        answer.insert("text"_L1, demoConfig());
    }
    if (answer.isEmpty()) {
        return {404, QJsonDocument(notFound(u"No such path in the demonstration: "_s +
                                                QString::fromStdString(key),
                                            u"unknown_path"_s))};
    }
    return {200, QJsonDocument(answer)};
}

} // namespace meridian::ui
