// SPDX-License-Identifier: MIT
// An error that a provider answered, or that stands in for its answer, in nobody's dialect.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace meridian::provider {

/// The classes of spec/provider-wire-formats.md §12; each dialect has its own words for them.
enum class ErrorClass : std::uint8_t {
    BadRequest,
    ContextTooLong,
    Authentication, // of a key that the caller gave
    UpstreamAuth,   // of the gateway's own key: nothing the caller can mend
    Permission,
    NotFound,
    TooLarge,
    RateLimited,
    Overloaded,
    Timeout,
    Upstream, // it failed, or what it said cannot be understood
    Internal, // ours
};
inline constexpr std::size_t ErrorClassCount = 12;

struct ApiError
{
    ErrorClass kind = ErrorClass::Upstream;
    int status = 0;      // HTTP status to answer with; 0: the class' own
    std::string message; // for a person
    std::string code;    // the provider's word where it is OpenAI-like ("context_length_exceeded")
    std::string param;   // the field that is wrong, if told
    std::chrono::nanoseconds retryAfter{0}; // 0 = not told
};

} // namespace meridian::provider
