// SPDX-License-Identifier: MIT
// The keys of `translation:`.
#include "core/config/translationsection.h"

#include "core/config/keys.h"

namespace meridian::config {

namespace {

using model::OnLoss;
using model::TranslationSettings;

constexpr std::int64_t MaxResponses = 10'000'000;
constexpr std::int64_t MaxMegabytes = 65'536;
constexpr std::size_t Megabyte = std::size_t{1024} * 1024;

} // namespace

std::optional<OnLoss> readOnLoss(const Cursor &value)
{
    const auto name = readString(value);
    if (!name) {
        return std::nullopt;
    }
    if (*name == "warn") {
        return OnLoss::Warn;
    }
    if (*name == "reject") {
        return OnLoss::Reject;
    }
    if (*name == "fallback") {
        return OnLoss::Fallback;
    }
    value.error("unknown word " + quoted(*name) + "; known are warn, reject, fallback");
    return std::nullopt;
}

const Section<TranslationSettings> &translationSection()
{
    using T = TranslationSettings;
    static const Section<T> Keys({
        customKey<T>("on_loss", "string", "warn",
                     [](const Cursor &value, T &into) {
                         if (const auto read = readOnLoss(value)) {
                             into.onLoss = *read;
                         }
                     }),
        integerKey("max_stored_responses", &T::maxStoredResponses, 0, MaxResponses),
        customKey<T>("max_stored_response_mb", "integer",
                     std::to_string(T{}.maxStoredResponseBytes / Megabyte),
                     [](const Cursor &value, T &into) {
                         if (const auto read = readInteger(value, 1, MaxMegabytes)) {
                             into.maxStoredResponseBytes =
                                 static_cast<std::size_t>(*read) * Megabyte;
                         }
                     }),
        secondsKey("stored_response_ttl_s", &T::storedResponseTtl),
    });
    return Keys;
}

} // namespace meridian::config
