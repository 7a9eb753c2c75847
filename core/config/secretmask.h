// SPDX-License-Identifier: MIT
// Shows a configuration without its secrets, and puts them back into what comes back.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/diagnostics.h"
#include "core/config/secretspots.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

/// A text with its secrets, and where they were put.
class ClearText
{
public:
    std::string text; // never shown to anybody

    /// A place of this text as one of the masked text it was made of.
    [[nodiscard]] Position inMasked(Position at, std::string_view masked) const;

private:
    friend class SecretMask;

    struct Piece
    {
        std::size_t maskedBegin;
        std::size_t maskedEnd;
        std::size_t begin;
        std::size_t end;
    };

    std::vector<Piece> m_pieces;
};

/// `«secret 3f2a91»` stands for a secret for as long as this lives: the name is a keyed hash, and
/// the key never leaves the process. One thread.
class SecretMask
{
public:
    /// Secrets remembered; the oldest go first.
    static constexpr std::size_t MaxSecrets = 4096;

    SecretMask();

    struct Masked
    {
        std::string text;
        std::size_t secrets = 0; // in it, known before or not
    };

    /// Fails for what is no YAML: nobody can say then what is a secret in it. A byte order mark
    /// and everything else stays.
    [[nodiscard]] Result<Masked> mask(std::string_view text);

    /// Each mask becomes the secret again, byte by byte as it stood; one that was moved into other
    /// quotes is written anew. Unknown masks are errors, all of them. A text that is no YAML is
    /// taken as it is: whoever reads it next says so.
    [[nodiscard]] tl::expected<ClearText, std::vector<Diagnostic>>
    unmask(std::string_view text, const std::string &fileName) const;

private:
    struct Entry
    {
        Secret secret;
        std::map<SpotStyle, Secret> raw; // as it stood
        int parentIndent = -1;           // of raw[Lines]
    };

    [[nodiscard]] std::string idOf(const SecretSpot &spot) const;
    void remember(const std::string &id, const SecretSpot &spot, std::string_view raw);

    const Secret m_key;
    std::map<std::string, Entry, std::less<>> m_entries;
    std::deque<std::string> m_order;
};

} // namespace meridian::config
