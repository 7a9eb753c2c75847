// SPDX-License-Identifier: MIT
// W3C Trace Context: reads and writes traceparent, starts traces, names the spans of an exchange.
#pragma once

#include "core/model/requestrecord.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::observe {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

/// What a caller's traceparent says.
struct Traceparent
{
    TraceId traceId{};
    SpanId spanId{}; // the caller's span: our parent
    bool isSampled = false;

    bool operator==(const Traceparent &) const = default;
};

/// Bytes of a traceparent of version 00.
inline constexpr std::size_t TraceparentSize = 55;

/// https://www.w3.org/TR/trace-context/#traceparent-header: version 00 to the letter; of a later
/// version the part that looks like 00. Ids of zeros, capital digits and the version ff are
/// refused: then a trace starts here, and the caller's tracestate must not be passed on either. A
/// field that comes twice is as good as none.
[[nodiscard]] std::optional<Traceparent> parseTraceparent(std::string_view value) noexcept;

/// An exchange's place in its trace: the caller's trace with the caller's decision, or a new trace
/// sampled by `sampleRatio` (0 to 1). Any thread, no allocation.
[[nodiscard]] model::TraceContext startTrace(const std::optional<Traceparent> &incoming,
                                             double sampleRatio) noexcept;

/// OpenTelemetry's TraceIdRatioBased sampler: every service with the same ratio decides alike, and
/// what a small ratio takes a larger one takes too.
[[nodiscard]] bool isSampledByRatio(const TraceId &traceId, double ratio) noexcept;

/// Appends a traceparent of version 00 with `spanId` as the parent of whoever reads it.
void appendTraceparent(std::string &out, const model::TraceContext &context, const SpanId &spanId);

/// The span of the exchange's attempt number `index` (from 0). Derived from the exchange's span, so
/// that the header sent upstream and the span exported later agree without being kept.
[[nodiscard]] SpanId attemptSpanId(const model::TraceContext &context, std::size_t index) noexcept;

/// The same for the span of a stage.
[[nodiscard]] SpanId stageSpanId(const model::TraceContext &context, model::Stage stage) noexcept;

} // namespace meridian::observe
