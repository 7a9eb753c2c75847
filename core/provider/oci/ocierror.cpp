// SPDX-License-Identifier: MIT
#include "core/provider/oci/ocierror.h"

#include "core/json/checker.h"
#include "core/provider/common.h"
#include "core/provider/oci/requestparts.h"

#include <optional>
#include <string>

namespace meridian::provider::oci {

namespace {

using json::Value;

constexpr std::size_t LongestMessage = 4000; // a provider's text goes into logs and to clients

/// OCI's codes that say more than the status does, or stand where there is none.
struct CodeRow
{
    std::string_view code; // lower case
    ErrorClass kind;
    std::string_view hint; // appended for a person
};

constexpr CodeRow CodeRows[] = {
    {"notauthenticated", ErrorClass::UpstreamAuth,
     "the gateway's OCI key or token was refused; OCI also refuses requests whose clock is more "
     "than five minutes off"},
    {"notauthorizedornotfound", ErrorClass::NotFound,
     "OCI says the same of a model that does not exist and of a policy that does not allow its use "
     "in this compartment"},
    {"notauthorized", ErrorClass::Permission, {}},
    {"forbidden", ErrorClass::Permission, {}},
    {"notfound", ErrorClass::NotFound, {}},
    {"toomanyrequests", ErrorClass::RateLimited, {}},
    {"limitexceeded", ErrorClass::RateLimited, {}},
    {"quotaexceeded", ErrorClass::RateLimited, {}},
    {"requestentitytoolarge", ErrorClass::TooLarge, {}},
    {"payloadtoolarge", ErrorClass::TooLarge, {}},
    {"requesttimeout", ErrorClass::Timeout, {}},
    {"gatewaytimeout", ErrorClass::Timeout, {}},
    {"serviceunavailable", ErrorClass::Overloaded, {}},
    {"internalservererror", ErrorClass::Upstream, {}},
    {"invalidparameter", ErrorClass::BadRequest, {}},
    {"cannotparserequest", ErrorClass::BadRequest, {}},
    {"missingparameter", ErrorClass::BadRequest, {}},
};

const CodeRow *rowOf(std::string_view code) noexcept
{
    const std::string wanted = lower(code.substr(0, 64));
    for (const CodeRow &row : CodeRows) {
        if (row.code == wanted) {
            return &row;
        }
    }
    return nullptr;
}

ErrorClass classOf(Value code, int status)
{
    if (const CodeRow *row = rowOf(code.text()); row != nullptr) {
        return row->kind;
    }
    if (status == 401) {
        return ErrorClass::UpstreamAuth; // whatever it says: the key is the gateway's
    }
    if (status != 0) {
        return errorClassOf(status);
    }
    const std::string text = code.isString() ? code.text() : std::string(code.raw());
    const bool isStatus = text.size() == 3 && (text[0] == '4' || text[0] == '5') &&
                          text.find_first_not_of("0123456789") == std::string::npos;
    if (!isStatus) {
        return ErrorClass::Upstream;
    }
    const int told = std::stoi(text);
    return told == 401 ? ErrorClass::UpstreamAuth : errorClassOf(told);
}

std::string messageOf(Value body)
{
    for (const Value candidate :
         {body["message"], body["errorMessage"], body["error"]["message"], body["error"]}) {
        if (candidate.isString() && candidate.raw().size() > 2) {
            return readableExcerpt(candidate.text(), LongestMessage);
        }
    }
    return {};
}

ApiError made(ErrorClass kind, std::string message, std::string_view hint, int status)
{
    ApiError error;
    error.kind = kind;
    if (message.empty()) {
        message = status == 0 ? "the provider ended the answer with an error"
                              : "the provider answered with status " + std::to_string(status);
    }
    const bool mayBeTooLong = kind == ErrorClass::BadRequest || kind == ErrorClass::TooLarge ||
                              kind == ErrorClass::Upstream;
    if (mayBeTooLong && saysContextTooLong(message)) {
        error.kind = ErrorClass::ContextTooLong;
        error.code = "context_length_exceeded";
    }
    error.message = std::move(message);
    if (!hint.empty()) {
        error.message.append(" (").append(hint).append(")");
    }
    return error;
}

} // namespace

bool isError(Value body)
{
    if (body["message"].isString() && !body["code"].isAbsent()) {
        return true;
    }
    const Value error = body["error"];
    if (error.isObject() || (error.isString() && error.raw().size() > 2)) {
        return true;
    }
    // beside a reason the text only explains it: a filter's word is no failure
    const Value text = body["errorMessage"];
    return text.isString() && text.raw().size() > 2 && body["finishReason"].isAbsent();
}

ApiError errorOf(Value body, int status)
{
    const Value inner = body["error"]["code"];
    const Value code = body["code"].isAbsent() ? inner : body["code"];
    const CodeRow *row = rowOf(code.text());
    return made(classOf(code, status), messageOf(body),
                row != nullptr ? row->hint : std::string_view(), status);
}

ApiError errorOf(std::string_view body, int status)
{
    thread_local json::Checker checker; // its index is worth keeping
    const auto value = checker.check(body);
    if (value && value->isObject()) {
        return errorOf(*value, status);
    }
    return made(classOf(Value(), status), readableExcerpt(body), {}, status);
}

} // namespace meridian::provider::oci
