// SPDX-License-Identifier: MIT
// OCI's request signature, version 1: the headers that prove who asks (draft-cavage-08).
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace meridian::provider::oci {

class SigningKey;

/// What of a request is signed. Views of what is sent, byte for byte.
struct SignedRequest
{
    std::string_view method;      // "POST"
    std::string_view target;      // path and query as they stand in the request line
    std::string_view host;        // the Host header's value
    std::string_view contentType; // POST, PUT, PATCH
    std::string_view body;        // likewise
};

/// Appends `date`, `authorization` and, for POST, PUT and PATCH, `content-type` and
/// `x-content-sha256`, a line each with CRLF. The caller writes `host` and `content-length`, whose
/// values are signed too, and nothing else under these names. Appends nothing when it fails. Any
/// thread; about a millisecond. OCI refuses a `now` that is five minutes off.
[[nodiscard]] Result<void> appendSignedHeaders(std::string &out,
                                               const SigningKey &key,
                                               const SignedRequest &request,
                                               std::chrono::system_clock::time_point now);

/// What is signed: a `name: value` line for each header, without a final line end.
[[nodiscard]] std::string signingString(const SignedRequest &request, std::string_view date);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
[[nodiscard]] std::string httpDate(std::chrono::system_clock::time_point time);

} // namespace meridian::provider::oci
