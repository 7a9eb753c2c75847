// SPDX-License-Identifier: MIT
// W3C Trace Context: reads and writes traceparent, starts traces, names the spans of an exchange.
#include "core/observe/tracecontext.h"

#include "core/base/ids.h"

#include <cmath>

namespace meridian::observe {

namespace {

constexpr std::string_view Digits = "0123456789abcdef";
constexpr std::uint8_t SampledFlag = 0x01;

/// Two lower-case digits at `at`, or -1.
int hexByte(std::string_view text, std::size_t at) noexcept
{
    int value = 0;
    for (std::size_t i = at; i < at + 2; ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            value = value * 16 + (c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value = value * 16 + (c - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

/// False when a digit is none, or all of them are zero.
template <std::size_t N>
bool readId(std::string_view text, std::size_t at, std::array<std::uint8_t, N> &id) noexcept
{
    for (std::size_t i = 0; i < N; ++i) {
        const int value = hexByte(text, at + 2 * i);
        if (value < 0) {
            return false;
        }
        id[i] = static_cast<std::uint8_t>(value);
    }
    return id != std::array<std::uint8_t, N>{};
}

template <std::size_t N>
void appendHex(std::string &out, const std::array<std::uint8_t, N> &id)
{
    for (const std::uint8_t byte : id) {
        out += Digits[byte >> 4U];
        out += Digits[byte & 0xFU];
    }
}

// Big-endian, as trace ids are written.
template <std::size_t N>
void store(std::array<std::uint8_t, N> &id, std::size_t at, std::uint64_t bits) noexcept
{
    for (std::size_t i = at + 8; i-- > at;) {
        id[i] = static_cast<std::uint8_t>(bits);
        bits >>= 8U;
    }
}

template <std::size_t N>
std::uint64_t load(const std::array<std::uint8_t, N> &id, std::size_t at) noexcept
{
    std::uint64_t bits = 0;
    for (std::size_t i = at; i < at + 8; ++i) {
        bits = bits << 8U | id[i];
    }
    return bits;
}

std::uint64_t nonZeroBits() noexcept
{
    std::uint64_t bits = randomBits();
    while (bits == 0) {
        bits = randomBits();
    }
    return bits;
}

/// Child number `n` of the exchange's span. For one parent no two numbers share an id: adding a
/// multiple of an odd number and splitmix64's finaliser are both bijections.
SpanId childSpanId(const model::TraceContext &context, std::uint64_t n) noexcept
{
    std::uint64_t bits = load(context.spanId, 0) + n * 0x9E3779B97F4A7C15U;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    bits ^= bits >> 31U;
    SpanId id{};
    store(id, 0, bits == 0 ? ~std::uint64_t{0} : bits); // zero is no id; once in 2^64
    return id;
}

constexpr std::uint64_t FirstAttempt = 1;
constexpr std::uint64_t FirstStage = std::uint64_t{1} << 32U; // beyond any number of attempts

} // namespace

std::optional<Traceparent> parseTraceparent(std::string_view value) noexcept
{
    if (value.size() < TraceparentSize || value[2] != '-' || value[35] != '-' || value[52] != '-') {
        return std::nullopt;
    }
    const int version = hexByte(value, 0);
    const bool hasMore = value.size() > TraceparentSize;
    if (version < 0 || version == 0xFF ||
        (hasMore && (version == 0 || value[TraceparentSize] != '-'))) {
        return std::nullopt;
    }
    Traceparent result;
    const int flags = hexByte(value, 53);
    if (flags < 0 || !readId(value, 3, result.traceId) || !readId(value, 36, result.spanId)) {
        return std::nullopt;
    }
    result.isSampled = (flags & SampledFlag) != 0;
    return result;
}

bool isSampledByRatio(const TraceId &traceId, double ratio) noexcept
{
    if (!(ratio > 0.0)) { // NaN too
        return false;
    }
    if (ratio >= 1.0) {
        return true;
    }
    const auto bound = static_cast<std::uint64_t>(std::ldexp(ratio, 63));
    return load(traceId, 8) >> 1U < bound;
}

model::TraceContext startTrace(const std::optional<Traceparent> &incoming,
                               double sampleRatio) noexcept
{
    model::TraceContext context;
    store(context.spanId, 0, nonZeroBits());
    if (incoming) {
        context.traceId = incoming->traceId;
        context.parentId = incoming->spanId;
        context.isSampled = incoming->isSampled;
    } else {
        store(context.traceId, 0, randomBits());
        store(context.traceId, 8, nonZeroBits());
        context.isSampled = isSampledByRatio(context.traceId, sampleRatio);
    }
    return context;
}

void appendTraceparent(std::string &out, const model::TraceContext &context, const SpanId &spanId)
{
    out += "00-";
    appendHex(out, context.traceId);
    out += '-';
    appendHex(out, spanId);
    out += context.isSampled ? "-01" : "-00";
}

SpanId attemptSpanId(const model::TraceContext &context, std::size_t index) noexcept
{
    return childSpanId(context, FirstAttempt + index);
}

SpanId stageSpanId(const model::TraceContext &context, model::Stage stage) noexcept
{
    return childSpanId(context, FirstStage + static_cast<std::uint64_t>(stage));
}

} // namespace meridian::observe
