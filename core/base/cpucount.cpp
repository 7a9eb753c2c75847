// SPDX-License-Identifier: MIT
#include "core/base/cpucount.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <sched.h>
#include <sstream>

namespace meridian {

namespace {

std::optional<double> readNumber(const std::string &path)
{
    std::ifstream file(path);
    double value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
}

/// "max 100000" or "150000 100000": quota and period in microseconds.
std::optional<double> readCpuMax(const std::string &path)
{
    std::ifstream file(path);
    std::string quota;
    double period = 0;
    if (!(file >> quota >> period) || quota == "max" || period <= 0) {
        return std::nullopt;
    }
    std::istringstream number(quota);
    double value = 0;
    return number >> value ? std::optional(value / period) : std::nullopt;
}

/// The smallest quota on the way from our cgroup up to the root.
std::optional<double> cgroupQuota(const std::string &root)
{
    std::optional<double> least;
    const auto consider = [&least](std::optional<double> quota) {
        if (quota && (!least || *quota < *least)) {
            least = quota;
        }
    };
    std::ifstream groups(root + "proc/self/cgroup");
    std::string line;
    while (std::getline(groups, line)) {
        if (line.starts_with("0::")) {
            std::string group = line.substr(3);
            while (true) {
                consider(readCpuMax(root + "sys/fs/cgroup" + group + "/cpu.max"));
                const auto slash = group.rfind('/');
                if (group.empty() || slash == std::string::npos) {
                    break;
                }
                group.resize(slash);
            }
        } else if (line.find(":cpu,") != std::string::npos ||
                   line.find(",cpu:") != std::string::npos ||
                   line.find(":cpu:") != std::string::npos) {
            // in a container the mount may begin at the container's own group
            for (const std::string &group : {line.substr(line.rfind(':') + 1), std::string()}) {
                const std::string folder = root + "sys/fs/cgroup/cpu" + group;
                const auto quota = readNumber(folder + "/cpu.cfs_quota_us");
                const auto period = readNumber(folder + "/cpu.cfs_period_us");
                if (quota && period && *quota > 0 && *period > 0) {
                    consider(*quota / *period);
                }
            }
        }
    }
    return least;
}

} // namespace

int usableCpuCount(const std::string &root)
{
    cpu_set_t mask;
    CPU_ZERO(&mask);
    int count = ::sched_getaffinity(0, sizeof(mask), &mask) == 0 ? CPU_COUNT(&mask) : 1;
    if (const auto quota = cgroupQuota(root)) {
        count = std::min(count, static_cast<int>(std::ceil(*quota)));
    }
    return std::max(count, 1);
}

} // namespace meridian
