// SPDX-License-Identifier: MIT
#include "core/provider/openai/openaierror.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/json/utf8.h"
#include "core/provider/common.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace meridian::provider::openai {

namespace {

constexpr std::size_t MaxMessage = 4096; // enough for a person; providers echo whole prompts
constexpr std::size_t MaxCode = 128;
constexpr std::string_view TooLong = "context_length_exceeded";

struct Words
{
    std::string_view type;
    std::string_view code; // empty: null
};

/// In the order of ErrorClass.
constexpr std::array<Words, ErrorClassCount> Table{{
    {"invalid_request_error", ""},
    {"invalid_request_error", TooLong},
    {"invalid_request_error", "invalid_api_key"},
    {"provider_error", "upstream_auth"},
    {"permission_error", ""},
    {"invalid_request_error", "model_not_found"},
    {"invalid_request_error", ""},
    {"rate_limit_error", "rate_limit_exceeded"},
    {"service_error", ""},
    {"timeout", ""},
    {"provider_error", ""},
    {"meridian_internal_error", "internal_error"},
}};

std::string cut(std::string text, std::size_t limit)
{
    if (text.size() > limit) {
        while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
            --limit; // not in the middle of a code point
        }
        text.resize(limit);
        text.append("…");
    }
    return text;
}

struct Class
{
    std::string_view word;
    ErrorClass kind;
};

/// `type` and `code` where there is no status to go by.
ErrorClass classOfWords(std::string_view type, std::string_view code) noexcept
{
    constexpr std::array<Class, 17> Classes{{
        {"invalid_request_error", ErrorClass::BadRequest},
        {"BadRequestError", ErrorClass::BadRequest}, // vLLM
        {"BadRequest", ErrorClass::BadRequest},
        {"model_not_found", ErrorClass::NotFound},
        {"NotFoundError", ErrorClass::NotFound},
        {"not_found_error", ErrorClass::NotFound},
        {"rate_limit_exceeded", ErrorClass::RateLimited},
        {"rate_limit_error", ErrorClass::RateLimited},
        {"insufficient_quota", ErrorClass::RateLimited},
        {"overloaded_error", ErrorClass::Overloaded},
        {"service_unavailable", ErrorClass::Overloaded},
        {"engine_overloaded", ErrorClass::Overloaded},
        {"timeout", ErrorClass::Timeout},
        {"timeout_error", ErrorClass::Timeout},
        {"permission_error", ErrorClass::Permission},
        {"authentication_error", ErrorClass::Authentication},
        {"invalid_api_key", ErrorClass::Authentication},
    }};
    for (const std::string_view word : {code, type}) { // the code says more
        const auto found = std::find_if(Classes.begin(), Classes.end(),
                                        [word](const Class &each) { return each.word == word; });
        if (found != Classes.end()) {
            return found->kind;
        }
    }
    return ErrorClass::Upstream;
}

/// FastAPI's `detail`: a text, or a list of `{"loc":["body","messages"],"msg":"field required"}`.
void readDetail(json::Value detail, ApiError &error)
{
    if (detail.isString()) {
        error.message = detail.text();
        return;
    }
    bool isFirst = true;
    detail.elements([&](json::Value each) {
        if (!isFirst) {
            return;
        }
        isFirst = false;
        error.message = each["msg"].text();
        each["loc"].elements([&](json::Value place) {
            if (place.is("body")) {
                return;
            }
            if (!error.param.empty()) {
                error.param.push_back('.');
            }
            error.param.append(place.isString() ? place.text() : std::string(place.raw()));
        });
    });
}

int statusIn(json::Value code)
{
    const auto number = code.integer();
    return number && *number >= 400 && *number < 600 ? static_cast<int>(*number) : 0;
}

} // namespace

bool isErrorObject(json::Value value) noexcept
{
    const json::Value error = value["error"];
    return !error.isAbsent() ? !error.isFalse()
                             : value["object"].is("error") || value["type"].is("error");
}

ApiError readError(json::Value value, int status)
{
    ApiError error;
    const json::Value inner = value["error"];
    const json::Value object = inner.isObject() ? inner : value;
    const json::Value code = object["code"];
    if (inner.isString()) {
        error.message = inner.text();
    } else if (object["message"].isString()) {
        error.message = object["message"].text();
    } else {
        readDetail(value["detail"], error);
    }
    if (object["param"].isString()) {
        error.param = object["param"].text();
    }
    error.param = cut(std::move(error.param), MaxCode);
    if (code.isString()) {
        error.code = cut(code.text(), MaxCode);
    }
    const std::string type = cut(object["type"].text(), MaxCode);
    const int known = status != 0 ? status : statusIn(code);
    error.kind = known != 0 ? errorClassOf(known) : classOfWords(type, error.code);
    const bool canBeTooLong = error.kind == ErrorClass::BadRequest ||
                              error.kind == ErrorClass::TooLarge ||
                              error.kind == ErrorClass::Upstream;
    if (error.code == TooLong || (canBeTooLong && saysContextTooLong(error.message))) {
        error.kind = ErrorClass::ContextTooLong;
        error.code = TooLong;
    }
    if (error.message.empty()) {
        error.message = readableExcerpt(value.raw());
    }
    error.message = cut(std::move(error.message), MaxMessage);
    return error;
}

ApiError readErrorBody(int status, std::string_view body)
{
    thread_local json::Checker checker; // its index is worth keeping
    if (auto value = checker.check(body)) {
        if (value->isArray()) { // Google wraps it
            json::Value first;
            value->elements([&](json::Value each) { first = first.isMissing() ? each : first; });
            value = first;
        }
        if (value->isObject()) {
            return readError(*value, status);
        }
    }
    ApiError error;
    error.kind = errorClassOf(status);
    error.message = readableExcerpt(body);
    if (error.message.empty()) {
        error.message = "the provider answered " + std::to_string(status) + " and did not say why";
    }
    if (error.kind == ErrorClass::BadRequest && saysContextTooLong(error.message)) {
        error.kind = ErrorClass::ContextTooLong;
        error.code = TooLong;
    }
    return error;
}

std::string writeError(const ApiError &error)
{
    const Words &words = Table[static_cast<std::size_t>(error.kind)];
    const std::string_view code = error.code.empty() ? words.code : std::string_view(error.code);
    json::JsonWriter json;
    json.beginObject().key("error").beginObject();
    json.string("message", error.message).string("type", words.type);
    if (error.param.empty()) {
        json.null("param");
    } else {
        json.string("param", error.param);
    }
    if (code.empty()) {
        json.null("code");
    } else {
        json.string("code", code);
    }
    json.endObject().endObject();
    return json.take();
}

} // namespace meridian::provider::openai
