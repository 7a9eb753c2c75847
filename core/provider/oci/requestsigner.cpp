// SPDX-License-Identifier: MIT
#include "core/provider/oci/requestsigner.h"

#include "core/base/base64.h"
#include "core/provider/oci/signingkey.h"

#include <openssl/sha.h>

#include <array>
#include <cstdio>

namespace meridian::provider::oci {

namespace {

bool hasBody(std::string_view method) noexcept
{
    return method == "POST" || method == "PUT" || method == "PATCH";
}

std::string bodyDigest(std::string_view body)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char *>(body.data()), body.size(), digest.data());
    return base64Encode({reinterpret_cast<const char *>(digest.data()), digest.size()});
}

std::string
signingString(const SignedRequest &request, std::string_view date, std::string_view digest)
{
    std::string text("date: ");
    text.append(date).append("\n(request-target): ");
    for (const char c : request.method) {
        text.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
    }
    text.append(" ").append(request.target).append("\nhost: ").append(request.host);
    if (hasBody(request.method)) {
        text.append("\ncontent-length: ").append(std::to_string(request.body.size()));
        text.append("\ncontent-type: ").append(request.contentType);
        text.append("\nx-content-sha256: ").append(digest);
    }
    return text;
}

} // namespace

std::string httpDate(std::chrono::system_clock::time_point time)
{
    using namespace std::chrono;
    constexpr std::array<const char *, 7> Days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char *, 12> Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_seconds seconds = floor<std::chrono::seconds>(time);
    const sys_days day = floor<days>(seconds);
    const year_month_day date(day);
    const hh_mm_ss clock(seconds - day);
    std::array<char, 64> text{};
    // by hand: strftime's names follow the locale
    const int size = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        Days[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        Months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string signingString(const SignedRequest &request, std::string_view date)
{
    return signingString(request, date,
                         hasBody(request.method) ? bodyDigest(request.body) : std::string());
}

Result<void> appendSignedHeaders(std::string &out,
                                 const SigningKey &key,
                                 const SignedRequest &request,
                                 std::chrono::system_clock::time_point now)
{
    const bool withBody = hasBody(request.method);
    const std::string date = httpDate(now);
    const std::string digest = withBody ? bodyDigest(request.body) : std::string();
    const auto signature = key.sign(signingString(request, date, digest));
    if (!signature) {
        return tl::unexpected<Error>(signature.error());
    }
    out.append("date: ").append(date).append("\r\n");
    if (withBody) {
        out.append("content-type: ").append(request.contentType).append("\r\n");
        out.append("x-content-sha256: ").append(digest).append("\r\n");
    }
    out.append("authorization: Signature version=\"1\",keyId=\"").append(key.keyId());
    out.append("\",algorithm=\"rsa-sha256\",headers=\"date (request-target) host");
    out.append(withBody ? " content-length content-type x-content-sha256" : "");
    out.append("\",signature=\"").append(*signature).append("\"\r\n");
    return {};
}

} // namespace meridian::provider::oci
