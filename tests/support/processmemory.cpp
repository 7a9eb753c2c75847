// SPDX-License-Identifier: MIT
#include "tests/support/processmemory.h"

#include "tests/support/deadline.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <random>
#include <unistd.h>

namespace meridian::support {

namespace {

constexpr std::size_t KeySize = 64;
constexpr std::size_t Parts = 4;
constexpr std::size_t BlockSize = 1 << 20;

/// The bytes of one mapping, block by block; blocks overlap so that nothing hides at their seams.
class MappingReader
{
public:
    MappingReader(int memory, unsigned long from, unsigned long to)
        : m_memory(memory)
        , m_at(from)
        , m_end(to)
    {
    }

    /// Empty at the end, or where the kernel refuses (a mapping of a device).
    std::string_view next(std::size_t overlap)
    {
        if (m_at >= m_end) {
            return {};
        }
        const std::size_t wanted = std::min<unsigned long>(BlockSize, m_end - m_at);
        m_block.resize(wanted);
        const ssize_t got = ::pread(m_memory, m_block.data(), wanted, static_cast<off_t>(m_at));
        if (got <= 0) {
            return {};
        }
        const auto size = static_cast<std::size_t>(got);
        m_at += m_at + size >= m_end || size <= overlap ? size : size - overlap;
        return {m_block.data(), size};
    }

private:
    int m_memory;
    unsigned long m_at;
    unsigned long m_end;
    std::string m_block;
};

void searchMapping(MappingReader reader,
                   std::string_view text,
                   const std::string &name,
                   MemorySearch &result)
{
    const std::size_t partSize = text.size() / Parts;
    for (auto block = reader.next(partSize); !block.empty(); block = reader.next(partSize)) {
        result.searched += block.size();
        for (std::size_t part = 0; part < Parts; ++part) {
            const std::string_view wanted = text.substr(part * partSize, partSize);
            const void *found = ::memmem(block.data(), block.size(), wanted.data(), wanted.size());
            if (found != nullptr) {
                const auto at =
                    static_cast<std::size_t>(static_cast<const char *>(found) - block.data());
                const std::size_t from = at > 48 ? at - 48 : 0;
                std::string around(block.substr(from, 160));
                std::replace_if(
                    around.begin(), around.end(), [](char c) { return c < 32 || c > 126; }, '.');
                result.places.push_back("part " + std::to_string(part) + " in " + name + ": " +
                                        around);
            }
        }
    }
}

} // namespace

std::string randomKey()
{
    constexpr std::string_view Letters =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> letter(0, Letters.size() - 1);
    std::string key;
    while (key.size() < KeySize) {
        key.push_back(Letters[letter(random)]);
    }
    return key;
}

MemorySearch searchMemory(pid_t process, std::string_view text)
{
    MemorySearch result;
    const std::string folder = "/proc/" + std::to_string(process);
    const int memory = ::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    std::ifstream maps(folder + "/maps");
    if (memory < 0 || !maps) {
        result.problem = folder + "/mem: " + std::strerror(errno);
    }
    for (std::string line; memory >= 0 && std::getline(maps, line);) {
        unsigned long from = 0;
        unsigned long to = 0;
        std::array<char, 5> rights{};
        int nameAt = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx %4s %*x %*s %*d%n", &from, &to, rights.data(),
                        &nameAt) >= 3 &&
            rights[0] == 'r') {
            searchMapping(MappingReader(memory, from, to), text, line, result);
        }
    }
    if (memory >= 0) {
        ::close(memory);
    }
    if (result.problem.empty() && result.searched == 0) {
        result.problem = "nothing of " + folder + "/mem could be read";
    }
    return result;
}

MemorySearch searchUntilGone(pid_t process, std::string_view text)
{
    const Deadline deadline(2s);
    MemorySearch result = searchMemory(process, text);
    while (!result.places.empty() && !deadline.hasPassed()) {
        (void)::poll(nullptr, 0, 20);
        result = searchMemory(process, text);
    }
    return result;
}

} // namespace meridian::support
