// SPDX-License-Identifier: MIT
#include "core/base/ids.h"

#include <cerrno>
#include <chrono>
#include <sys/random.h>

namespace meridian {

namespace {

std::uint64_t seed() noexcept
{
    std::uint64_t bits = 0;
    for (;;) {
        const ssize_t got = getrandom(&bits, sizeof bits, 0);
        if (got == static_cast<ssize_t>(sizeof bits)) {
            return bits;
        }
        if (got >= 0 || errno != EINTR) {
            break;
        }
    }
    // A sandbox may refuse the call: the clock and this thread's stack still differ from thread to
    // thread and from start to start, which is all that an id needs.
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return static_cast<std::uint64_t>(now) ^ (reinterpret_cast<std::uintptr_t>(&bits) << 20U);
}

} // namespace

std::uint64_t randomBits() noexcept
{
    // splitmix64 (Steele, Lea, Flood 2014): a counter and a mixing of its bits
    thread_local std::uint64_t state = seed();
    std::uint64_t bits = state += 0x9E3779B97F4A7C15U;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
}

RequestId RequestId::fromBits(std::uint64_t bits) noexcept
{
    constexpr std::string_view Digits = "0123456789abcdef";
    RequestId id;
    for (std::size_t i = Size; i-- > 5;) {
        id.m_text[i] = Digits[bits & 0xFU];
        bits >>= 4U;
    }
    return id;
}

RequestId RequestId::next() noexcept
{
    return fromBits(randomBits() >> 16U);
}

} // namespace meridian
