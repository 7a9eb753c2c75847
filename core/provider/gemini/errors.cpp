// SPDX-License-Identifier: MIT
#include "core/provider/gemini/errors.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/common.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace meridian::provider::gemini {

namespace {

constexpr std::size_t MaxMessage = 4096;

struct StatusWord
{
    std::string_view word;
    ErrorClass kind;
};

constexpr std::array<StatusWord, 16> Words{{
    {"INVALID_ARGUMENT", ErrorClass::BadRequest},
    {"FAILED_PRECONDITION", ErrorClass::BadRequest},
    {"OUT_OF_RANGE", ErrorClass::BadRequest},
    {"ALREADY_EXISTS", ErrorClass::BadRequest},
    {"UNIMPLEMENTED", ErrorClass::BadRequest},
    {"UNAUTHENTICATED", ErrorClass::Authentication},
    {"PERMISSION_DENIED", ErrorClass::Permission},
    {"NOT_FOUND", ErrorClass::NotFound},
    {"RESOURCE_EXHAUSTED", ErrorClass::RateLimited},
    {"UNAVAILABLE", ErrorClass::Overloaded},
    {"DEADLINE_EXCEEDED", ErrorClass::Timeout},
    {"CANCELLED", ErrorClass::Upstream},
    {"ABORTED", ErrorClass::Upstream},
    {"INTERNAL", ErrorClass::Upstream},
    {"UNKNOWN", ErrorClass::Upstream},
    {"DATA_LOSS", ErrorClass::Upstream},
}};

/// "13s", "1.5s"; 0 when it is no such thing.
std::chrono::nanoseconds durationOf(std::string_view text)
{
    constexpr double Longest = 86400; // a day: nobody means more
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || std::string_view(end, text.data() + text.size()) != "s" ||
        !std::isfinite(seconds) || seconds <= 0) {
        return {};
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(std::min(seconds, Longest)));
}

std::string_view wordOf(ErrorClass kind)
{
    switch (kind) {
    case ErrorClass::BadRequest:
    case ErrorClass::ContextTooLong:
    case ErrorClass::TooLarge:
        return "INVALID_ARGUMENT";
    case ErrorClass::Authentication:
        return "UNAUTHENTICATED";
    case ErrorClass::Permission:
        return "PERMISSION_DENIED";
    case ErrorClass::NotFound:
        return "NOT_FOUND";
    case ErrorClass::RateLimited:
        return "RESOURCE_EXHAUSTED";
    case ErrorClass::Timeout:
        return "DEADLINE_EXCEEDED";
    case ErrorClass::Internal:
        return "INTERNAL";
    default:
        return "UNAVAILABLE";
    }
}

void writeDetails(json::JsonWriter &out, const ApiError &error, std::string_view requestId)
{
    if (error.param.empty() && error.retryAfter.count() <= 0 && requestId.empty()) {
        return;
    }
    out.key("details").beginArray();
    if (!error.param.empty()) {
        out.beginObject().string("@type", "type.googleapis.com/google.rpc.BadRequest");
        out.key("fieldViolations").beginArray().beginObject();
        out.string("field", error.param).string("description", error.message);
        out.endObject().endArray().endObject();
    }
    if (error.retryAfter.count() > 0) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(error.retryAfter).count();
        out.beginObject().string("@type", "type.googleapis.com/google.rpc.RetryInfo");
        out.string("retryDelay", std::to_string(seconds) + "s").endObject();
    }
    if (!requestId.empty()) {
        out.beginObject().string("@type", "type.googleapis.com/google.rpc.RequestInfo");
        out.string("requestId", requestId).endObject();
    }
    out.endArray();
}

} // namespace

ApiError readErrorObject(int status, json::Value error)
{
    ApiError read;
    const std::int64_t code = error["code"].integer().value_or(0);
    if (status == 0) {
        status = code >= 400 && code < 600 ? static_cast<int>(code) : 500;
    }
    read.kind = errorClassOf(status);
    const json::Value word = error["status"];
    for (const StatusWord &row : Words) {
        if (word.is(row.word)) {
            read.kind = row.kind;
        }
    }
    read.message = error["message"].text();
    if (error.isString()) {
        read.message = error.text();
    }
    if (read.message.size() > MaxMessage) {
        read.message = readableExcerpt(read.message, MaxMessage);
    }
    error["details"].elements([&](json::Value detail) {
        const std::string type = detail["@type"].text();
        if (type.ends_with("RetryInfo")) {
            read.retryAfter = durationOf(detail["retryDelay"].text());
        } else if (type.ends_with("ErrorInfo") && detail["reason"].is("API_KEY_INVALID")) {
            read.kind = ErrorClass::Authentication; // told as a bad request
        }
    });
    if (read.kind == ErrorClass::BadRequest && saysContextTooLong(read.message)) {
        read.kind = ErrorClass::ContextTooLong;
        read.code = "context_length_exceeded";
    }
    if (read.message.empty()) {
        read.message = "the provider answered an error without a message";
    }
    return read;
}

ApiError readError(int status, std::string_view body)
{
    json::Checker checker;
    const auto value = checker.check(body);
    json::Value whole = value ? *value : json::Value();
    if (whole.isArray()) { // of a stream that failed at once
        json::Value first;
        whole.elements([&](json::Value each) { first = first.isMissing() ? each : first; });
        whole = first;
    }
    if (const json::Value error = whole["error"]; error.isObject() || error.isString()) {
        return readErrorObject(status, error);
    }
    ApiError read;
    read.kind = errorClassOf(status);
    read.message = readableExcerpt(body);
    if (read.message.empty()) {
        read.message = "the provider answered " + std::to_string(status);
    }
    return read;
}

std::string writeError(const ApiError &error, int status, std::string_view requestId)
{
    json::JsonWriter out;
    out.beginObject().key("error").beginObject();
    out.integer("code", status).string("message", error.message);
    out.string("status", wordOf(error.kind));
    writeDetails(out, error, requestId);
    out.endObject().endObject();
    return out.take();
}

} // namespace meridian::provider::gemini
