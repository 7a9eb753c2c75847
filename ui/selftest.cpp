// SPDX-License-Identifier: MIT
// `meridian-desktop --self-test`: every page is loaded, visited and drawn.
#include "ui/selftest.h"

#include <QCoreApplication>
#include <QFile>
#include <QMutex>

#include <cstdio>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr int FramesPerPage = 2; // the second shows what the first one's bindings have made

/// Any thread may complain.
struct Complaints
{
    QMutex mutex;
    QStringList lines;
};

Complaints &complaints()
{
    static Complaints all;
    return all;
}

QtMessageHandler former = nullptr;

void listen(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    constexpr qsizetype Most = 100;
    const bool isBad = type == QtWarningMsg || type == QtCriticalMsg || type == QtFatalMsg;
    // of the offscreen platform itself, which cannot resize windows
    if (isBad && !message.startsWith("This plugin does not support"_L1)) {
        const QMutexLocker locked(&complaints().mutex);
        if (complaints().lines.size() < Most) {
            complaints().lines.append(message);
        }
    }
    former(type, context, message);
}

long residentKib()
{
    QFile status(u"/proc/self/status"_s);
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:")) {
                return line.mid(6).trimmed().split(' ').constFirst().toLong();
            }
        }
    }
    return 0;
}

} // namespace

SelfTest::SelfTest(MainWindow &window, const QElapsedTimer &sinceStart, bool isTiming)
    : m_window(window)
    , m_sinceStart(sinceStart)
    , m_isTiming(isTiming)
{
    former = qInstallMessageHandler(listen);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        qWarning("the page %s was not drawn in time", qPrintable(m_page));
        finish();
    });
}

SelfTest::~SelfTest()
{
    qInstallMessageHandler(former);
}

void SelfTest::begin()
{
    QQuickWindow *const window = m_window.window();
    m_pages = window->property("pageKeys").toStringList();
    m_pages.append(u"first"_s);
    connect(
        window, &QQuickWindow::frameSwapped, this,
        [this, window] {
            if (m_firstFrameMs == 0) {
                m_firstFrameMs = m_sinceStart.elapsed();
            }
            if (++m_frames < FramesPerPage) {
                window->update();
            } else {
                next();
            }
        },
        Qt::QueuedConnection);
    m_deadline.start(PageDeadline);
    window->update();
}

void SelfTest::next()
{
    QQuickWindow *const window = m_window.window();
    if (!m_page.isEmpty()) {
        std::printf("self-test: %s\n", qPrintable(m_page));
    }
    if (m_pages.isEmpty()) {
        finish();
        return;
    }
    m_page = m_pages.takeFirst();
    m_frames = 0;
    m_deadline.start(PageDeadline);
    if (!window->setProperty("page", m_page)) {
        qWarning("Main.qml has no property `page`");
        finish();
        return;
    }
    window->update();
}

void SelfTest::finish()
{
    m_deadline.stop();
    m_window.window()->disconnect(this);
    if (m_isTiming) {
        std::printf("self-test: first frame %lld ms, resident %.1f MiB\n",
                    static_cast<long long>(m_firstFrameMs), double(residentKib()) / 1024);
    }
    const QMutexLocker locked(&complaints().mutex);
    for (const QString &line : complaints().lines) {
        std::printf("self-test: warning: %s\n", qPrintable(line));
    }
    const bool isClean = complaints().lines.isEmpty();
    std::printf("self-test: %s\n", isClean ? "ok" : "FAILED");
    std::fflush(stdout);
    QCoreApplication::exit(isClean ? 0 : 1);
}

} // namespace meridian::ui
