// SPDX-License-Identifier: MIT
// open, fstat, read.
#include "core/secrets/boundedfile.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace meridian {

namespace {

tl::unexpected<Error> unreadable(int code)
{
    return failure(ErrorCode::FileUnreadable, std::generic_category().message(code));
}

class Descriptor
{
public:
    explicit Descriptor(int fd) noexcept
        : m_fd(fd)
    {
    }

    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    ~Descriptor()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }

    [[nodiscard]] int get() const noexcept { return m_fd; }

private:
    int m_fd;
};

} // namespace

Result<std::string> readBoundedFile(const std::string &path, std::size_t maxBytes)
{
    if (path.find('\0') != std::string::npos) {
        return unreadable(EINVAL);
    }
    // O_NONBLOCK: opening a FIFO would wait for its writer
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat info = {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
        return unreadable(errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return failure(ErrorCode::FileUnreadable,
                       S_ISDIR(info.st_mode) ? "Is a directory" : "Not a regular file");
    }
    // One byte more than allowed tells "too large" from "just fits"; the size is not trusted
    // beyond a first guess, as the file may grow and /proc says 0.
    std::string contents;
    std::size_t used = 0;
    const auto guess = static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)) + 1;
    contents.resize(std::min(std::max<std::size_t>(guess, 4096), maxBytes + 1));
    while (true) {
        const ssize_t got = ::read(file.get(), contents.data() + used, contents.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return unreadable(errno);
        }
        used += static_cast<std::size_t>(got);
        if (used > maxBytes) {
            return failure(ErrorCode::FileUnreadable,
                           "larger than " + std::to_string(maxBytes) + " bytes");
        }
        if (got == 0) {
            contents.resize(used);
            return contents;
        }
        if (used == contents.size()) {
            contents.resize(std::min(contents.size() * 2, maxBytes + 1));
        }
    }
}

} // namespace meridian
