// SPDX-License-Identifier: MIT
// An append-only file of lines that survives full disks and rotation.
#include "core/observe/logfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace meridian::observe {

namespace {

std::size_t countLines(std::string_view text)
{
    std::size_t lines = 0;
    while (!text.empty()) { // memchr() looks at a whole vector at a time, std::count() at a byte
        const void *end = std::memchr(text.data(), '\n', text.size());
        if (end == nullptr) {
            break;
        }
        ++lines;
        text.remove_prefix(static_cast<std::size_t>(static_cast<const char *>(end) - text.data()) +
                           1);
    }
    return lines;
}

/// Takes from `rest` what the kernel accepted; returns errno of the write that failed, or 0.
int writeAll(int fd, std::string_view &rest)
{
    while (!rest.empty()) {
        const ssize_t written = ::write(fd, rest.data(), rest.size());
        if (written > 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (written == 0 || errno != EINTR) {
            return written == 0 ? EIO : errno;
        }
    }
    return 0;
}

} // namespace

LogFile::~LogFile()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

Result<void> LogFile::open(const std::string &path)
{
    std::error_code
        ignored; // a folder that is still missing makes open() fail with the better reason
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) {
        std::filesystem::create_directories(parent, ignored);
    }
    // request metadata is nobody else's business: 0640
    // O_NONBLOCK: a pipe without a reader is an error and no reason to wait
    const int fd =
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
    if (fd < 0) {
        const std::error_code reason(errno, std::generic_category());
        return failure(ErrorCode::SystemCall, "cannot open " + path + ": " + reason.message());
    }
    ::fcntl(fd, F_SETFL, O_APPEND); // writes wait again
    if (m_fd >= 0) {
        ::close(m_fd);
    }
    m_fd = fd;
    m_isMidLine = false;
    return {};
}

LogFile::Outcome LogFile::append(std::string_view lines)
{
    Outcome outcome;
    std::string_view rest = lines;
    if (m_isMidLine) {
        std::string_view separator = "\n";
        outcome.error = writeAll(m_fd, separator);
        m_isMidLine = outcome.error != 0;
    }
    if (outcome.error == 0) {
        outcome.error = writeAll(m_fd, rest);
    }
    outcome.linesLost = countLines(rest);
    outcome.linesWritten = countLines(lines) - outcome.linesLost;
    const std::size_t taken = lines.size() - rest.size();
    if (taken > 0) {
        m_isMidLine = lines[taken - 1] != '\n';
    }
    return outcome;
}

} // namespace meridian::observe
