// SPDX-License-Identifier: MIT
// What a QML test stands on: a Desktop over a gateway that is not there, its calls, and pictures of
// the window.
#include "tests/qml/stage.h"

#include "tests/qml/picturefile.h"
#include "tests/ui/fakekeychain.h"
#include "ui/demofiles.h"
#include "ui/fakelink.h"
#include "ui/poller.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTemporaryDir>

#include <cmath>

namespace meridian::tests {

namespace {

using namespace Qt::StringLiterals;

constexpr std::chrono::seconds Patience{20};
constexpr double MayDiffer = 0.002; // of all pixels: other versions of the fonts move some edges

constexpr const char *Question = "How does the gateway choose a backend?";
constexpr const char *Answer = "It looks at **three things**, in this order:\n\n"
                               "1. who *can* take it: the model, the path, the tags\n"
                               "2. who is *well*: health, breaker, draining\n"
                               "3. who has the least to do, by the `strategy`\n\n"
                               "```yaml\ngateway:\n  strategy: least_inflight\n```\n";

QStringList &warnings()
{
    static QStringList all;
    return all;
}

QtMessageHandler &before()
{
    static QtMessageHandler handler = nullptr;
    return handler;
}

void collect(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    // The offscreen platform has neither a runtime folder nor a way to give a window the focus.
    const bool isOfThePlatform = message.contains("XDG_RUNTIME_DIR"_L1) ||
                                 message.contains("This plugin does not support"_L1);
    if (type != QtDebugMsg && type != QtInfoMsg && !isOfThePlatform) {
        warnings().append(message);
    }
    before()(type, context, message);
}

double luminance(const QColor &colour)
{
    const auto part = [](float channel) {
        const double value = double(channel);
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) +
           0.0722 * part(colour.blueF());
}

} // namespace

class Stage::Parts
{
public:
    QTemporaryDir folder;
    ui::FakeLink link;
    ui::FakeKeychain keychain;
    ui::AppSettings settings{
        folder.filePath(u"desktop.ini"_s),
        ui::LoginItem({u"/usr/bin/meridian-desktop"_s, folder.filePath(u"login.desktop"_s)})};
    event::Loop loop;
    QTcpServer silence; // accepts, and says nothing
    ui::Desktop desktop{&link, {keychain, settings, loop}};

    ~Parts() { loop.finish(); }
};

Stage::Stage(QObject *parent)
    : QObject(parent)
{
    if (before() == nullptr) {
        before() = qInstallMessageHandler(collect);
    }
}

Stage::~Stage() = default;

ui::Desktop *Stage::desktop() const
{
    return m_parts ? &m_parts->desktop : nullptr;
}

bool Stage::settle()
{
    // Every call is answered in the next turn of the loop, and may lead to another one.
    const QDeadlineTimer deadline(Patience);
    int quietTurns = 0;
    while (quietTurns < 4 && !deadline.hasExpired()) {
        const std::size_t calls = m_parts->link.calls().size();
        QCoreApplication::processEvents();
        quietTurns = calls == m_parts->link.calls().size() ? quietTurns + 1 : 0;
    }
    return quietTurns >= 4;
}

bool Stage::reset(const QString &scene)
{
    auto fresh = std::make_unique<Parts>();
    std::swap(m_parts, fresh);
    Q_EMIT desktopChanged();
    fresh.reset();
    ui::FakeLink &link = m_parts->link;
    if (scene == "empty"_L1) {
        link.setEmpty();
    }
    m_parts->keychain.isThere = scene != "locked"_L1;
    if (scene == "connecting"_L1) {
        link.setSilent(true);
        link.setConnection(ui::GatewayLink::Connection::Connecting);
    }
    ui::Desktop &desktop = m_parts->desktop;
    desktop.gateways()->setLocalUrl(link.address());
    desktop.keys()->load(scene == "busy"_L1 ? ui::demoConfig().toStdString() : std::string(), {});
    if (scene == "busy"_L1) {
        desktop.keys()->save(u"anthropic"_s, u"anthropic"_s, u"sk-ant-not-a-key"_s);
    }
    bool hasAnswered = true;
    for (int second = 0; second < 20 && hasAnswered; ++second) { // rates need some
        if (scene == "busy"_L1 || scene == "lost"_L1) {
            link.step(120);
        }
        desktop.poller().poll();
        hasAnswered = settle();
    }
    desktop.poller().refresh();
    desktop.playground()->refresh();
    hasAnswered = hasAnswered && settle();
    if (scene == "lost"_L1) {
        disconnectGateway(u"http://127.0.0.1:8080 refused the connection"_s);
    }
    return hasAnswered;
}

bool Stage::step(int newRequests)
{
    m_parts->link.step(newRequests);
    m_parts->desktop.poller().refresh();
    return settle();
}

QVariantList Stage::callsTo(const QString &path) const
{
    QVariantList list;
    for (const ui::FakeLink::Call &call : m_parts->link.callsTo(path.toStdString())) {
        const QJsonDocument body = QJsonDocument::fromJson(QByteArray::fromStdString(call.body));
        list.append(QVariantMap{{u"method"_s, QString::fromStdString(call.method)},
                                {u"path"_s, QString::fromStdString(call.path)},
                                {u"body"_s, body.toVariant()}});
    }
    return list;
}

void Stage::forgetCalls()
{
    m_parts->link.forgetCalls();
}

void Stage::answer(const QString &method, const QString &path, int status, const QVariantMap &body)
{
    m_parts->link.answer(method.toStdString(), path.toStdString(), status,
                         QJsonDocument(QJsonObject::fromVariantMap(body)));
}

QVariantMap Stage::status()
{
    auto answer = std::make_shared<QJsonDocument>();
    m_parts->link.call("GET", "/meridian/status", {},
                       [answer](int, const QJsonDocument &body) { *answer = body; });
    return settle() ? answer->object().toVariantMap() : QVariantMap();
}

void Stage::disconnectGateway(const QString &problem)
{
    m_parts->link.setSilent(true);
    m_parts->link.setConnection(ui::GatewayLink::Connection::Reconnecting, problem);
}

QStringList Stage::takeWarnings()
{
    return std::exchange(warnings(), {});
}

QString Stage::compare(QQuickWindow *window, const QString &name)
{
    const QString file =
        QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/qml/golden/") + name + u".png"_s;
    const QImage seen = window->grabWindow();
    if (qEnvironmentVariable("MERIDIAN_GOLDEN") == "write"_L1) {
        return savePicture(seen, file) ? QString() : file + u": cannot be written"_s;
    }
    const double share = difference(QImage(file), reduced(seen));
    if (share <= MayDiffer) {
        return {};
    }
    const QString kept = QStringLiteral(MERIDIAN_BINARY_DIR "/tests/qml/seen/") + name + u".png"_s;
    QDir().mkpath(QFileInfo(kept).path());
    return u"%1 %2 of the pixels differ from %3; what was seen is in %4; MERIDIAN_GOLDEN=write takes it"_s
        .arg(share * 100, 0, 'f', 2)
        .arg(u"%"_s, file, savePicture(seen, kept) ? kept : u"no file"_s);
}

QString Stage::save(QQuickWindow *window, const QString &name)
{
    const QString folder = qEnvironmentVariable("MERIDIAN_SCREENSHOTS");
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        return u"MERIDIAN_SCREENSHOTS names no folder that can be written"_s;
    }
    const QString file = folder + u'/' + name + u".png"_s;
    return savePicture(window->grabWindow(), file) ? QString() : file + u": cannot be written"_s;
}

bool Stage::beginEndlessAnswer()
{
    if (!m_parts->silence.listen(QHostAddress::LocalHost)) {
        return false;
    }
    m_parts->desktop.playground()->first()->send(
        u"http://127.0.0.1:%1"_s.arg(m_parts->silence.serverPort()), {}, u"hello"_s);
    return m_parts->desktop.playground()->isBusy();
}

void Stage::talk()
{
    ui::PlaygroundModel &playground = *m_parts->desktop.playground();
    playground.setCompare(true);
    for (ui::PlaygroundSide *side : playground.sides()) {
        side->messages()->append({u"user"_s, QString::fromUtf8(Question), {}, false});
        side->messages()->append({u"assistant"_s, QString::fromUtf8(Answer), {}, false});
    }
}

double Stage::contrast(const QColor &one, const QColor &other) const
{
    const double a = luminance(one) + 0.05;
    const double b = luminance(other) + 0.05;
    return std::max(a, b) / std::min(a, b);
}

} // namespace meridian::tests
