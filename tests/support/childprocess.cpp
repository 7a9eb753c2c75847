// SPDX-License-Identifier: MIT
// A program started by a test: its output is read as it comes, its end is awaited, it never
// outlives the test.
#include "tests/support/childprocess.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace meridian::support {

namespace {

// A runaway child must not fill the memory of the test.
constexpr std::size_t MostOutput = 16U << 20;

std::uint64_t statusField(pid_t pid, const std::string &field)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with(field + ":")) {
            return std::strtoull(line.c_str() + field.size() + 1, nullptr, 10) * 1024;
        }
    }
    return 0;
}

} // namespace

ChildProcess::~ChildProcess()
{
    if (m_pid > 0 && !m_exitCode) {
        ::kill(m_pid, SIGKILL);
        (void)waitForExit(Patient);
    }
    if (m_reader.joinable()) {
        m_reader.join();
    }
}

bool ChildProcess::start(const std::vector<std::string> &arguments, const Environment &extra)
{
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) {
        return false;
    }
    std::vector<std::string> words = arguments;
    std::vector<char *> argv;
    for (std::string &word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    m_pid = ::fork();
    if (m_pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) {
            ::_exit(127);
        }
        for (const auto &[key, value] : extra) {
            ::setenv(key.c_str(), value.c_str(), 1);
        }
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    if (m_pid < 0) {
        ::close(out[0]);
        ::close(err[0]);
        return false;
    }
    m_reader = std::thread(&ChildProcess::drain, this, out[0], err[0]);
    return true;
}

void ChildProcess::drain(int out, int err)
{
    std::array<pollfd, 2> wanted{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
    std::array<char, 16384> buffer{};
    while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
        (void)::poll(wanted.data(), wanted.size(), -1);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].fd < 0 || wanted[i].revents == 0) {
                continue;
            }
            const ssize_t count = ::read(wanted[i].fd, buffer.data(), buffer.size());
            if (count <= 0) {
                ::close(wanted[i].fd);
                wanted[i].fd = -1;
                continue;
            }
            const std::lock_guard lock(m_mutex);
            std::string &into = i == 0 ? m_output : m_error;
            if (into.size() < MostOutput) {
                into.append(buffer.data(), static_cast<std::size_t>(count));
            }
            m_changed.notify_all();
        }
    }
    const std::lock_guard lock(m_mutex);
    m_isDrained = true;
    m_changed.notify_all();
}

bool ChildProcess::waitForOutput(const std::string &text, Deadline deadline) const
{
    std::unique_lock lock(m_mutex);
    const auto isThere = [&] { return m_output.find(text) != std::string::npos; };
    m_changed.wait_until(lock, deadline.end(), [&] { return m_isDrained || isThere(); });
    return isThere();
}

void ChildProcess::signal(int number) const
{
    if (m_pid > 0 && !m_exitCode) {
        ::kill(m_pid, number);
    }
}

void ChildProcess::noteExit(int status)
{
    m_exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<int> ChildProcess::waitForExit(Deadline deadline)
{
    if (m_pid > 0 && !m_exitCode) {
        const int handle = static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0));
        pollfd wanted{handle, POLLIN, 0};
        (void)::poll(&wanted, 1, deadline.pollMilliseconds());
        ::close(handle);
        int status = 0;
        if (::waitpid(m_pid, &status, WNOHANG) == m_pid) {
            noteExit(status);
            std::unique_lock lock(m_mutex); // the last words
            m_changed.wait_until(lock, Deadline(1s).end(), [this] { return m_isDrained; });
        }
    }
    return m_exitCode;
}

bool ChildProcess::isRunning()
{
    return m_pid > 0 && !waitForExit(0ms);
}

std::string ChildProcess::standardOutput() const
{
    const std::lock_guard lock(m_mutex);
    return m_output;
}

std::string ChildProcess::standardError() const
{
    const std::lock_guard lock(m_mutex);
    return m_error;
}

std::uint64_t ChildProcess::residentBytes() const
{
    return statusField(m_pid, "VmRSS");
}

std::uint64_t ChildProcess::peakResidentBytes() const
{
    return statusField(m_pid, "VmHWM");
}

std::size_t ChildProcess::openDescriptors() const
{
    std::error_code error;
    std::size_t count = 0;
    const std::filesystem::path folder("/proc/" + std::to_string(m_pid) + "/fd");
    for (auto entry = std::filesystem::directory_iterator(folder, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        ++count;
    }
    return count;
}

Finished runProcess(const std::vector<std::string> &arguments,
                    const ChildProcess::Environment &extra,
                    Deadline deadline)
{
    ChildProcess child;
    Finished result;
    if (child.start(arguments, extra)) {
        result.exitCode = child.waitForExit(deadline);
        result.output = child.standardOutput();
        result.error = child.standardError();
    }
    return result;
}

} // namespace meridian::support
