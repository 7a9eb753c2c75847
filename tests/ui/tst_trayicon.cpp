// SPDX-License-Identifier: MIT
// The tray's menu and pictures; without a tray the window's close must quit.
#include "ui/trayicon.h"

#include <QAction>
#include <QSignalSpy>
#include <QtTest>

using namespace meridian::ui;
using State = TrayIcon::State;

class TestTrayIcon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawsEachStateInAnotherShape();
    void offersWhatItCan();
    void neverHidesTheWindowWithoutATray();
};

void TestTrayIcon::drawsEachStateInAnotherShape()
{
    const State states[] = {State::Serving, State::Degraded, State::Paused, State::Stopped};
    QList<QImage> shapes;
    for (const State state : states) {
        const QIcon icon = TrayIcon::icon(state);
        for (const int size : {16, 22, 64}) {
            QCOMPARE(icon.pixmap(size, size).size(), QSize(size, size));
        }
        // in grey, so that the colour alone does not count
        shapes.append(icon.pixmap(32, 32).toImage().convertToFormat(QImage::Format_Grayscale8));
    }
    for (qsizetype a = 0; a < shapes.size(); ++a) {
        for (qsizetype b = a + 1; b < shapes.size(); ++b) {
            int different = 0;
            for (int y = 0; y < 32; ++y) {
                for (int x = 0; x < 32; ++x) {
                    different +=
                        std::abs(qGray(shapes[a].pixel(x, y)) - qGray(shapes[b].pixel(x, y))) > 40;
                }
            }
            QVERIFY2(different > 40, qPrintable(QString::number(different)));
        }
    }
}

void TestTrayIcon::offersWhatItCan()
{
    TrayIcon tray;
    const QList<QAction *> actions = tray.menu().actions();
    const auto named = [&](const char *text) -> QAction * {
        for (QAction *action : actions) {
            if (action->text() == QLatin1String(text)) {
                return action;
            }
        }
        return nullptr;
    };
    QSignalSpy opened(&tray, &TrayIcon::openRequested);
    QSignalSpy paused(&tray, &TrayIcon::pauseRequested);
    QSignalSpy copied(&tray, &TrayIcon::copyRequested);
    QSignalSpy quit(&tray, &TrayIcon::quitRequested);
    tray.setState(State::Serving, QStringLiteral("Serving, 12 req/s"));
    QCOMPARE(actions.first()->text(), QStringLiteral("Serving, 12 req/s"));
    QVERIFY(!actions.first()->isEnabled());
    QVERIFY(!named("Copy address")->isEnabled());
    tray.setAddress(QStringLiteral("http://127.0.0.1:8080"));
    QVERIFY(!named("Pause")->isEnabled()); // a gateway elsewhere
    tray.setCanPause(true);
    named("Open Meridian")->trigger();
    named("Pause")->trigger();
    named("Copy address")->trigger();
    named("Quit")->trigger();
    QCOMPARE(opened.count(), 1);
    QCOMPARE(paused.count(), 1);
    QVERIFY(paused.first().at(0).toBool());
    QCOMPARE(copied.count(), 1);
    QCOMPARE(quit.count(), 1);
    tray.setState(State::Paused, QStringLiteral("Paused"));
    QVERIFY(named("Pause")->isChecked());
    tray.setState(State::Stopped, QStringLiteral("Stopped"));
    QVERIFY(!named("Pause")->isEnabled());
}

void TestTrayIcon::neverHidesTheWindowWithoutATray()
{
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        QSKIP("this platform has a tray: closing without one is NOT tested");
    }
    TrayIcon tray;
    tray.show();
    QVERIFY(!tray.isVisible());
    QVERIFY(!tray.hidesOnClose(true));
    QVERIFY(!tray.hidesOnClose(false));
    tray.notify(QStringLiteral("t"), QStringLiteral("x")); // nothing to show it on
}

QTEST_MAIN(TestTrayIcon)
#include "tst_trayicon.moc"
