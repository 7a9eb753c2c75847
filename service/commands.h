// SPDX-License-Identifier: MIT
// The subcommands of `meridian`. Each returns the process's exit code.
#pragma once

#include <QStringList>

namespace meridian::service {

/// `arguments` begin with the subcommand's name. prepareProcess() has run.
[[nodiscard]] int runServe(const QStringList &arguments);
[[nodiscard]] int runDemo(const QStringList &arguments);
[[nodiscard]] int runCheck(const QStringList &arguments);
[[nodiscard]] int runDiscover(const QStringList &arguments);

} // namespace meridian::service
