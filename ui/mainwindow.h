// SPDX-License-Identifier: MIT
// The window: loads the pages and gives them the models.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QStringList>

#include <chrono>

namespace meridian::ui {

class Desktop;

/// Main thread. `desktop` outlives it. The pages (Meridian.Dashboard) must be linked into the
/// program.
class MainWindow final : public QObject
{
    Q_OBJECT

public:
    /// `main`: a window that takes a property `desktop`; empty: Main.qml of the pages.
    explicit MainWindow(Desktop &desktop, const QUrl &main = {}, QObject *parent = nullptr);
    ~MainWindow() override;

    /// Empty, or why there is no window.
    [[nodiscard]] QString load(bool isVisible = true);

    /// From the tray, from behind others, from the screen of another desktop.
    void raise();
    void hide();

    /// Closing the window only hides it.
    void setHidesOnClose(bool isHiding) { m_hidesOnClose = isHiding; }

    [[nodiscard]] QQuickWindow *window() const { return m_window; }

    /// What QML has complained about.
    [[nodiscard]] QStringList warnings() const { return m_warnings; }

Q_SIGNALS:
    void visibleChanged(bool isVisible);
    void closed();
    /// Something has been drawn, for the first time.
    void shown();

private:
    bool eventFilter(QObject *watched, QEvent *event) override;

    QQmlApplicationEngine m_engine;
    Desktop &m_desktop;
    const QUrl m_main;
    QPointer<QQuickWindow> m_window;
    QStringList m_warnings;
    bool m_hidesOnClose = false;
};

/// Before the application object is made: what the pages are drawn with. Without a screen of its
/// own, or where the user wants it so, with the processor alone.
void prepareRendering();

} // namespace meridian::ui
