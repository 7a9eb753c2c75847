// SPDX-License-Identifier: MIT
// A string that cannot be printed by accident and is wiped when it goes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace meridian {

/// Holds key material. There is no stream operator and no implicit conversion: the one way out is
/// reveal(), which makes every use greppable. Copies are wiped on destruction like the original.
class Secret
{
public:
    Secret() = default;

    explicit Secret(std::string value)
        : m_value(std::move(value))
    {
    }

    Secret(const Secret &) = default;
    Secret(Secret &&) noexcept = default;
    Secret &operator=(const Secret &) = default;
    Secret &operator=(Secret &&) noexcept = default;

    ~Secret() { wipe(); }

    [[nodiscard]] bool isEmpty() const noexcept { return m_value.empty(); }

    /// The clear text, for the wire only; never for a log, an error or a metric.
    [[nodiscard]] std::string_view reveal() const noexcept { return m_value; }

private:
    void wipe() noexcept
    {
        // volatile: the compiler may not drop stores to memory that is about to be freed
        volatile char *bytes = m_value.data();
        for (std::size_t i = 0; i < m_value.size(); ++i) {
            bytes[i] = 0;
        }
    }

    std::string m_value;
};

} // namespace meridian
