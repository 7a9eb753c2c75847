// SPDX-License-Identifier: MIT
// A program started by a test: its output is read as it comes, its end is awaited, it never
// outlives the test.
#pragma once

#include "tests/support/deadline.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <utility>
#include <vector>

namespace meridian::support {

/// Owns one child. Calls from the test's thread; an own thread drains the pipes.
class ChildProcess
{
public:
    using Environment = std::vector<std::pair<std::string, std::string>>;

    ChildProcess() = default;
    /// Kills what still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;

    /// `arguments[0]` is the program (PATH is searched). `extra` is added to the environment.
    [[nodiscard]] bool start(const std::vector<std::string> &arguments,
                             const Environment &extra = {});
    [[nodiscard]] bool waitForOutput(const std::string &text, Deadline deadline) const;
    void signal(int number) const;
    /// The exit code, or 128 + the signal; empty when still running at the deadline.
    [[nodiscard]] std::optional<int> waitForExit(Deadline deadline);

    [[nodiscard]] bool isRunning();

    [[nodiscard]] pid_t pid() const { return m_pid; }

    [[nodiscard]] std::string standardOutput() const;
    [[nodiscard]] std::string standardError() const;

    /// Resident memory now and at its peak, in bytes; 0 when unknown.
    [[nodiscard]] std::uint64_t residentBytes() const;
    [[nodiscard]] std::uint64_t peakResidentBytes() const;
    [[nodiscard]] std::size_t openDescriptors() const;

private:
    void drain(int out, int err);
    void noteExit(int status);

    pid_t m_pid = -1;
    std::optional<int> m_exitCode;
    std::thread m_reader;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::string m_output;
    std::string m_error;
    bool m_isDrained = false;
};

/// Runs to its end; the exit code is empty when it had to be killed.
struct Finished
{
    std::optional<int> exitCode;
    std::string output;
    std::string error;
};

[[nodiscard]] Finished runProcess(const std::vector<std::string> &arguments,
                                  const ChildProcess::Environment &extra = {},
                                  Deadline deadline = 30s);

} // namespace meridian::support
