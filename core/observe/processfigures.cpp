// SPDX-License-Identifier: MIT
// What the kernel says about this process, for the process_* series.
#include "core/observe/processfigures.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace meridian::observe {

namespace {

/// Fields of /proc/self/stat after the command name, which may hold spaces: "state" is number 3.
void readStat(ProcessFigures &figures)
{
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const auto afterName = line.rfind(')');
    if (afterName == std::string::npos) {
        return;
    }
    std::istringstream words(line.substr(afterName + 1));
    const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    constexpr std::size_t UserTime = 14 - 3;
    constexpr std::size_t StartTime = 22 - 3;
    constexpr std::size_t ResidentPages = 24 - 3;
    if (fields.size() <= ResidentPages) {
        return;
    }
    const auto field = [&](std::size_t i) { return std::strtoull(fields[i].c_str(), nullptr, 10); };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    figures.cpuSeconds = static_cast<double>(field(UserTime) + field(UserTime + 1)) / ticks;
    figures.virtualBytes = field(StartTime + 1);
    figures.residentBytes =
        field(ResidentPages) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));

    std::ifstream machine("/proc/stat");
    std::string key;
    while (machine >> key) {
        if (key == "btime") {
            double bootTime = 0;
            machine >> bootTime;
            figures.startTimeSeconds = bootTime + static_cast<double>(field(StartTime)) / ticks;
            return;
        }
        machine.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
}

} // namespace

ProcessFigures readProcessFigures()
{
    ProcessFigures figures;
    readStat(figures);
    std::error_code error;
    std::filesystem::directory_iterator entries("/proc/self/fd", error);
    if (!error) {
        std::uint64_t count = 0;
        for (const std::filesystem::directory_iterator end; !error && entries != end;
             entries.increment(error)) {
            ++count;
        }
        figures.openDescriptors = count > 0 ? count - 1 : 0; // the iterator's own
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        figures.maxDescriptors = limit.rlim_cur;
    }
    return figures;
}

} // namespace meridian::observe
