// SPDX-License-Identifier: MIT
#include "service/systemd.h"

#include <QLoggingCategory>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace meridian::service {

namespace {

Q_LOGGING_CATEGORY(lcSystemd, "meridian.service")

constexpr int FirstSocket = 3; // SD_LISTEN_FDS_START
constexpr int MaxSockets = 1024;

std::optional<long long> numberIn(const char *variable)
{
    const char *text = std::getenv(variable);
    if (text == nullptr) {
        return std::nullopt;
    }
    long long value = 0;
    const char *end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        return std::nullopt;
    }
    return value;
}

} // namespace

Inherited takeInherited()
{
    Inherited found;
    const auto count = numberIn("LISTEN_FDS");
    if (count && numberIn("LISTEN_PID") == ::getpid()) {
        for (int fd = FirstSocket; fd < FirstSocket + std::clamp<long long>(*count, 0, MaxSockets);
             ++fd) {
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            found.sockets.push_back(fd);
        }
    }
    if (const auto predecessor = numberIn(PredecessorVariable);
        predecessor && *predecessor > 1 && *predecessor == ::getppid()) {
        found.predecessor = static_cast<pid_t>(*predecessor);
    }
    for (const char *variable :
         {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", PredecessorVariable}) {
        ::unsetenv(variable);
    }
    return found;
}

Notifier::Notifier()
{
    const char *address = std::getenv("NOTIFY_SOCKET");
    if (address != nullptr && (address[0] == '/' || address[0] == '@')) {
        m_address = address;
    }
}

void Notifier::ready() const
{
    send("READY=1\nSTATUS=serving");
}

void Notifier::reloading() const
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    send("RELOADING=1\nMONOTONIC_USEC=" +
         std::to_string(now.tv_sec * 1'000'000LL + now.tv_nsec / 1000));
}

void Notifier::stopping() const
{
    send("STOPPING=1\nSTATUS=draining");
}

void Notifier::mainProcess(pid_t pid) const
{
    send("MAINPID=" + std::to_string(pid));
}

void Notifier::startWatchdog()
{
    const auto microseconds = numberIn("WATCHDOG_USEC");
    const auto wanted = numberIn("WATCHDOG_PID");
    if (m_address.empty() || !microseconds || *microseconds <= 0 ||
        (wanted && *wanted != ::getpid())) {
        return;
    }
    QObject::connect(&m_watchdog, &QTimer::timeout, &m_watchdog, [this] { send("WATCHDOG=1"); });
    m_watchdog.start(std::chrono::milliseconds(std::clamp(*microseconds / 2000, 10LL, 60'000LL)));
    send("WATCHDOG=1");
}

void Notifier::send(std::string_view message) const
{
    sockaddr_un address{};
    if (m_address.empty() || m_address.size() >= sizeof address.sun_path) {
        return;
    }
    address.sun_family = AF_UNIX;
    std::copy(m_address.begin(), m_address.end(), address.sun_path);
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0'; // the abstract namespace
    }
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return;
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + m_address.size());
    if (::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr *>(&address), size) < 0) {
        qCWarning(lcSystemd, "the service manager was not told: %s", std::strerror(errno));
    }
    ::close(fd);
}

} // namespace meridian::service
