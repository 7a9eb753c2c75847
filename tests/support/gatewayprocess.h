// SPDX-License-Identifier: MIT
// The real executable under test: started on a free port with a configuration of its own, stopped
// by signal.
#pragma once

#include "tests/support/childprocess.h"
#include "tests/support/gatewayconfig.h"

#include <QTemporaryDir>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::support {

/// MERIDIAN_BIN names the executable (default: `defaultBinary`, from the build);
/// MERIDIAN_TEST_WRAPPER is put in front of it (a memory checker); MERIDIAN_TEST_WORKERS becomes
/// gateway.workers.
class GatewayProcess
{
public:
    GatewayProcess();

    /// The words that run the executable, without arguments.
    [[nodiscard]] static std::vector<std::string> command();
    [[nodiscard]] static bool isAvailable();

    /// Starts and waits for the line that says where it serves. False: see problem().
    [[nodiscard]] bool start(GatewayConfig config, const ChildProcess::Environment &extra = {});
    /// SIGTERM, then the exit code; 137 when it had to be killed. -1 when it never ran.
    [[nodiscard]] int stop(Deadline deadline = 40s);

    [[nodiscard]] std::uint16_t port() const { return m_port; }

    [[nodiscard]] const std::string &problem() const { return m_problem; }

    [[nodiscard]] ChildProcess &process() { return m_process; }

    /// Complete lines of the request log written so far.
    [[nodiscard]] std::vector<std::string> requestLog() const;
    [[nodiscard]] std::string folder() const;
    /// Writes a file into folder(), gives its path.
    [[nodiscard]] std::string writeFile(const std::string &name, const std::string &content) const;

    /// True under a wrapper or a sanitizer: memory and time say little then.
    [[nodiscard]] bool isInstrumented() const;

private:
    QTemporaryDir m_folder;
    ChildProcess m_process;
    std::uint16_t m_port = 0;
    std::string m_problem;
    std::string m_logPath;
};

} // namespace meridian::support
