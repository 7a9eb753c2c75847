// SPDX-License-Identifier: MIT
// Writes the response object of the Responses API, its errors and its token counts.
#pragma once

#include "core/provider/codec.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::provider::responses {

/// What of a response object changes while it is made.
struct ResponseState
{
    std::string_view id;
    std::string_view model;
    std::int64_t created = 0;
    std::string_view status; // in_progress, completed, incomplete, failed
    std::string_view incompleteReason;
    std::string_view output;           // items, separated by commas
    const TokenUsage *usage = nullptr; // null: not known yet
    const ApiError *error = nullptr;
};

/// The members that tell the client's parameters back, as one JSON object on one line.
[[nodiscard]] std::string echoOf(const ChatRequest &request);

/// The whole object, on one line. `echo`: see above.
[[nodiscard]] std::string responseObject(const ResponseState &state, std::string_view echo);

/// The body of an error response.
[[nodiscard]] std::string errorBody(const ApiError &error);

/// The word that clients tell errors apart by; empty: none.
[[nodiscard]] std::string_view errorCode(const ApiError &error) noexcept;

/// The answer of POST /v1/responses/input_tokens.
[[nodiscard]] std::string inputTokens(std::uint64_t count);

} // namespace meridian::provider::responses
