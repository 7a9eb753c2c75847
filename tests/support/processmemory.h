// SPDX-License-Identifier: MIT
// Looks for bytes in another process's memory.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace meridian::support {

/// Text whose traces are looked for: random, and told apart from anything else by each quarter.
[[nodiscard]] std::string randomKey();

struct MemorySearch
{
    std::vector<std::string> places; // where a quarter of the text was found, in words
    std::size_t searched = 0;        // bytes that could be read
    std::string problem;             // not empty: the memory cannot be read, and why
};

/// Reads all of the process's readable memory. A trace is any quarter of `text`, so that a copy
/// whose beginning has been overwritten is found too.
[[nodiscard]] MemorySearch searchMemory(pid_t process, std::string_view text);

/// Searches until nothing is found or two seconds have passed: an answer is here before the turn
/// of its sender's loop is over.
[[nodiscard]] MemorySearch searchUntilGone(pid_t process, std::string_view text);

} // namespace meridian::support
