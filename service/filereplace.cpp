// SPDX-License-Identifier: MIT
#include "service/filereplace.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace meridian::service {

namespace {

using State = FileReplaced::State;

std::string reason(int code)
{
    return std::generic_category().message(code);
}

FileReplaced failed(const char *what)
{
    const int code = errno;
    const bool isReadOnly = code == EROFS || code == EACCES || code == EPERM;
    return {isReadOnly ? State::ReadOnly : State::Failed, std::string(what) + ": " + reason(code)};
}

/// The file behind all links; empty with errno when there is none.
std::string target(const std::string &path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? std::string(real.get()) : std::string();
}

std::string folderOf(const std::string &path)
{
    return path.substr(0, path.rfind('/') + 1);
}

/// A file that goes with its owner unless it has been renamed.
class Draft
{
public:
    explicit Draft(const std::string &beside)
    {
        const std::size_t slash = beside.rfind('/') + 1;
        m_name = beside.substr(0, slash) + '.' + beside.substr(slash) + ".XXXXXX";
        m_fd = ::mkostemp(m_name.data(), O_CLOEXEC); // mode 0600
    }

    ~Draft()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
            if (!m_isKept) {
                ::unlink(m_name.c_str());
            }
        }
    }

    Draft(const Draft &) = delete;
    Draft &operator=(const Draft &) = delete;

    [[nodiscard]] int fd() const noexcept { return m_fd; }

    [[nodiscard]] bool write(std::string_view content) const
    {
        while (!content.empty()) {
            const ssize_t count = ::write(m_fd, content.data(), content.size());
            if (count < 0 && errno != EINTR) {
                return false;
            }
            content.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        return ::fsync(m_fd) == 0;
    }

    [[nodiscard]] bool renameTo(const std::string &path)
    {
        m_isKept = ::rename(m_name.c_str(), path.c_str()) == 0;
        return m_isKept;
    }

private:
    std::string m_name;
    int m_fd = -1;
    bool m_isKept = false;
};

void syncFolder(const std::string &folder)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        static_cast<void>(::fsync(fd)); // some file systems cannot; the rename stands all the same
        ::close(fd);
    }
}

bool nobodyMayWrite(const struct stat &info)
{
    return (info.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
}

constexpr const char *WithoutWriteBit =
    "it has no write permission for anybody, which this program takes as a word, root or not";

} // namespace

std::string whyReadOnly(const std::string &path)
{
    struct stat info = {};
    const std::string real = target(path);
    if (real.empty() || ::stat(real.c_str(), &info) != 0) {
        return reason(errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return "it is no regular file";
    }
    if (nobodyMayWrite(info)) {
        return WithoutWriteBit;
    }
    if (::access(real.c_str(), W_OK) != 0) {
        return reason(errno);
    }
    return ::access(folderOf(real).c_str(), W_OK | X_OK) == 0 ? std::string()
                                                              : "its folder: " + reason(errno);
}

FileReplaced replaceFile(const std::string &path,
                         std::string_view content,
                         const std::function<bool(const std::string &)> &isStill)
{
    const std::string real = target(path);
    struct stat info = {};
    if (real.empty() || ::stat(real.c_str(), &info) != 0) {
        return failed("cannot find the file");
    }
    if (std::string why = whyReadOnly(real); !why.empty()) {
        return {State::ReadOnly, std::move(why)};
    }
    Draft draft(real);
    if (draft.fd() < 0) {
        return failed("cannot write in its folder");
    }
    // the owner first: changing it takes setuid bits away, and access by the new owner's group
    const bool isOwned = (info.st_uid == ::geteuid() && info.st_gid == ::getegid()) ||
                         ::fchown(draft.fd(), info.st_uid, info.st_gid) == 0;
    if (!isOwned || ::fchmod(draft.fd(), info.st_mode & 07777) != 0) {
        return failed("cannot keep its owner and mode");
    }
    if (!draft.write(content)) {
        return failed("cannot write");
    }
    if (!isStill(real)) {
        return {State::Overtaken, "the file has changed meanwhile"};
    }
    if (!draft.renameTo(real)) {
        return failed("cannot put the new file in its place");
    }
    syncFolder(folderOf(real));
    return {};
}

} // namespace meridian::service
