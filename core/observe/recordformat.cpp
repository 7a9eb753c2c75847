// SPDX-License-Identifier: MIT
// One settled exchange as a line of the request log.
#include "core/observe/recordformat.h"

#include "core/base/append.h"
#include "core/json/jsonwriter.h"
#include "core/provider/streamdefect.h"

#include <string_view>

namespace meridian::observe {

namespace {

using namespace std::chrono;
using namespace std::string_view_literals;

void appendPadded(std::string &out, unsigned value, int width)
{
    std::string::size_type at = out.size() + static_cast<std::size_t>(width);
    out.resize(at);
    for (int i = 0; i < width; ++i) {
        out[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

void appendText(std::string &out, std::string_view key, std::string_view text)
{
    out += key;
    json::appendString(out, text, json::Escape::NonAscii);
}

void appendTextOrNull(std::string &out, std::string_view key, std::string_view text)
{
    if (text.empty()) {
        appendAll(out, key, "null");
    } else {
        appendText(out, key, text);
    }
}

void appendNumber(std::string &out, std::string_view key, std::uint64_t value)
{
    appendAll(out, key, Digits(value));
}

/// What only some exchanges have to say; a line without any of it stays as it was.
void appendAnswer(std::string &out, const model::RequestRecord &record)
{
    const auto count = [&out](std::string_view key, std::uint64_t tokens) {
        if (tokens > 0) {
            appendNumber(out, key, tokens);
        }
    };
    count(R"(, "cached_tokens": )", record.cacheReadTokens);
    count(R"(, "cache_write_tokens": )", record.cacheWriteTokens);
    count(R"(, "reasoning_tokens": )", record.reasoningTokens);
    if (record.isTranslated) {
        appendText(out, R"(, "dialect": )", record.dialect);
        appendText(out, R"(, "provider": )", record.provider);
        appendText(out, R"(, "fidelity": )", record.fidelity.view());
    }
    if (record.streamDefects != 0) {
        std::string_view before = R"(, "stream_defects": [)";
        for (std::size_t i = 0; i < provider::StreamDefectCount; ++i) {
            if ((record.streamDefects >> i & 1U) != 0) {
                const auto defect = static_cast<provider::StreamDefect>(i);
                appendText(out, before, provider::streamDefectName(defect));
                before = ", ";
            }
        }
        out += ']';
    }
    if (!record.upstreamRequestId.isEmpty()) {
        appendText(out, R"(, "upstream_request_id": )", record.upstreamRequestId.view());
    }
}

} // namespace

void TimestampFormat::append(std::string &out, system_clock::time_point time)
{
    const auto second = floor<seconds>(time);
    if (second != m_second) {
        m_second = second;
        const auto day = floor<days>(second);
        const year_month_day date(day);
        const hh_mm_ss clock(second - day);
        m_prefix.clear();
        appendPadded(m_prefix, static_cast<unsigned>(static_cast<int>(date.year())), 4);
        m_prefix += '-';
        appendPadded(m_prefix, static_cast<unsigned>(date.month()), 2);
        m_prefix += '-';
        appendPadded(m_prefix, static_cast<unsigned>(date.day()), 2);
        m_prefix += 'T';
        appendPadded(m_prefix, static_cast<unsigned>(clock.hours().count()), 2);
        m_prefix += ':';
        appendPadded(m_prefix, static_cast<unsigned>(clock.minutes().count()), 2);
        m_prefix += ':';
        appendPadded(m_prefix, static_cast<unsigned>(clock.seconds().count()), 2);
        m_prefix += '.';
    }
    auto rest = static_cast<unsigned>(duration_cast<microseconds>(time - second).count());
    char micros[6];
    for (std::size_t at = sizeof(micros); at-- > 0; rest /= 10) {
        micros[at] = static_cast<char>('0' + rest % 10);
    }
    appendAll(out, m_prefix, std::string_view(micros, sizeof(micros)), "+00:00");
}

/// 32 hex digits, or null where there is no trace.
void appendTraceId(std::string &out, const model::TraceContext &trace)
{
    if (!trace.hasTrace()) {
        out += "null";
        return;
    }
    constexpr std::string_view Digits = "0123456789abcdef";
    out += '"';
    for (const std::uint8_t byte : trace.traceId) {
        out += Digits[byte >> 4U];
        out += Digits[byte & 15U];
    }
    out += '"';
}

std::int64_t hundredthsOfMs(nanoseconds duration) noexcept
{
    constexpr std::int64_t Unit = 10'000; // nanoseconds in 0.01 ms
    return (duration.count() + Unit / 2) / Unit;
}

void formatLine(std::string &out, const model::RequestRecord &record, TimestampFormat &timestamps)
{
    appendText(out, R"({"request_id": )", record.requestId.view());
    out += R"(, "timestamp": ")"sv;
    timestamps.append(out, record.timestamp);
    appendText(out, R"(", "model": )", record.model.view());
    out += record.stream ? R"(, "stream": true)"sv : R"(, "stream": false)"sv;
    appendTextOrNull(out, R"(, "chosen_backend": )", record.backend.view());
    appendNumber(out, R"(, "status_code": )", record.status);
    out += R"(, "latency_ms": )"sv;
    json::appendHundredths(out, hundredthsOfMs(record.latency));
    appendTextOrNull(out, R"(, "error_type": )", record.errorType);
    if (record.tier.empty() && record.sessionRoute.empty()) { // nearly always
        out += R"(, "tier": null, "session_route": null)"sv;
    } else {
        appendTextOrNull(out, R"(, "tier": )", record.tier);
        appendTextOrNull(out, R"(, "session_route": )", record.sessionRoute);
    }
    // identities and PII scans are not made yet: what Meridian logs without them
    out += R"(, "org_id": null, "team_id": null, "pii": null)";

    appendText(out, R"(, "surface": )", record.surface.view());
    appendNumber(out, R"(, "attempts": )", record.attempts);
    out += R"(, "ttfb_ms": )"sv;
    if (record.firstByte.count() > 0) {
        json::appendHundredths(out, hundredthsOfMs(record.firstByte));
    } else {
        out += "null";
    }
    if (record.hasUsage) {
        appendNumber(out, R"(, "prompt_tokens": )", record.promptTokens);
        appendNumber(out, R"(, "completion_tokens": )", record.completionTokens);
    } else {
        out += R"(, "prompt_tokens": null, "completion_tokens": null)";
    }
    appendText(out, R"(, "client": )", record.client.view());
    const bool isPlain = record.queued.count() == 0 && !record.isHedged && !record.isContinued &&
                         !record.trace.hasTrace();
    if (isPlain) {
        out += R"(, "queued_ms": 0.0, "hedged": false, "continued": false, "trace_id": null)"sv;
        appendAnswer(out, record);
        out += "}\n"sv;
        return;
    }
    out += R"(, "queued_ms": )";
    json::appendHundredths(out, hundredthsOfMs(record.queued));
    out += record.isHedged ? R"(, "hedged": true)" : R"(, "hedged": false)";
    out += record.isContinued ? R"(, "continued": true)" : R"(, "continued": false)";
    out += R"(, "trace_id": )";
    appendTraceId(out, record.trace);
    appendAnswer(out, record);
    out += "}\n";
}

} // namespace meridian::observe
