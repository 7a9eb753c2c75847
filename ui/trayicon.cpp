// SPDX-License-Identifier: MIT
// The tray: one look at the gateway, pause, open, copy its address, quit.
#include "ui/trayicon.h"

#include <QAction>
#include <QPainter>
#include <QPixmap>
#include <QTimer>

#include <chrono>

namespace meridian::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto LookPause = 1s;
constexpr int Looks = 60; // a panel that comes later than this finds us without an icon

QPixmap drawn(TrayIcon::State state, int size)
{
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size / 16.0, size / 16.0);
    painter.setPen(Qt::NoPen);
    const QPolygonF diamond({{8, 0.5}, {15.5, 8}, {8, 15.5}, {0.5, 8}});
    switch (state) {
    case TrayIcon::State::Serving: // a whole diamond
        painter.setBrush(QColor(0x3F, 0xB9, 0x50));
        painter.drawPolygon(diamond);
        break;
    case TrayIcon::State::Degraded: // with a mark in it
        painter.setBrush(QColor(0xD2, 0x99, 0x22));
        painter.drawPolygon(diamond);
        painter.setBrush(QColor(0x0E, 0x11, 0x16));
        painter.drawRoundedRect(QRectF(7, 3.5, 2, 5.5), 1, 1);
        painter.drawEllipse(QRectF(6.9, 10.2, 2.2, 2.2));
        break;
    case TrayIcon::State::Paused: // with two bars
        painter.setBrush(QColor(0x4C, 0x8D, 0xFF));
        painter.drawPolygon(diamond);
        painter.setBrush(Qt::white);
        painter.drawRect(QRectF(5.6, 5, 1.8, 6));
        painter.drawRect(QRectF(8.6, 5, 1.8, 6));
        break;
    case TrayIcon::State::Stopped: // an outline
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0x9A, 0xA7, 0xB6), 1.6));
        painter.drawPolygon(QPolygonF({{8, 1.6}, {14.4, 8}, {8, 14.4}, {1.6, 8}}));
        break;
    }
    return pixmap;
}

} // namespace

TrayIcon::TrayIcon(QObject *parent)
    : QObject(parent)
    , m_status(m_menu.addAction(QString()))
{
    m_status->setEnabled(false); // a line to read
    m_menu.addSeparator();
    m_open = m_menu.addAction(QString(), this, &TrayIcon::openRequested);
    m_pause = m_menu.addAction(QString());
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::triggered, this, &TrayIcon::pauseRequested);
    m_copy = m_menu.addAction(QString(), this, &TrayIcon::copyRequested);
    m_copy->setEnabled(false);
    m_menu.addSeparator();
    m_quit = m_menu.addAction(QString(), this, &TrayIcon::quitRequested);
    retranslate();
}

TrayIcon::~TrayIcon() = default;

void TrayIcon::retranslate()
{
    m_open->setText(tr("Open Meridian"));
    m_pause->setText(tr("Pause"));
    m_copy->setText(tr("Copy address"));
    m_quit->setText(tr("Quit"));
}

QIcon TrayIcon::icon(State state)
{
    QIcon icon;
    for (const int size : {16, 22, 24, 32, 48, 64}) {
        icon.addPixmap(drawn(state, size));
    }
    return icon;
}

void TrayIcon::show()
{
    if (m_icon) {
        return;
    }
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        attach();
    } else if (++m_looks < Looks) {
        QTimer::singleShot(LookPause, this, &TrayIcon::show);
    }
}

void TrayIcon::attach()
{
    m_icon = std::make_unique<QSystemTrayIcon>(icon(m_state));
    m_icon->setContextMenu(&m_menu);
    m_icon->setToolTip(m_line);
    connect(m_icon.get(), &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick) {
                    Q_EMIT openRequested();
                }
            });
    connect(m_icon.get(), &QSystemTrayIcon::messageClicked, this, &TrayIcon::openRequested);
    m_icon->show();
    Q_EMIT visibleChanged();
}

bool TrayIcon::isVisible() const
{
    // asked each time: a panel may have gone, and the window must not vanish without a way back
    return m_icon && m_icon->isVisible() && QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayIcon::setState(State state, const QString &line)
{
    const bool isAnother = state != m_state;
    m_state = state;
    m_line = line;
    m_status->setText(line);
    m_pause->setChecked(state == State::Paused);
    m_pause->setEnabled(m_canPause && state != State::Stopped);
    if (m_icon) {
        if (isAnother) {
            m_icon->setIcon(icon(state));
        }
        m_icon->setToolTip(line);
    }
}

void TrayIcon::setAddress(const QString &address)
{
    m_copy->setEnabled(!address.isEmpty());
}

void TrayIcon::setCanPause(bool can)
{
    m_canPause = can;
    m_pause->setEnabled(can && m_state != State::Stopped);
}

void TrayIcon::notify(const QString &title, const QString &text)
{
    if (isVisible() && QSystemTrayIcon::supportsMessages()) {
        m_icon->showMessage(title, text.left(500), icon(m_state));
    }
}

} // namespace meridian::ui
