// SPDX-License-Identifier: MIT
// Writes a file so that whoever reads it, at any moment or after a crash, finds the old or the new.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace meridian::service {

/// How replaceFile() went.
struct FileReplaced
{
    enum class State {
        Done,
        ReadOnly,  // not to be written by this process, or by nobody
        Overtaken, // `isStill` said no: somebody else was faster
        Failed,
    };

    State state = State::Done;
    std::string detail; // the reason, for a person; without the path
};

/// Puts `content` in the place of an existing regular file: another file in the same folder, with
/// the same mode and owner, synced, then renamed over it. Symbolic links are followed: the file
/// they lead to is replaced. `isStill` is asked right before the rename, with the name of the file
/// that is about to go. Whatever but Done means that the old file is untouched. Blocks on the disk.
[[nodiscard]] FileReplaced replaceFile(const std::string &path,
                                       std::string_view content,
                                       const std::function<bool(const std::string &)> &isStill);

/// Whether replaceFile() has a chance; the reason when not, else empty.
[[nodiscard]] std::string whyReadOnly(const std::string &path);

} // namespace meridian::service
