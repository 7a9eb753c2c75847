// SPDX-License-Identifier: MIT
// The command line of meridian-desktop.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace meridian::ui {

struct Options
{
    /// Nothing when the command line was nonsense or asked for help: it has been told.
    [[nodiscard]] static std::optional<Options> parse(const QStringList &arguments, int &exitCode);

    QString config;  // empty: the usual place
    QString connect; // a gateway elsewhere, instead of one of our own
    bool isDemo = false;
    bool isSelfTest = false;
    bool isTiming = false;
    bool isHidden = false; // begin in the tray
};

} // namespace meridian::ui
