// SPDX-License-Identifier: MIT
// The gateway in this process: a whole one, asked without HTTP.
#include "ui/locallink.h"

#include "service/adminanswers.h"
#include "service/adminapi.h"
#include "service/configeditor.h"
#include "service/configsource.h"
#include "service/gatewayprocess.h"
#include "service/problemjson.h"
#include "service/processsetup.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>
#include <QTimer>
#include <QUrl>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

service::AdminResponse jsonResponse(const QJsonObject &object, int status = 200)
{
    return service::jsonAnswer(QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString(),
                               status);
}

/// The folder is the user's alone: the file may hold keys.
QString writeNewFile(const QString &path, const QByteArray &content)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder)) {
        return LocalLink::tr("The folder %1 could not be made.").arg(folder);
    }
    QSaveFile file(path);
    const bool isWritten = file.open(QIODevice::WriteOnly) &&
                           file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                           file.write(content) == content.size() && file.commit();
    return isWritten ? QString()
                     : LocalLink::tr("%1 could not be written: %2.").arg(path, file.errorString());
}

} // namespace

/// Shared with the sources: the port is settled after the first of them is made.
struct LocalLink::Place
{
    std::string host;
    std::uint16_t port;
    std::string logFile;

    void apply(model::Settings &settings) const
    {
        settings.gateway.host = host;
        settings.gateway.port = port;
        if (settings.gateway.workers == 0) {
            settings.gateway.workers = 1; // a person's requests, beside a window
        }
        const bool isDefault = settings.logging.jsonlPath == model::Settings().logging.jsonlPath;
        if (isDefault) { // it would lie in whatever folder the program was started from
            settings.logging.jsonlPath = logFile;
        }
    }
};

LocalLink::LocalLink(Setup setup, QObject *parent)
    : GatewayLink(parent)
    , m_setup(std::move(setup))
    , m_place(std::make_shared<Place>(
          Place{m_setup.host.toStdString(), m_setup.port,
                m_setup.logFolder.isEmpty()
                    ? std::string()
                    : QFile::encodeName(m_setup.logFolder + "/requests.jsonl"_L1).toStdString()}))
{
}

LocalLink::~LocalLink() = default;

std::shared_ptr<service::ConfigSource> LocalLink::sourceOfFile() const
{
    auto source = std::make_shared<service::ConfigSource>(
        QFile::encodeName(m_setup.configFile).toStdString(),
        [place = m_place](model::Settings &settings) { place->apply(settings); });
    if (m_setup.prepare) {
        m_setup.prepare(*source);
    }
    return source;
}

model::Settings LocalLink::settingsOf(service::ConfigSource *source)
{
    model::Settings settings;
    m_problem.clear();
    if (source != nullptr) {
        if (auto loaded = source->load()) {
            settings = std::move(loaded->settings);
        } else {
            m_problem = QString::fromStdString(loaded.error().front().format());
        }
    }
    m_place->apply(settings);
    return settings;
}

Result<void> LocalLink::start()
{
    m_isStarted = true;
    m_hasFile = QFileInfo::exists(m_setup.configFile);
    const auto source = m_hasFile ? sourceOfFile() : nullptr;
    const int last = m_setup.port == 0 ? 0 : m_setup.port + FurtherPorts;
    Result<void> started;
    for (int port = m_setup.port; port <= std::min(last, 65'535); ++port) {
        m_place->port = static_cast<std::uint16_t>(port);
        started = startAt(settingsOf(source.get()), source);
        if (started || started.error().code != ErrorCode::AddressInUse) {
            break;
        }
        m_isPortTaken = true;
    }
    if (!started) {
        m_process.reset();
        m_problem = QString::fromStdString(started.error().detail);
    }
    Q_EMIT changed();
    return started;
}

Result<void> LocalLink::startAt(const model::Settings &settings,
                                const std::shared_ptr<service::ConfigSource> &source)
{
    m_process.reset(); // the port is its
    service::allowCoreDumps(settings.gateway.coreDumps);
    m_process = std::make_unique<service::GatewayProcess>(settings, source);
    m_process->keepToItself();
    auto started = m_process->start();
    if (started) {
        m_place->port = m_process->gateway().port();
    }
    return started;
}

void LocalLink::setPaused(bool isPaused)
{
    if (m_process) {
        m_process->gateway().setPaused(isPaused);
    }
}

void LocalLink::drain(std::function<void()> done)
{
    if (!m_process || m_process->gateway().isDraining()) {
        QTimer::singleShot(0, this, std::move(done));
        return;
    }
    m_process->gateway().drain(std::move(done));
    Q_EMIT changed();
}

QString LocalLink::address() const
{
    return m_process ? QString::fromStdString(m_process->gateway().url()) : QString();
}

GatewayLink::Connection LocalLink::connection() const
{
    return m_process     ? Connection::Connected
           : m_isStarted ? Connection::Stopped
                         : Connection::Connecting;
}

void LocalLink::call(std::string method, std::string path, std::string body, Done done)
{
    QTimer::singleShot(0, this,
                       [this, method = std::move(method), path = std::move(path),
                        body = std::move(body), done = std::move(done)] {
                           if (!m_process) {
                               done(0, unreachable(m_problem));
                               return;
                           }
                           const service::AdminResponse response = answer(method, path, body);
                           done(response.status,
                                QJsonDocument::fromJson(QByteArray::fromRawData(
                                    response.body.data(), qsizetype(response.body.size()))));
                       });
}

service::AdminResponse
LocalLink::answer(const std::string &method, const std::string &path, const std::string &body)
{
    const std::size_t mark = std::min(path.find('?'), path.size());
    const std::string decoded =
        QUrl::fromPercentEncoding(QByteArray(path.data(), qsizetype(mark))).toStdString();
    if (!m_hasFile && method == "PUT" && decoded == "/meridian/config") {
        return createConfig(body);
    }
    service::AdminRequest request;
    request.method = method;
    request.path = decoded;
    request.query = std::string_view(path).substr(std::min(mark + 1, path.size()));
    request.body = body;
    request.principal = {admin::Principal::Kind::Process, "this window"};
    service::AdminResponse response = m_process->api().answer(request);
    if (!m_hasFile && method == "GET" && decoded == "/meridian/config") {
        // there is none yet, but it can be made
        QJsonObject config =
            QJsonDocument::fromJson(QByteArray::fromStdString(response.body)).object();
        config.insert("path"_L1, m_setup.configFile);
        config.insert("writable"_L1, true);
        config.insert("etag"_L1, QString());
        return jsonResponse(config, response.status);
    }
    return response;
}

/// The first configuration: checked as the file would be, written, and put in force by a gateway
/// that starts anew. The one before had no backend, so that nothing is lost with it.
service::AdminResponse LocalLink::createConfig(const std::string &body)
{
    const QJsonObject order = QJsonDocument::fromJson(QByteArray::fromStdString(body)).object();
    const std::string text = order["text"_L1].toString().toStdString();
    const auto source = sourceOfFile();
    if (const auto loaded = source->loadText(text); !loaded) {
        return service::invalidConfig(loaded.error());
    }
    if (QFileInfo::exists(m_setup.configFile)) {
        return service::errorAnswer(
            409, "Not written: the file has been made by somebody else; start again to read it",
            "config_changed");
    }
    const QByteArray content = QByteArray::fromStdString(text);
    if (const QString problem = writeNewFile(m_setup.configFile, content); !problem.isEmpty()) {
        return service::errorAnswer(500, problem.toStdString(), "config_not_written");
    }
    m_hasFile = true;
    if (const auto started = startAt(settingsOf(source.get()), source); !started) {
        m_process.reset();
        m_problem = QString::fromStdString(started.error().detail);
        Q_EMIT changed();
        return service::errorAnswer(500, started.error().detail, "gateway_not_started");
    }
    Q_EMIT changed();
    Q_EMIT configCreated(m_setup.configFile);
    return jsonResponse({{u"reloaded"_s, true},
                         {u"scope"_s, u"full"_s},
                         {u"keys"_s, 0},
                         {u"generation"_s, int(m_process->gateway().generation())},
                         {u"changes"_s, QJsonArray{}},
                         {u"warnings"_s, QJsonArray{}},
                         {u"need_restart"_s, QJsonArray{}},
                         {u"version"_s, 1},
                         {u"etag"_s, QString::fromStdString(service::etagOf(text))}});
}

} // namespace meridian::ui
