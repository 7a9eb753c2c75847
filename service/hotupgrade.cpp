// SPDX-License-Identifier: MIT
#include "service/hotupgrade.h"

#include "service/systemd.h"

#include <QLoggingCategory>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace meridian::service {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcHandover, "meridian.service")

constexpr int FirstSocket = 3; // SD_LISTEN_FDS_START
constexpr auto LookAfterSuccessor = 50ms;
constexpr int CannotExecute = 127;
constexpr std::string_view PidPlace = "          "; // digits of a process id go there

/// An array of C strings for execve, over strings that it owns.
class Words
{
public:
    explicit Words(std::vector<std::string> words)
        : m_words(std::move(words))
    {
        for (std::string &word : m_words) {
            m_pointers.push_back(word.data());
        }
        m_pointers.push_back(nullptr);
    }

    [[nodiscard]] char *const *data() const { return m_pointers.data(); }

    [[nodiscard]] std::vector<std::string> &words() { return m_words; }

private:
    std::vector<std::string> m_words;
    std::vector<char *> m_pointers;
};

/// Where the running program came from; a file that has been replaced since is the new one.
std::string executablePath()
{
    std::error_code error;
    std::string path = std::filesystem::read_symlink("/proc/self/exe", error).string();
    constexpr std::string_view Replaced = " (deleted)";
    if (path.ends_with(Replaced)) {
        path.resize(path.size() - Replaced.size());
    }
    return path;
}

std::vector<std::string> originalArguments()
{
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::vector<std::string> arguments;
    for (std::string word; std::getline(file, word, '\0');) {
        arguments.push_back(std::move(word));
    }
    return arguments;
}

std::vector<std::string> environmentFor(std::size_t sockets)
{
    std::vector<std::string> result;
    for (char **entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto isOneOf = [&](auto... names) { return (text.starts_with(names) || ...); };
        if (!isOneOf("LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", "WATCHDOG_PID=",
                     "MERIDIAN_HANDOVER_PID=")) {
            result.emplace_back(text);
        }
    }
    result.push_back("LISTEN_FDS=" + std::to_string(sockets));
    result.push_back(std::string(PredecessorVariable) + "=" + std::to_string(::getpid()));
    result.push_back("LISTEN_PID=" + std::string(PidPlace));
    result.push_back("WATCHDOG_PID=" + std::string(PidPlace));
    return result;
}

/// Between fork and exec of a program with threads: nothing here may allocate or lock.
void writePid(char *place, pid_t pid)
{
    std::array<char, PidPlace.size()> digits{};
    std::size_t count = 0;
    for (; pid > 0 && count < digits.size(); pid /= 10) {
        digits[count++] = static_cast<char>('0' + pid % 10);
    }
    for (std::size_t i = 0; i < count; ++i) {
        place[i] = digits[count - 1 - i];
    }
    place[count] = '\0';
}

std::string endOf(int status)
{
    if (WIFSIGNALED(status)) {
        return "signal " + std::to_string(WTERMSIG(status));
    }
    const int code = WEXITSTATUS(status);
    return "exit code " + std::to_string(code) +
           (code == CannotExecute ? ", the program cannot be executed" : "");
}

} // namespace

HotUpgrade::HotUpgrade()
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { watch(); });
}

Result<pid_t> HotUpgrade::begin(const std::vector<int> &sockets)
{
    const std::string program = executablePath();
    const Words arguments(originalArguments());
    Words environment(environmentFor(sockets.size()));
    std::vector<std::string> &variables = environment.words();
    char *const watchdogPid = variables.back().data() + variables.back().find('=') + 1;
    std::string &listenPidText = variables[variables.size() - 2];
    char *const listenPid = listenPidText.data() + listenPidText.find('=') + 1;

    const int first = FirstSocket + static_cast<int>(sockets.size());
    std::vector<int> copies; // above the places they are put to, so that none overwrites another
    for (const int fd : sockets) {
        copies.push_back(::fcntl(fd, F_DUPFD_CLOEXEC, first));
    }
    const auto closeCopies = [&] {
        for (const int fd : copies) {
            if (fd >= 0) {
                ::close(fd);
            }
        }
    };
    if (std::find(copies.begin(), copies.end(), -1) != copies.end()) {
        auto error = systemFailure("dup");
        closeCopies();
        return error;
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        writePid(listenPid, ::getpid());
        writePid(watchdogPid, ::getpid());
        for (std::size_t i = 0; i < copies.size(); ++i) {
            ::dup2(copies[i], FirstSocket + static_cast<int>(i));
        }
        ::close_range(static_cast<unsigned>(first), ~0U, 0); // whatever a library left open
        ::execve(program.c_str(), arguments.data(), environment.data());
        ::_exit(CannotExecute);
    }
    auto error = systemFailure("fork");
    closeCopies();
    if (pid < 0) {
        return error;
    }
    m_successor = pid;
    m_deadline = std::chrono::steady_clock::now() + Deadline;
    m_timer.start(LookAfterSuccessor);
    return pid;
}

void HotUpgrade::abandon() noexcept
{
    if (m_successor > 0) {
        ::kill(m_successor, SIGTERM);
    }
}

void HotUpgrade::complete()
{
    m_timer.stop();
}

void HotUpgrade::watch()
{
    int status = 0;
    if (::waitpid(m_successor, &status, WNOHANG) == m_successor) {
        qCWarning(lcHandover,
                  "hand-over failed: the new process %d ended (%s), see its own lines above; this "
                  "one goes on",
                  m_successor, endOf(status).c_str());
        m_successor = 0;
        m_timer.stop();
    } else if (std::chrono::steady_clock::now() > m_deadline) {
        qCWarning(lcHandover, "hand-over failed: the new process %d is not ready in time",
                  m_successor);
        ::kill(m_successor, SIGKILL); // reaped by the next look
        m_deadline += Deadline;
    }
}

} // namespace meridian::service
