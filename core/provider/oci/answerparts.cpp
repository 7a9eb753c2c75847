// SPDX-License-Identifier: MIT
#include "core/provider/oci/answerparts.h"

#include "core/provider/common.h"
#include "core/provider/oci/ocierror.h"
#include "core/provider/oci/requestparts.h"

#include <charconv>
#include <chrono>

namespace meridian::provider::oci {

namespace {

using json::Value;

struct ReasonRow
{
    std::string_view word;
    FinishReason reason;
};

constexpr ReasonRow Reasons[] = {
    {"stop", FinishReason::Stop},
    {"complete", FinishReason::Stop},
    {"stop_sequence", FinishReason::StopSequence},
    {"length", FinishReason::MaxTokens},
    {"max_tokens", FinishReason::MaxTokens},
    {"error_limit", FinishReason::ContextExceeded},
    {"tool_calls", FinishReason::ToolCalls},
    {"tool_call", FinishReason::ToolCalls},
    {"content_filter", FinishReason::Filtered},
    {"error_toxic", FinishReason::Filtered},
};

int digits(std::string_view text, std::size_t at, std::size_t size) noexcept
{
    int value = -1;
    const char *begin = text.data() + at;
    const auto result = std::from_chars(begin, begin + size, value);
    return result.ptr == begin + size && value >= 0 ? value : -1;
}

} // namespace

void readUsage(Value usage, AnswerWriter &writer)
{
    if (!usage.isObject()) {
        return;
    }
    TokenUsage counts;
    counts.input = tokenCountOf(usage["promptTokens"]);
    counts.output = tokenCountOf(usage["completionTokens"]);
    counts.cacheRead = tokenCountOf(usage["promptTokensDetails"]["cachedTokens"]);
    counts.reasoning = tokenCountOf(usage["completionTokensDetails"]["reasoningTokens"]);
    if (counts != TokenUsage{}) {
        writer.usage(counts);
    }
}

void readFinish(Value reason, Value event, AnswerWriter &writer)
{
    const std::string word = lower(reason.text());
    if (word.empty() || writer.hasEnded()) {
        return;
    }
    if (word == "error" || word == "user_cancel") {
        writer.defects().note(StreamDefect::ErrorEvent);
        writer.fail(errorOf(event, 0));
        return;
    }
    for (const ReasonRow &row : Reasons) {
        if (row.word == word) {
            writer.finish(row.reason);
            return;
        }
    }
    writer.finish(FinishReason::Stop);
}

void readContentPart(Value part, Dialect origin, AnswerWriter &writer)
{
    const std::string type = lower(part["type"].text());
    if (part["thinking"].isString()) {
        writer.thinking(part["thinking"].text());
    } else if (part["text"].isString()) {
        writer.text(part["text"].text());
    } else if (part.isObject() && !type.empty() && type != "text" && type != "thinking") {
        writer.opaque(part.raw(), origin);
    }
}

void readContent(Value content, Dialect origin, AnswerWriter &writer)
{
    if (content.isString()) {
        writer.text(content.text());
        return;
    }
    content.elements([&](Value part) { readContentPart(part, origin, writer); });
}

AnswerStart startOf(Value body, Value chatResponse)
{
    return {chatResponse["id"].text(), body["modelId"].text(),
            secondsOf(chatResponse["timeCreated"].text())};
}

std::int64_t secondsOf(std::string_view timestamp) noexcept
{
    using namespace std::chrono;
    constexpr std::string_view Form = "0000-00-00T00:00:00";
    if (timestamp.size() <= Form.size() || timestamp.back() != 'Z' || timestamp[10] != 'T') {
        return 0;
    }
    const year_month_day date(year(digits(timestamp, 0, 4)),
                              month(static_cast<unsigned>(digits(timestamp, 5, 2))),
                              day(static_cast<unsigned>(digits(timestamp, 8, 2))));
    const int hour = digits(timestamp, 11, 2);
    const int minute = digits(timestamp, 14, 2);
    const int second = digits(timestamp, 17, 2);
    if (!date.ok() || hour < 0 || minute < 0 || second < 0) {
        return 0;
    }
    const seconds since = sys_days(date).time_since_epoch() + hours(hour) + minutes(minute);
    return since.count() + second;
}

} // namespace meridian::provider::oci
