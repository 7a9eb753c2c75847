// SPDX-License-Identifier: MIT
// Files that credentials are made of, read while the configuration is loaded.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::credentials {

/// Reads files and remembers what was in them: a reload with the same settings and the same files
/// changes nothing. Main thread; blocks on the disk.
class SourceFiles
{
public:
    static constexpr std::size_t MaxBytes = 256 * 1024;

    /// `what`: for the error, "the service account's key"; `cure`: what to do about it.
    [[nodiscard]] Result<Secret>
    read(const std::string &path, std::string_view what, std::string_view cure);

    /// Counts something read elsewhere (the environment) among the files.
    void note(std::string_view contents);

    /// SHA-256 of everything read so far.
    [[nodiscard]] const std::string &digest() const noexcept { return m_digest; }

private:
    std::string m_digest;
};

/// SHA-256, raw.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Empty when it is not set.
[[nodiscard]] std::string environmentValue(const char *name);

/// `~/x` of the user that the gateway runs as; other paths as they are.
[[nodiscard]] std::string expandHome(std::string_view path);

/// A number that changes when one of the files does; never 0. Looks at the disk, reads nothing.
[[nodiscard]] std::uint64_t stateOfFiles(const std::vector<std::string> &paths) noexcept;

} // namespace meridian::credentials
