// SPDX-License-Identifier: MIT
// What concerns the program itself: files, pictures, toasts, a second start.
#include "tests/support/deadline.h"
#include "ui/desktop.h"
#include "ui/fakelink.h"
#include "ui/memorykeychain.h"
#include "ui/poller.h"
#include "ui/singleinstance.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace meridian;
using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

class TstDesktop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void firstStart();
    void textFiles();
    void pictures();
    void toastsCanBeTakenBack();
    void pausingIsForTheLocalGateway();
    void theClipboard();
    void oneInstance();

private:
    void poll();

    event::Loop m_loop;
    MemoryKeychain m_keychain;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<AppSettings> m_settings;
    std::unique_ptr<FakeLink> m_link;
    std::unique_ptr<Desktop> m_desktop;
};

void TstDesktop::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<AppSettings>(m_folder->filePath(u"settings.ini"_s));
    m_link = std::make_unique<FakeLink>();
    m_desktop = std::make_unique<Desktop>(m_link.get(),
                                          Desktop::Surroundings{m_keychain, *m_settings, m_loop});
}

void TstDesktop::cleanup()
{
    m_desktop.reset();
    m_link.reset();
    m_settings.reset();
}

void TstDesktop::poll()
{
    QSignalSpy polled(&m_desktop->poller(), &Poller::polled);
    m_desktop->poller().poll();
    QVERIFY(polled.wait(20'000 * support::patience()));
}

void TstDesktop::firstStart()
{
    QVERIFY(!m_desktop->isFirstStart());
    poll();
    QVERIFY(!m_desktop->isFirstStart());
    m_link->setEmpty();
    QSignalSpy changed(m_desktop.get(), &Desktop::firstStartChanged);
    poll();
    QVERIFY(m_desktop->isFirstStart());
    QCOMPARE(changed.count(), 1);
}

void TstDesktop::textFiles()
{
    const QString path = m_folder->filePath(u"größer.csv"_s);
    QVERIFY(m_desktop->saveText(QUrl::fromLocalFile(path), u"a,ü\r\n"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("a,ü\r\n"));
    QSignalSpy toasts(m_desktop.get(), &Desktop::toast);
    QVERIFY(!m_desktop->saveText(QUrl::fromLocalFile(m_folder->filePath(u"no/such/x"_s)), u"x"_s));
    QCOMPARE(toasts.count(), 1);
    QVERIFY(m_desktop->lastError().contains(u"no/such/x"_s));
}

void TstDesktop::pictures()
{
    QSignalSpy toasts(m_desktop.get(), &Desktop::toast);
    const QString path = m_folder->filePath(u"chart.png"_s);
    m_desktop->savePicture(nullptr, QUrl::fromLocalFile(path));
    QCOMPARE(toasts.count(), 1);
    QQuickWindow window;
    window.resize(200, 100);
    window.setColor(Qt::blue);
    window.contentItem()->setSize({200, 100});
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window, 20'000 * support::patience()));
    m_desktop->savePicture(window.contentItem(), QUrl::fromLocalFile(path));
    QTRY_COMPARE_WITH_TIMEOUT(toasts.count(), 2, 20'000 * support::patience());
    QVERIFY2(QFile::exists(path), qPrintable(m_desktop->lastError()));
    QCOMPARE(QImage(path).size(), QSize(400, 200));
}

void TstDesktop::toastsCanBeTakenBack()
{
    poll();
    QSignalSpy toasts(m_desktop.get(), &Desktop::toast);
    m_desktop->backends()->drain(u"gpu-fast"_s);
    QVERIFY(toasts.wait(20'000 * support::patience()));
    const QString action = toasts.at(0).at(2).toString();
    QVERIFY(!action.isEmpty());
    m_desktop->act(action);
    QVERIFY(toasts.wait(20'000 * support::patience()));
    const auto *const backends = m_desktop->backends();
    QCOMPARE(backends->get(backends->rowOf(u"gpu-fast"_s))[u"state"_s].toString(), u"healthy"_s);
    m_desktop->act(u"nonsense"_s);
}

void TstDesktop::pausingIsForTheLocalGateway()
{
    QSignalSpy wanted(m_desktop.get(), &Desktop::pauseRequested);
    m_desktop->pause(true);
    QCOMPARE(wanted.count(), 1);
    m_desktop->link().use(nullptr);
    QVERIFY(!m_desktop->canPause());
    m_desktop->pause(true);
    QCOMPARE(wanted.count(), 1);
}

void TstDesktop::theClipboard()
{
    m_desktop->copy(u"http://127.0.0.1:8080"_s);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:8080"_s);
}

void TstDesktop::oneInstance()
{
    const QString name = u"meridian-test-%1"_s.arg(QCoreApplication::applicationPid());
    {
        SingleInstance first(name);
        QSignalSpy raised(&first, &SingleInstance::raiseRequested);
        QVERIFY(first.acquire());
        SingleInstance second(name);
        QVERIFY(!second.acquire());
        QVERIFY(raised.wait(20'000 * support::patience()));
    }
    SingleInstance third(name); // the first one has ended
    QVERIFY(third.acquire());
}

QTEST_MAIN(TstDesktop)
#include "tst_desktop.moc"
