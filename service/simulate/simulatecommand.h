// SPDX-License-Identifier: MIT
// `meridian simulate`: one simulated backend as a process.
#pragma once

#include "core/base/result.h"
#include "service/simulate/options.h"

#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace meridian::simulate {

struct SimulateArguments
{
    SimulatorOptions options;
    QString help; // not empty: only this was asked for
};

/// `arguments` as on the command line: program, optionally `simulate`, options. What no option says
/// is taken from BACKEND_NAME, BASE_LATENCY_MS, MODEL_NAME and ERROR_RATE, then from the defaults.
[[nodiscard]] Result<SimulateArguments>
parseSimulateArguments(const QStringList &arguments, const QProcessEnvironment &environment);

/// Serves until SIGTERM, SIGINT or SIGHUP, which it blocks for the calling thread and those started
/// later, and returns the exit status: 0, or 1 with a message on stderr. Needs a QCoreApplication.
[[nodiscard]] int runSimulate(const QStringList &arguments);

} // namespace meridian::simulate
