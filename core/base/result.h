// SPDX-License-Identifier: MIT
// What a fallible call returns: a value, or an Error that says where and why.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>

namespace meridian {

/// What kind of thing went wrong; grouped by whose business it is to mend it.
enum class ErrorCode : std::uint8_t {
    // configuration
    InvalidConfig,
    SecretUnavailable,
    // environment
    SystemCall,
    AddressInUse,
    FileUnreadable,
    // peers
    ConnectFailed,
    TlsFailed,
    NameNotResolved,
    // ourselves
    Internal,
};

/// An outside reason for failure. `detail` is one sentence for a person; it never holds a secret.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string detail;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string detail)
{
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

/// `what: strerror(errno)` as an error; reads errno at once.
[[nodiscard]] tl::unexpected<Error> systemFailure(const char *what);

} // namespace meridian
