// SPDX-License-Identifier: MIT
// OCI's tokens that somebody else renews: read again when they change, or before they end.
#pragma once

#include "core/credentials/fetcher.h"

#include <string>
#include <vector>

namespace meridian::credentials {

/// A token and its key, each in a file or given as a value.
struct OciTokenPlaces
{
    std::string label;
    std::string tokenFile; // empty: token
    Secret token;
    std::string keyFile; // empty: key
    Secret key;
    std::string passPhraseFile; // empty: passPhrase
    Secret passPhrase;
    std::string cure; // when the token has ended
};

/// Reads them and makes a credential of them: without waiting for anybody.
[[nodiscard]] FetchResult readOciToken(const OciTokenPlaces &places);

[[nodiscard]] std::unique_ptr<Fetcher> ociTokenFetcher(OciTokenPlaces places);

} // namespace meridian::credentials
