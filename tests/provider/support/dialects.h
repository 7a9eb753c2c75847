// SPDX-License-Identifier: MIT
// Every dialect by its two sides, and a rich request in each client's words.
#pragma once

#include "core/provider/builtincodecs.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::testing {

/// All that clients can speak.
[[nodiscard]] std::vector<const provider::ClientCodec *> clients();

/// All that providers are asked in.
[[nodiscard]] std::vector<const provider::ProviderCodec *> providers();

/// The request line's target for a client's request.
[[nodiscard]] std::string_view targetFor(provider::Dialect client) noexcept;

/// Bodies that say much of what the client's dialect can say: written by hand, and the shared
/// cases where a provider's codec of the same dialect can write them.
[[nodiscard]] std::vector<std::string> bodiesOf(provider::Dialect client);

struct Sample
{
    std::string name;
    provider::Dialect dialect = provider::Dialect::OpenAiChat;
    std::string stream;
};

/// Whole streams of providers that end well: the golden files, and OCI's by hand.
[[nodiscard]] std::vector<Sample> streamSamples();

/// The first text in a stream (SSE data, lines, or one array) that is not JSON; empty: all are.
[[nodiscard]] std::string unsoundIn(std::string_view stream, std::string_view type);

} // namespace meridian::testing
