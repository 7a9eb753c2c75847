// SPDX-License-Identifier: MIT
// `meridian-desktop --self-test`: every page is loaded, visited and drawn.
#pragma once

#include "ui/mainwindow.h"

#include <QTimer>

namespace meridian::ui {

/// Main thread. Prints what it finds and ends the application: 0 when there was no warning, 1
/// otherwise. At most one at a time: it listens to the messages of the whole program.
class SelfTest final : public QObject
{
    Q_OBJECT

public:
    /// For a page to be drawn; beyond it the test has failed.
    static constexpr std::chrono::seconds PageDeadline{20};

    /// `sinceStart` runs since the program's first line.
    SelfTest(MainWindow &window, const QElapsedTimer &sinceStart, bool isTiming);
    ~SelfTest() override;

    /// After MainWindow::load().
    void begin();

private:
    void next();
    void finish();

    MainWindow &m_window;
    const QElapsedTimer &m_sinceStart;
    const bool m_isTiming;
    QTimer m_deadline;
    QStringList m_pages;
    QString m_page; // being visited
    int m_frames = 0;
    qint64 m_firstFrameMs = 0;
};

} // namespace meridian::ui
