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

    explicit Secret(std::string_view value) { assign(value); }

    /// Takes the text over: the original is wiped.
    explicit Secret(std::string &&value)
    {
        assign(value);
        wipe(value);
    }

    Secret(const Secret &other) { assign(other.m_value); }

    Secret(Secret &&other) noexcept = default;

    Secret &operator=(const Secret &other)
    {
        if (this != &other) {
            wipe(m_value);
            assign(other.m_value);
        }
        return *this;
    }

    Secret &operator=(Secret &&other) noexcept
    {
        wipe(m_value);
        m_value = std::move(other.m_value);
        return *this;
    }

    ~Secret() { wipe(m_value); }

    [[nodiscard]] bool isEmpty() const noexcept { return m_value.empty(); }

    /// The clear text, for the wire only; never for a log, an error or a metric.
    [[nodiscard]] std::string_view reveal() const noexcept { return m_value; }

    /// For configurations, old against new; not for credentials that a caller presents.
    bool operator==(const Secret &other) const noexcept = default;

private:
    void assign(std::string_view value)
    {
        // always on the heap: a short string's move would leave its bytes behind in the old object
        m_value.clear();
        m_value.reserve(value.size() < sizeof(std::string) ? sizeof(std::string) : value.size());
        m_value.append(value);
    }

    static void wipe(std::string &text) noexcept
    {
        // volatile: the compiler may not drop stores to memory that is about to be freed
        volatile char *bytes = text.data();
        for (std::size_t i = 0; i < text.size(); ++i) {
            bytes[i] = 0;
        }
    }

    std::string m_value;
};

} // namespace meridian
