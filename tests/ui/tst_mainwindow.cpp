// SPDX-License-Identifier: MIT
// The window and its self-test, on pages made for it: clean ones, and one that complains.
#include "ui/desktop.h"
#include "ui/fakelink.h"
#include "ui/mainwindow.h"
#include "ui/memorykeychain.h"
#include "ui/selftest.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace meridian;
using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr const char *Page = R"(
import QtQuick
Window {
    required property var desktop
    property string page: "a"
    property var pageKeys: ["a", "b"]
    width: 100; height: 100; visible: true
    Rectangle { anchors.fill: parent; color: page === "b" ? %1 : "red" }
}
)";

} // namespace

class TstMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void cleanup() { m_desktop.reset(); }

    void theSelfTest_data();
    void theSelfTest();
    void aPageThatCannotBeRead();
    void closing();

private:
    [[nodiscard]] QUrl write(const QString &text);

    event::Loop m_loop;
    MemoryKeychain m_keychain;
    FakeLink m_link;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<AppSettings> m_settings;
    std::unique_ptr<Desktop> m_desktop;
};

void TstMainWindow::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<AppSettings>(m_folder->filePath(u"settings.ini"_s));
    m_desktop =
        std::make_unique<Desktop>(&m_link, Desktop::Surroundings{m_keychain, *m_settings, m_loop});
}

QUrl TstMainWindow::write(const QString &text)
{
    const QString path = m_folder->filePath(u"Main.qml"_s);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) <= 0) {
        qFatal("cannot write %s", qPrintable(path));
    }
    return QUrl::fromLocalFile(path);
}

void TstMainWindow::theSelfTest_data()
{
    QTest::addColumn<QString>("colour");
    QTest::addColumn<int>("code");
    QTest::newRow("clean") << u"\"blue\""_s << 0;
    QTest::newRow("complains") << u"desktop.noSuchThing.colour"_s << 1; // on its second page only
}

void TstMainWindow::theSelfTest()
{
    QFETCH(QString, colour);
    MainWindow window(*m_desktop, write(QString::fromLatin1(Page).arg(colour)));
    QCOMPARE(window.load(), QString());
    QElapsedTimer sinceStart;
    sinceStart.start();
    SelfTest test(window, sinceStart, true);
    QTimer::singleShot(0, &test, [&] { test.begin(); });
    QTEST(QCoreApplication::exec(), "code");
}

void TstMainWindow::aPageThatCannotBeRead()
{
    MainWindow window(*m_desktop, write(u"import QtQuick\nWindow { nonsense"_s));
    QVERIFY(window.load().contains(u"Main.qml"_s));
    QVERIFY(window.window() == nullptr);
    window.raise(); // nothing to raise
}

void TstMainWindow::closing()
{
    MainWindow window(*m_desktop, write(QString::fromLatin1(Page).arg(u"\"blue\""_s)));
    QCOMPARE(window.load(), QString());
    QSignalSpy closed(&window, &MainWindow::closed);
    window.setHidesOnClose(true);
    window.window()->close();
    QVERIFY(!window.window()->isVisible());
    QCOMPARE(closed.count(), 0);
    window.raise();
    QVERIFY(window.window()->isVisible());
    window.setHidesOnClose(false);
    window.window()->close();
    QCOMPARE(closed.count(), 1);
}

QTEST_MAIN(TstMainWindow)
#include "tst_mainwindow.moc"
