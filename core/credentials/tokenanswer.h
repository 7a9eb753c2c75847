// SPDX-License-Identifier: MIT
// Reads what token services answer, and says what went wrong without telling secrets.
#pragma once

#include "core/base/secret.h"
#include "core/credentials/fetcher.h"
#include "core/credentials/httpcall.h"

#include <chrono>
#include <string_view>
#include <vector>

namespace meridian::credentials {

struct Token
{
    Secret text; // fit for a header
    std::chrono::steady_clock::time_point expires;
};

using TokenResult = tl::expected<Token, FetchFailure>;

/// OAuth's {"access_token", "expires_in"}; `asked`: when the request was begun. `secrets` are those
/// of the request: an error text that repeats one is not passed on.
[[nodiscard]] TokenResult readTokenAnswer(const HttpAnswer &answer,
                                          std::chrono::steady_clock::time_point asked,
                                          const std::vector<Secret> &secrets);

/// Google's {"accessToken", "expireTime"} of generateAccessToken.
[[nodiscard]] TokenResult readImpersonationAnswer(const HttpAnswer &answer,
                                                  std::chrono::steady_clock::time_point asked,
                                                  const std::vector<Secret> &secrets);

/// Of an answer that is no success: status, the service's own code and words.
[[nodiscard]] FetchFailure failureOf(const HttpAnswer &answer, const std::vector<Secret> &secrets);

/// When a token with this life is not used any more: a little before its end, as it is on its way
/// for a while.
[[nodiscard]] std::chrono::steady_clock::time_point
endOfUse(std::chrono::steady_clock::time_point asked, std::chrono::nanoseconds life) noexcept;

/// Visible ASCII of bounded length: what may stand in a header.
[[nodiscard]] bool isHeaderToken(std::string_view text) noexcept;

} // namespace meridian::credentials
