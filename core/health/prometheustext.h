// SPDX-License-Identifier: MIT
// Reads a page of Prometheus metrics as it arrives, sample by sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::health {

/// One line's sample; the views live as long as the callback that got it.
struct PrometheusSample
{
    std::string_view name;
    std::string_view labels; // as written between the braces, known to be well formed
    double value = 0;        // may be NaN or infinite

    /// A label's value without its escapes; nothing when the sample has no such label.
    [[nodiscard]] std::optional<std::string> label(std::string_view wanted) const;
};

/// Text exposition format 0.0.4 and OpenMetrics 1.0. Keeps nothing but an unfinished line, so that
/// a page costs its bytes once and no memory. A malformed line is counted and left out; a last line
/// without line feed is one that was cut off, and its number may be too.
class PrometheusText
{
public:
    struct Limits
    {
        std::size_t bytes = 4 * 1024 * 1024;
        std::size_t line = 64 * 1024;
        std::size_t samples = 200'000;
    };

    enum class Status : std::uint8_t { Ok, TooManyBytes, LineTooLong, TooManySamples };

    using OnSample = std::function<void(const PrometheusSample &sample)>;

    explicit PrometheusText(OnSample onSample)
        : PrometheusText(std::move(onSample), Limits())
    {
    }

    PrometheusText(OnSample onSample, const Limits &limits)
        : m_onSample(std::move(onSample))
        , m_limits(limits)
    {
    }

    /// The next bytes of the page. Once it is not Ok it stays so and nothing more is read.
    Status feed(std::string_view bytes);

    [[nodiscard]] Status status() const noexcept { return m_status; }

    [[nodiscard]] std::size_t samples() const noexcept { return m_samples; }

    [[nodiscard]] std::size_t malformed() const noexcept { return m_malformed; }

private:
    void takeLine(std::string_view line);

    OnSample m_onSample;
    Limits m_limits;
    std::string m_partial; // a line whose end has not arrived; at most Limits::line
    std::size_t m_bytes = 0;
    std::size_t m_samples = 0;
    std::size_t m_malformed = 0;
    Status m_status = Status::Ok;
    bool m_hasEnded = false; // by OpenMetrics' "# EOF"
};

} // namespace meridian::health
