// SPDX-License-Identifier: MIT
// Waits as an application does: blocking in the dispatcher, which is when event::Loop ends a turn.
#pragma once

#include "tests/support/deadline.h"

#include <QCoreApplication>
#include <QTimer>

namespace meridian::support {

/// False when the condition did not come true in time. (QTRY_VERIFY only polls: nothing that waits
/// for the end of a turn would ever happen.)
template <typename Condition>
[[nodiscard]] bool turnUntil(Condition condition, Deadline deadline = Patient * 3)
{
    QTimer look; // something to wake up for
    look.start(std::chrono::milliseconds(20));
    while (!condition()) {
        if (deadline.hasPassed()) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

} // namespace meridian::support
