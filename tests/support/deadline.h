// SPDX-License-Identifier: MIT
// A point in time no test waits beyond, stretched when the program under test runs slowly.
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>

namespace meridian::support {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// How much longer than usual things may take: MERIDIAN_TEST_PATIENCE, or 10 under a wrapper
/// such as valgrind, else 1.
[[nodiscard]] inline int patience()
{
    static const int factor = [] {
        if (const char *text = std::getenv("MERIDIAN_TEST_PATIENCE")) {
            return std::clamp(std::atoi(text), 1, 100);
        }
        const char *wrapper = std::getenv("MERIDIAN_TEST_WRAPPER");
        return wrapper != nullptr && *wrapper != '\0' ? 10 : 1;
    }();
    return factor;
}

/// Made from a duration; multiplied by patience().
class Deadline
{
public:
    template <typename Rep, typename Period>
    Deadline(std::chrono::duration<Rep, Period> span) // NOLINT(google-explicit-constructor)
        : m_end(Clock::now() + std::chrono::duration_cast<Clock::duration>(span) * patience())
    {
    }

    [[nodiscard]] bool hasPassed() const { return Clock::now() >= m_end; }

    [[nodiscard]] Clock::time_point end() const { return m_end; }

    /// For poll(2): rounded up, never negative.
    [[nodiscard]] int pollMilliseconds() const
    {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(m_end - Clock::now()).count();
        return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
    }

private:
    Clock::time_point m_end;
};

/// What is given to a peer before a test calls it hung.
inline constexpr auto Patient = 10s;

} // namespace meridian::support
