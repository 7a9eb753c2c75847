// SPDX-License-Identifier: MIT
// The modes of the bench client. Each returns the process' exit code: 0 when it could measure
// (failures of requests are figures, not exit codes), 2 when it could not.
#pragma once

#include <string>

namespace meridian::bench {

int runLatency(int argc, char **argv);
/// `hold`, `idle` and `stream`: three ways to run StreamLoad.
int runStreams(const std::string &mode, int argc, char **argv);
int runRate(int argc, char **argv);
int runLoris(int argc, char **argv);

/// SIGTERM or SIGINT arrived: finish and report. Set by main()'s handler.
[[nodiscard]] bool isStopRequested();

/// A whole POST with its head. `body` is a JSON text.
[[nodiscard]] std::string postRequest(const std::string &path, const std::string &body);

/// The file's bytes, or a message on stderr and exit code 2.
[[nodiscard]] std::string readBodyFile(const std::string &path);

} // namespace meridian::bench
