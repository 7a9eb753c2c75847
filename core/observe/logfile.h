// SPDX-License-Identifier: MIT
// An append-only file of lines that survives full disks and rotation.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::observe {

/// Whole lines go in; what a failed write leaves of a line is closed off with a newline before the
/// next one, so that every other line stays readable. One thread.
class LogFile
{
public:
    LogFile() = default;
    ~LogFile();
    LogFile(const LogFile &) = delete;
    LogFile &operator=(const LogFile &) = delete;

    /// Opens for appending and makes missing parent folders. If it fails, the file that was open
    /// before stays open.
    Result<void> open(const std::string &path);

    /// What became of one append().
    struct Outcome
    {
        std::size_t linesWritten = 0;
        std::size_t linesLost = 0;
        int error = 0; // errno of the failed write, 0 = none
    };

    /// Writes `lines`, each ended by a newline, with one write(2) where the kernel takes it whole.
    Outcome append(std::string_view lines);

    [[nodiscard]] bool isOpen() const noexcept { return m_fd >= 0; }

private:
    int m_fd = -1;
    bool m_isMidLine = false;
};

} // namespace meridian::observe
