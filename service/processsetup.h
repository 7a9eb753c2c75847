// SPDX-License-Identifier: MIT
// What a server process settles before its first thread starts.
#pragma once

#include <string>

namespace meridian::service {

/// Raises RLIMIT_NOFILE's soft limit to the hard one, ignores SIGPIPE, blocks the signals that
/// SignalWatch will read (threads inherit the mask), and keeps malloc from making an arena per
/// thread.
void prepareProcess();

/// gateway.core_dumps. Without: no core file of this process is written, and only root may attach a
/// debugger, read its memory or what /proc shows the owner alone.
void allowCoreDumps(bool isAllowed);

/// `level` as in logging.level: DEBUG, INFO, WARNING, ERROR; anything else means INFO. Lines go to
/// stderr as "2026-01-01T00:00:00.000Z INFO meridian.proxy message", one write per line.
void setLogLevel(const std::string &level);

} // namespace meridian::service
