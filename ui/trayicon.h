// SPDX-License-Identifier: MIT
// The tray: one look at the gateway, pause, open, copy its address, quit.
#pragma once

#include <QIcon>
#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>

#include <memory>

namespace meridian::ui {

/// Main thread, needs a QApplication. Where the desktop has no tray there is no icon, and closing
/// the window must quit: hidesOnClose() tells.
class TrayIcon final : public QObject
{
    Q_OBJECT

public:
    enum class State { Serving, Degraded, Paused, Stopped };

    explicit TrayIcon(QObject *parent = nullptr);
    ~TrayIcon() override;

    /// Shows the icon as soon as there is a tray; looks again for a while, as at login the panel
    /// may come after us.
    void show();

    /// `line`: the first entry of the menu, for a person.
    void setState(State state, const QString &line);
    void setAddress(const QString &address);
    /// Only the gateway in this process can be paused.
    void setCanPause(bool can);

    /// A message of the system's, where it has such. Whether the user wants one is the caller's to
    /// ask.
    void notify(const QString &title, const QString &text);

    [[nodiscard]] bool isVisible() const;

    /// True when closing the window may leave the application in the tray.
    [[nodiscard]] bool hidesOnClose(bool wanted) const { return wanted && isVisible(); }

    /// A shape and a colour for each state, drawn: the colour alone tells nothing.
    [[nodiscard]] static QIcon icon(State state);

    [[nodiscard]] QMenu &menu() { return m_menu; }

Q_SIGNALS:
    void visibleChanged();
    void openRequested();
    void pauseRequested(bool on);
    void copyRequested();
    void quitRequested();

private:
    void attach();
    void retranslate();

    QMenu m_menu;
    QAction *m_status;
    QAction *m_open;
    QAction *m_pause;
    QAction *m_copy;
    QAction *m_quit;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    State m_state = State::Stopped;
    QString m_line;
    bool m_canPause = false;
    int m_looks = 0;
};

} // namespace meridian::ui
