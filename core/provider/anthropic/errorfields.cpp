// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/errorfields.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/common.h"

#include <array>
#include <charconv>
#include <optional>

namespace meridian::provider::anthropic {

namespace {

constexpr std::size_t MaxMessage = 4096; // of a provider's text that is passed on

struct Word
{
    std::string_view name;
    ErrorClass kind;
};

constexpr std::array<Word, 10> Words{{
    {"invalid_request_error", ErrorClass::BadRequest},
    {"authentication_error", ErrorClass::Authentication},
    {"billing_error", ErrorClass::Permission},
    {"permission_error", ErrorClass::Permission},
    {"not_found_error", ErrorClass::NotFound},
    {"request_too_large", ErrorClass::TooLarge},
    {"rate_limit_error", ErrorClass::RateLimited},
    {"overloaded_error", ErrorClass::Overloaded},
    {"timeout_error", ErrorClass::Timeout},
    {"api_error", ErrorClass::Upstream},
}};

constexpr std::array<std::string_view, ErrorClassCount> Names{// in the order of ErrorClass
                                                              "invalid_request_error",
                                                              "invalid_request_error",
                                                              "authentication_error",
                                                              "api_error",
                                                              "permission_error",
                                                              "not_found_error",
                                                              "request_too_large",
                                                              "rate_limit_error",
                                                              "overloaded_error",
                                                              "timeout_error",
                                                              "api_error",
                                                              "api_error"};

/// Google's `retryDelay`: seconds with a fraction, and an `s`.
std::chrono::nanoseconds delayOf(json::Value error)
{
    constexpr double MaxSeconds = 24.0 * 3600;
    double seconds = 0;
    error["details"].elements([&](json::Value detail) {
        const std::string text = detail["retryDelay"].text();
        double told = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), told);
        if (failed == std::errc() && told > 0 && told <= MaxSeconds &&
            std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)) ==
                "s") {
            seconds = told;
        }
    });
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

/// At most MaxMessage bytes of it, cut at a code point.
std::string shortened(std::string message)
{
    if (message.size() > MaxMessage) {
        std::size_t end = MaxMessage;
        while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        message.resize(end);
    }
    return message;
}

std::optional<ErrorClass> classOf(json::Value type)
{
    for (const Word &word : Words) {
        if (type.is(word.name)) {
            return word.kind;
        }
    }
    return std::nullopt;
}

void readEnvelope(ApiError &error, int status, json::Value body)
{
    if (body.isArray()) { // Google's, when a stream was asked for
        json::Value first;
        body.elements([&](json::Value each) { first = first.isMissing() ? each : first; });
        body = first;
    }
    const json::Value told = body["error"];
    const json::Value message = told.isString() ? told : told["message"];
    error.message = shortened(message.text());
    const auto code = told["code"].integer(); // Google's
    const auto kind = classOf(told["type"]);
    if (kind && (*kind != ErrorClass::Upstream || status < 500)) { // else the status says more
        error.kind = *kind;
    } else if (status < 400 && code && *code >= 400 && *code < 600) {
        error.kind = errorClassOf(static_cast<int>(*code));
    }
    error.retryAfter = delayOf(told);
}

} // namespace

ApiError readError(int status, std::string_view body)
{
    ApiError error;
    error.kind = status >= 400 ? errorClassOf(status) : ErrorClass::Upstream;
    json::Checker checker;
    if (const auto value = checker.check(body)) {
        readEnvelope(error, status, *value);
    } else {
        error.message = readableExcerpt(body);
    }
    if (error.kind == ErrorClass::BadRequest && saysContextTooLong(error.message)) {
        error.kind = ErrorClass::ContextTooLong;
    } else if (error.kind == ErrorClass::BadRequest &&
               error.message.find("credit balance is too low") != std::string::npos) {
        error.kind = ErrorClass::Permission; // the account's fault, not the request's
    }
    if (error.message.empty()) {
        error.message = "the provider answered an error without a message";
    }
    return error;
}

std::string writeError(const ApiError &error, std::string_view requestId)
{
    std::string message = error.message.empty() ? "the request failed" : error.message;
    if (error.kind == ErrorClass::ContextTooLong &&
        message.find("rompt is too long") == std::string::npos) {
        message.insert(0, "prompt is too long: "); // clients know by these words when to compact
    }
    json::JsonWriter out;
    out.beginObject().string("type", "error").key("error").beginObject();
    out.string("type", Names[static_cast<std::size_t>(error.kind)]).string("message", message);
    out.endObject();
    if (!requestId.empty()) {
        out.string("request_id", requestId);
    }
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::anthropic
