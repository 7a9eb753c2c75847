// SPDX-License-Identifier: MIT
// The gateway in this process: a real one, with real traffic.
#include "service/configsource.h"
#include "service/processsetup.h"
#include "tests/support/fakeupstream.h"
#include "tests/support/scenario.h"
#include "tests/ui/linkcalls.h"
#include "ui/locallink.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUrl>

using namespace meridian;
using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;
using support::FakeUpstream;
using support::RawClient;
using support::Scenario;

namespace {

QString configFor(const FakeUpstream &upstream, const QString &further = {})
{
    return u"# by hand\nbackends:\n  - name: a\n    url: %1\n%2"_s.arg(
        QString::fromStdString(upstream.url()), further);
}

bool write(const QString &path, const QString &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0;
}

support::HttpResponse chat(const LocalLink &link)
{
    RawClient client(std::uint16_t(QUrl(link.address()).port()));
    return client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
}

} // namespace

class TstLocalLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void initTestCase() { service::prepareProcess(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_setup = {};
        m_setup.configFile = m_folder->filePath(u"new/folder/config.yaml"_s);
        m_setup.port = 0;
    }

    void theFirstConfiguration();
    void anInvalidFirstConfiguration();
    void aFileWithErrors();
    void aTakenPort();
    void pausing();
    void draining();
    void secretsOfTheKeychain();
    void withoutAGateway();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    LocalLink::Setup m_setup;
};

void TstLocalLink::theFirstConfiguration()
{
    const FakeUpstream upstream;
    LocalLink link(m_setup);
    QSignalSpy created(&link, &LocalLink::configCreated);
    QVERIFY(link.start());
    QCOMPARE(link.connection(), GatewayLink::Connection::Connected);
    QVERIFY(!QFileInfo::exists(m_setup.configFile)); // nothing is made by looking
    const QString address = link.address();
    const Answered before = askAndWait(link, "GET", "/meridian/config");
    QCOMPARE(before.status, 200);
    QCOMPARE(before.body[u"path"_s].toString(), m_setup.configFile);
    QVERIFY(before.body[u"writable"_s].toBool());
    QVERIFY(chat(link).status >= 400);
    const Answered put =
        askAndWait(link, "PUT", "/meridian/config",
                   {{u"text"_s, configFor(upstream)}, {u"etag"_s, before.body[u"etag"_s]}});
    QCOMPARE(put.status, 200);
    QCOMPARE(put.count, 1);
    QCOMPARE(created.count(), 1);
    QCOMPARE(link.address(), address); // whoever has copied it already
    QCOMPARE(chat(link).status, 200);
    const QFileInfo file(m_setup.configFile);
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    const Answered after = askAndWait(link, "GET", "/meridian/config");
    QCOMPARE(after.body[u"text"_s].toString(), configFor(upstream));
    QCOMPARE(after.body[u"etag"_s], put.body[u"etag"_s]);
    const Answered second = askAndWait(link, "PUT", "/meridian/config",
                                       {{u"text"_s, configFor(upstream, u"    weight: 7\n"_s)},
                                        {u"etag"_s, after.body[u"etag"_s]}});
    QCOMPARE(second.status, 200);
    const Answered status = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(status.body[u"backends"_s][0][u"weight"_s].toInt(), 7);
}

void TstLocalLink::anInvalidFirstConfiguration()
{
    LocalLink link(m_setup);
    QVERIFY(link.start());
    const Answered put =
        askAndWait(link, "PUT", "/meridian/config",
                   {{u"text"_s, u"backends:\n  - name: a\n    weight: x\n"_s}, {u"etag"_s, u""_s}});
    QCOMPARE(put.status, 400);
    QCOMPARE(put.body[u"error"_s][u"code"_s].toString(), u"config_invalid"_s);
    QVERIFY(put.body[u"error"_s][u"problems"_s].toArray().size() >= 1);
    QVERIFY(!QFileInfo::exists(m_setup.configFile));
}

void TstLocalLink::aFileWithErrors()
{
    m_setup.configFile = m_folder->filePath(u"config.yaml"_s);
    QVERIFY(write(m_setup.configFile, u"backends:\n  - name: a\n    url: nonsense\n"_s));
    LocalLink link(m_setup);
    QVERIFY(link.start());
    QVERIFY2(link.problem().contains(u"config.yaml:3"_s), qPrintable(link.problem()));
    const Answered config = askAndWait(link, "GET", "/meridian/config");
    QVERIFY(config.body[u"text"_s].toString().contains(u"nonsense"_s)); // so that it can be mended
}

void TstLocalLink::aTakenPort()
{
    LocalLink first(m_setup);
    QVERIFY(first.start());
    LocalLink::Setup second = m_setup;
    second.port = std::uint16_t(QUrl(first.address()).port());
    LocalLink link(second);
    QVERIFY(link.start());
    QVERIFY(link.isPortTaken());
    QVERIFY(!first.isPortTaken());
    QVERIFY(link.address() != first.address());
}

void TstLocalLink::pausing()
{
    const FakeUpstream upstream;
    m_setup.configFile = m_folder->filePath(u"config.yaml"_s);
    QVERIFY(write(m_setup.configFile, configFor(upstream)));
    LocalLink link(m_setup);
    QVERIFY(link.start());
    QCOMPARE(chat(link).status, 200);
    link.setPaused(true);
    const support::HttpResponse refused = chat(link);
    QCOMPARE(refused.status, 503);
    QCOMPARE(refused.header("retry-after"), std::string("10"));
    QCOMPARE(support::jsonOf(refused)[u"error"_s][u"code"_s].toString(), u"paused"_s);
    QVERIFY(askAndWait(link, "GET", "/meridian/status").body[u"paused"_s].toBool());
    QCOMPARE(askAndWait(link, "GET", "/readyz").status, 503);
    QCOMPARE(askAndWait(link, "POST", "/meridian/reload").status, 200);
    QCOMPARE(chat(link).status, 503); // a reload is no order to serve
    link.setPaused(false);
    QCOMPARE(chat(link).status, 200);
    QVERIFY(!askAndWait(link, "GET", "/meridian/status").body[u"paused"_s].toBool());
}

void TstLocalLink::draining()
{
    LocalLink link(m_setup);
    QVERIFY(link.start());
    int times = 0;
    link.drain([&] { ++times; });
    QVERIFY(support::turnUntil([&] { return times > 0; }));
    link.drain([&] { ++times; });
    QVERIFY(support::turnUntil([&] { return times > 1; }));
}

void TstLocalLink::secretsOfTheKeychain()
{
    const FakeUpstream upstream;
    m_setup.configFile = m_folder->filePath(u"config.yaml"_s);
    QVERIFY(write(m_setup.configFile, configFor(upstream, u"    api_key: keychain:mine\n"_s)));
    m_setup.prepare = [](service::ConfigSource &source) {
        source.secrets().setSource("keychain", [](const std::string &name) -> Result<Secret> {
            return Secret(std::string_view(name == "mine" ? "sk-from-the-keychain" : ""));
        });
    };
    LocalLink link(m_setup);
    QVERIFY(link.start());
    QVERIFY2(link.problem().isEmpty(), qPrintable(link.problem()));
    QCOMPARE(chat(link).status, 200);
    const Answered config = askAndWait(link, "GET", "/meridian/config");
    QVERIFY(config.body[u"text"_s].toString().contains(u"keychain:mine"_s));
    QVERIFY(!QJsonDocument(config.body).toJson().contains("sk-from-the-keychain"));
}

void TstLocalLink::withoutAGateway()
{
    LocalLink link(m_setup); // not started
    QCOMPARE(link.connection(), GatewayLink::Connection::Connecting);
    const Answered status = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(status.status, 0);
    QCOMPARE(status.body[u"error"_s][u"code"_s].toString(), u"unreachable"_s);
}

QTEST_GUILESS_MAIN(TstLocalLink)
#include "tst_locallink.moc"
