// SPDX-License-Identifier: MIT
// Runs the cases of tests/qml/cases: every page over a gateway that is not there.
#include "tests/qml/stage.h"

#include <QApplication>
#include <QFont>
#include <QLocale>
#include <QQmlEngine>
#include <QQuickStyle>
#include <QtQuickTest>

using namespace meridian;

class Setup : public QObject
{
    Q_OBJECT

public Q_SLOTS:

    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        qmlRegisterType<tests::Stage>("Meridian.Test", 1, 0, "Stage");
    }
};

int main(int argc, char **argv)
{
    // Pictures are the same everywhere: one renderer, one font, one time zone, one language.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    qputenv("TZ", "UTC");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QApplication app(argc, argv); // Qt Charts needs it
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPixelSize(13);
    QApplication::setFont(font);
    Setup setup;
    return quick_test_main_with_setup(argc, argv, "tst_qml", MERIDIAN_SOURCE_DIR "/tests/qml/cases",
                                      &setup);
}

#include "tst_qml.moc"
