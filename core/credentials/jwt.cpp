// SPDX-License-Identifier: MIT
// JSON web tokens: signed ones are made (RS256), others are only asked when they end.
#include "core/credentials/jwt.h"

#include "core/base/base64.h"
#include "core/json/checker.h"

#include <algorithm>

namespace meridian::credentials {

using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

Result<Secret> signedJwt(std::string_view header, std::string_view claims, const RsaKey &key)
{
    const std::string encodedClaims = base64UrlEncode(claims);
    std::string text = base64UrlEncode(header);
    text.reserve(text.size() + encodedClaims.size() + RsaKey::MaximumBits / 8 * 4 / 3 + 8);
    text.append(".").append(encodedClaims);
    const auto signature = key.signSha256(text);
    if (!signature) {
        return tl::unexpected<Error>(signature.error());
    }
    text.append(".").append(base64UrlEncode(*signature));
    return Secret(std::move(text));
}

std::optional<system_clock::time_point> jwtExpiry(std::string_view jwt)
{
    const std::size_t first = jwt.find('.');
    const std::size_t second = first == jwt.npos ? first : jwt.find('.', first + 1);
    if (second == jwt.npos) {
        return std::nullopt;
    }
    const auto claims = base64Decode(jwt.substr(first + 1, second - first - 1));
    json::Checker checker;
    const auto root = claims ? checker.check(*claims) : std::nullopt;
    const auto exp = root ? (*root)["exp"].number() : std::nullopt;
    if (!exp) {
        return std::nullopt;
    }
    constexpr double Latest = 1e10; // the year 2286: within the clock's range
    return system_clock::time_point(
        seconds(static_cast<std::int64_t>(std::clamp(*exp, 0.0, Latest))));
}

std::optional<steady_clock::time_point> jwtEnd(std::string_view jwt)
{
    const auto expiry = jwtExpiry(jwt);
    if (!expiry) {
        return std::nullopt;
    }
    const auto left =
        std::min<system_clock::duration>(*expiry - system_clock::now(), seconds(3600L * 24 * 365));
    return steady_clock::now() + left;
}

} // namespace meridian::credentials
