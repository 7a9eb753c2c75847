// SPDX-License-Identifier: MIT
// How many processors this process may use.
#pragma once

#include <string>

namespace meridian {

/// The smaller of the affinity mask and the cgroup's CPU quota (v2 cpu.max, v1 cfs_quota), rounded
/// up; at least 1. Containers set the quota, and a worker more than it allows only causes
/// throttling. `root` is for tests: a folder that holds proc/ and sys/.
[[nodiscard]] int usableCpuCount(const std::string &root = "/");

} // namespace meridian
