// SPDX-License-Identifier: MIT
// The page Routes on a real gateway in this process, whose key comes out of the keychain.
#include "service/configsource.h"
#include "tests/support/fakeupstream.h"
#include "tests/ui/fakekeychain.h"
#include "tests/ui/turning.h"
#include "ui/keystore.h"
#include "ui/locallink.h"
#include "ui/routeeditor.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace meridian;
using namespace meridian::ui;

class TestRoutesLive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editsAppliesAndTakesBack();
};

void TestRoutesLive::editsAppliesAndTakesBack()
{
    QTemporaryDir folder;
    support::FakeUpstream upstream;
    upstream.setHealthScripted(true);
    const QString path = folder.filePath(QStringLiteral("config.yaml"));
    const QByteArray text = "backends:\n"
                            "  - name: gpu # the fast one\n"
                            "    url: " +
                            QByteArray::fromStdString(upstream.url()) +
                            "\n"
                            "    model: test-model\n"
                            "    api_key: keychain:gpu\n";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();

    event::Loop loop;
    FakeKeychain keychain;
    keychain.secrets.insert_or_assign(QStringLiteral("gpu"), Secret(std::string_view("k-4711")));
    AppSettings settings(folder.filePath(QStringLiteral("desktop.ini")),
                         LoginItem({QStringLiteral("/x"), folder.filePath(QStringLiteral("x"))}));
    KeyStore keys(keychain, settings, loop);
    bool isLoaded = false;
    keys.load(text.toStdString(), [&] { isLoaded = true; });
    QVERIFY(support::turnUntil([&] { return isLoaded; }));

    LocalLink::Setup setup;
    setup.configFile = path;
    setup.host = QStringLiteral("127.0.0.1");
    setup.port = 0;
    setup.logFolder = folder.path();
    setup.prepare = [&](service::ConfigSource &source) {
        source.secrets().setSource("keychain", keys.source().source());
    };
    LocalLink link(std::move(setup));
    const auto started = link.start();
    QVERIFY2(started, started ? "" : started.error().detail.c_str());
    // the probe carries the key
    QVERIFY(support::turnUntil([&] { return upstream.log.requestCount() > 0; }));
    QCOMPARE(upstream.log.requests().front().header("authorization"), std::string("Bearer k-4711"));

    RouteEditor editor(link);
    editor.refresh();
    QVERIFY(support::turnUntil([&] { return editor.isLoaded() && editor.isValid(); }));
    QVERIFY(editor.text().contains(QStringLiteral("# the fast one")));
    QVERIFY(editor.text().contains(QStringLiteral("keychain:gpu"))); // a reference is no secret
    editor.setValue({QStringLiteral("backends"), QStringLiteral("gpu"), QStringLiteral("weight")},
                    7);
    QVERIFY(support::turnUntil([&] { return editor.canApply() && !editor.diff().isEmpty(); }));
    QVERIFY(editor.text().contains(QStringLiteral("weight: 7")));
    QVERIFY(editor.text().contains(QStringLiteral("# the fast one")));
    editor.apply(QStringLiteral("heavier"));
    QVERIFY(support::turnUntil([&] { return !editor.isApplying(); }));
    QVERIFY2(editor.lastOutcome() == QStringLiteral("applied"), qPrintable(editor.message()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), editor.text());
    file.close();

    editor.setText(editor.text() + QStringLiteral("nonsense: [\n"));
    QVERIFY(support::turnUntil([&] { return !editor.isValidating(); }));
    QCOMPARE(editor.whyNotApply(), QStringLiteral("invalid"));
    QVERIFY(editor.problems().value(0).toMap().value(QStringLiteral("line")).toInt() > 1);
    editor.discard();
    QVERIFY(support::turnUntil([&] { return editor.isValid(); }));

    editor.undo();
    QVERIFY(support::turnUntil([&] { return editor.text() == QString::fromUtf8(text); }));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), text);
}

QTEST_GUILESS_MAIN(TestRoutesLive)
#include "tst_routeslive.moc"
