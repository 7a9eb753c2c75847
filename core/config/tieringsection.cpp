// SPDX-License-Identifier: MIT
// The keys of `tiering:`.
#include "core/config/tieringsection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

namespace {

using model::TieringSettings;

constexpr std::int64_t MaxTokens = 1'000'000'000'000;

using Tags = std::vector<std::string>;

Key<TieringSettings> tierKey(std::string name, Tags TieringSettings::*field)
{
    auto key =
        required(customKey<TieringSettings>(std::move(name), "list of strings", "",
                                            [field](const Cursor &value, TieringSettings &into) {
                                                if (auto tags = readTags(value)) {
                                                    into.*field = std::move(*tags);
                                                }
                                            }));
    return key;
}

// A map that is given replaces the default as a whole, so that it must be complete.
const Section<TieringSettings> &tiersSection()
{
    static const Section<TieringSettings> Keys(
        {
            tierKey("long_prompt", &TieringSettings::longPrompt),
            tierKey("long_decode", &TieringSettings::longDecode),
            tierKey("default", &TieringSettings::general),
        },
        UnknownKeys::Unused);
    return Keys;
}

} // namespace

const Section<TieringSettings> &tieringSection()
{
    using T = TieringSettings;
    static const Section<T> Keys({
        booleanKey("enabled", &T::enabled),
        integerKey("long_prompt_tokens", &T::longPromptTokens, 1, MaxTokens),
        integerKey("long_decode_tokens", &T::longDecodeTokens, 1, MaxTokens),
        nested(customKey<T>(
                   "tiers", "mapping",
                   "{long_prompt: [prefill-pool], long_decode: [decode-pool], default: [general]}",
                   [](const Cursor &value, T &into) { tiersSection().read(value, into); }),
               tiersSection()),
    });
    return Keys;
}

} // namespace meridian::config
