// SPDX-License-Identifier: MIT
// The window: loads the pages and gives them the models.
#include "ui/mainwindow.h"

#include "ui/desktop.h"

#include <QCloseEvent>
#include <QDir>
#include <QQmlError>
#include <QQuickStyle>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype MaxWarnings = 100;

/// Linux tells whether there is anything to render with; elsewhere there always is.
bool hasGraphicsDevice()
{
#ifdef Q_OS_LINUX
    const QDir devices(u"/dev/dri"_s);
    return !devices.entryList({u"renderD*"_s, u"card*"_s}, QDir::System).isEmpty();
#else
    return true;
#endif
}

} // namespace

void prepareRendering()
{
    if (!qEnvironmentVariableIsSet("QT_QUICK_BACKEND") && !hasGraphicsDevice()) {
        qputenv("QT_QUICK_BACKEND", "software");
    }
    QQuickStyle::setStyle(u"Basic"_s); // drawn by our own theme, alike everywhere
}

MainWindow::MainWindow(Desktop &desktop, const QUrl &main, QObject *parent)
    : QObject(parent)
    , m_desktop(desktop)
    , m_main(main.isEmpty() ? QUrl(u"qrc:/qt/qml/Meridian/Dashboard/Main.qml"_s) : main)
{
    m_engine.addImportPath(u"qrc:/qt/qml"_s);
    connect(&m_engine, &QQmlEngine::warnings, this, [this](const QList<QQmlError> &errors) {
        for (const QQmlError &error : errors) {
            if (m_warnings.size() < MaxWarnings) {
                m_warnings.append(error.toString());
            }
        }
    });
}

MainWindow::~MainWindow() = default;

QString MainWindow::load(bool isVisible)
{
    m_engine.setInitialProperties(
        {{u"desktop"_s, QVariant::fromValue(&m_desktop)}, {u"visible"_s, isVisible}});
    m_engine.load(m_main);
    if (!m_engine.rootObjects().isEmpty()) {
        m_window = qobject_cast<QQuickWindow *>(m_engine.rootObjects().constFirst());
    }
    if (!m_window) {
        return m_warnings.isEmpty() ? u"the pages are not part of this program"_s
                                    : m_warnings.join(u'\n');
    }
    m_window->installEventFilter(this);
    connect(m_window, &QWindow::visibleChanged, this, &MainWindow::visibleChanged);
    connect(m_window, &QQuickWindow::frameSwapped, this, &MainWindow::shown,
            Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
    return {};
}

void MainWindow::raise()
{
    if (m_window) {
        m_window->show();
        m_window->raise();
        m_window->requestActivate();
    }
}

void MainWindow::hide()
{
    if (m_window) {
        m_window->hide();
    }
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_window && event->type() == QEvent::Close) {
        if (m_hidesOnClose) {
            event->ignore();
            m_window->hide();
            return true;
        }
        Q_EMIT closed();
    }
    return QObject::eventFilter(watched, event);
}

} // namespace meridian::ui
