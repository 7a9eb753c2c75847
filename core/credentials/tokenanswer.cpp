// SPDX-License-Identifier: MIT
// Reads what token services answer, and says what went wrong without telling secrets.
#include "core/credentials/tokenanswer.h"

#include "core/json/checker.h"
#include "core/provider/common.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <limits>

namespace meridian::credentials {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t MaxTokenBytes = 32 * 1024;
constexpr auto LifeWhenSilent = 5min; // RFC 6749 §5.1 lets a server leave it out
constexpr auto LongestLife = 24h * 30;

/// A code like invalid_grant, PERMISSION_DENIED, NotAuthenticated; anything else is no code.
std::string codeOf(const json::Value &value)
{
    constexpr std::size_t MaxCode = 48;
    const std::string text = value.text();
    const bool isCode = text.size() <= MaxCode && std::all_of(text.begin(), text.end(), [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                        });
    return isCode ? text : std::string();
}

/// A service's sentence without what could be a token: words nobody speaks.
std::string sentenceOf(const json::Value &value)
{
    constexpr std::size_t LongestWord = 32;
    const std::string text = provider::readableExcerpt(value.text(), 200);
    std::string out;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        const std::string_view word = rest.substr(0, space);
        out.append(out.empty() ? "" : " ").append(word.size() > LongestWord ? "[…]" : word);
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return out;
}

bool repeatsSecret(std::string_view text, const std::vector<Secret> &secrets)
{
    return std::any_of(secrets.begin(), secrets.end(), [&](const Secret &secret) {
        return !secret.isEmpty() && text.find(secret.reveal()) != std::string_view::npos;
    });
}

TokenResult unusable(std::string why)
{
    return tl::unexpected<FetchFailure>(FetchFailure{"the token service's answer " + why});
}

TokenResult
checkedToken(std::string &&text, steady_clock::time_point asked, std::chrono::nanoseconds life)
{
    Token token{Secret(std::move(text)), endOfUse(asked, life)};
    if (!isHeaderToken(token.text.reveal())) {
        return unusable("has no token that could be used");
    }
    if (life <= 0s) {
        return unusable("holds a token that has expired");
    }
    return token;
}

bool isSuccess(const HttpAnswer &answer)
{
    return answer.status >= 200 && answer.status < 300;
}

} // namespace

bool isHeaderToken(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= MaxTokenBytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

steady_clock::time_point endOfUse(steady_clock::time_point asked,
                                  std::chrono::nanoseconds life) noexcept
{
    const std::chrono::nanoseconds margin = std::min<std::chrono::nanoseconds>(life / 10, 30s);
    return asked + (life - margin);
}

TokenResult readTokenAnswer(const HttpAnswer &answer,
                            steady_clock::time_point asked,
                            const std::vector<Secret> &secrets)
{
    if (!isSuccess(answer)) {
        return tl::unexpected<FetchFailure>(failureOf(answer, secrets));
    }
    json::Checker checker;
    const auto root = checker.check(answer.body.reveal());
    if (!root || !root->isObject()) {
        return unusable("is no JSON object");
    }
    const json::Value type = (*root)["token_type"];
    if (!type.isAbsent() && !http::equalsIgnoreCase(type.text(), "bearer")) {
        return unusable("holds a token that is no bearer token");
    }
    std::chrono::nanoseconds life = LifeWhenSilent;
    if (const json::Value given = (*root)["expires_in"]; !given.isAbsent()) {
        // some servers write the number as a string
        const std::string spelled = given.isString() ? given.text() : std::string(given.raw());
        const auto seconds = json::Value(spelled).number();
        if (!seconds) {
            return unusable("does not say when its token ends");
        }
        const double most = std::chrono::duration<double>(LongestLife).count();
        life = std::chrono::seconds(static_cast<std::int64_t>(std::clamp(*seconds, 0.0, most)));
    }
    return checkedToken((*root)["access_token"].text(), asked, life);
}

TokenResult readImpersonationAnswer(const HttpAnswer &answer,
                                    steady_clock::time_point asked,
                                    const std::vector<Secret> &secrets)
{
    if (!isSuccess(answer)) {
        return tl::unexpected<FetchFailure>(failureOf(answer, secrets));
    }
    json::Checker checker;
    const auto root = checker.check(answer.body.reveal());
    if (!root || !root->isObject()) {
        return unusable("is no JSON object");
    }
    std::string time = (*root)["expireTime"].text();
    if (const std::size_t dot = time.find('.'); dot != std::string::npos) {
        const std::size_t zone = time.find_first_not_of("0123456789", dot + 1);
        time.erase(dot, zone == std::string::npos ? zone : zone - dot);
    }
    const QDateTime ends = QDateTime::fromString(QString::fromStdString(time), Qt::ISODate);
    if (!ends.isValid()) {
        return unusable("does not say when its token ends");
    }
    const std::int64_t left = QDateTime::currentDateTimeUtc().secsTo(ends);
    const std::chrono::nanoseconds life = std::min<std::chrono::nanoseconds>(
        std::chrono::seconds(std::min<std::int64_t>(left, 1 << 30)), LongestLife);
    return checkedToken((*root)["accessToken"].text(), asked, life);
}

FetchFailure failureOf(const HttpAnswer &answer, const std::vector<Secret> &secrets)
{
    FetchFailure failure;
    failure.retryAfter = answer.retryAfter;
    std::string code;
    std::string sentence;
    json::Checker checker;
    if (const auto root = checker.check(answer.body.reveal()); root && root->isObject()) {
        // OAuth: error, error_description. Google: error{status, message}. OCI: code, message.
        const json::Value error = (*root)["error"];
        const bool isNested = error.isObject();
        code = codeOf(isNested ? error["status"] : error.isString() ? error : (*root)["code"]);
        sentence = sentenceOf(isNested           ? error["message"]
                              : error.isString() ? (*root)["error_description"]
                                                 : (*root)["message"]);
    }
    if (repeatsSecret(code, secrets)) {
        code.clear();
    }
    if (repeatsSecret(sentence, secrets) || repeatsSecret(answer.body.reveal(), secrets)) {
        sentence.clear(); // it quotes the request: nothing of it is safe
    }
    constexpr std::array<std::string_view, 6> KeyCodes{"invalid_grant",       "invalid_client",
                                                       "unauthorized_client", "NotAuthenticated",
                                                       "UNAUTHENTICATED",     "invalid_token"};
    const bool isKey =
        answer.status == 401 || std::find(KeyCodes.begin(), KeyCodes.end(), code) != KeyCodes.end();
    failure.isRefusal = isKey || answer.status == 400 || answer.status == 403;
    const std::string shown = code.empty() ? std::to_string(answer.status) : code;
    failure.detail = isKey ? "the key is not accepted (" + shown + ")"
                           : "the token service answered " + std::to_string(answer.status) +
                                 (code.empty() ? "" : " (" + code + ")");
    if (!sentence.empty()) {
        failure.detail += ": " + sentence;
    }
    return failure;
}

} // namespace meridian::credentials
