// SPDX-License-Identifier: MIT
// "Start at login": the entry that each system keeps for it.
#pragma once

#include "core/base/result.h"

#include <QString>

namespace meridian::ui {

/// Linux: an autostart .desktop file (freedesktop.org's Desktop Application Autostart); macOS: a
/// launch agent; Windows: a value below HKCU's Run key. The entry itself is the truth: nothing is
/// remembered elsewhere.
class LoginItem
{
public:
    struct Places
    {
        QString program;  // what is started, absolute
        QString location; // the file, or the registry key
    };

    /// This program, and where this system looks.
    LoginItem();
    explicit LoginItem(Places places);

    [[nodiscard]] bool isEnabled() const;
    /// Errors name the file and the reason; nothing half-written is left.
    [[nodiscard]] Result<void> setEnabled(bool on) const;

    // what is written, for each system
    [[nodiscard]] static QString desktopEntry(const QString &program);
    [[nodiscard]] static QString launchAgent(const QString &program);
    [[nodiscard]] static QString runValue(const QString &program);

    /// The argument that says: begin in the tray.
    static constexpr const char *HiddenArgument = "--hidden";

private:
    Places m_places;
};

} // namespace meridian::ui
