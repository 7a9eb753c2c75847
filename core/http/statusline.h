// SPDX-License-Identifier: MIT
// "HTTP/1.1 200 OK".
#pragma once

#include <string>
#include <string_view>

namespace meridian::http {

/// The registered phrase (RFC 9110 §15) of a status that the gateway itself answers with.
[[nodiscard]] std::string_view reasonPhrase(int status) noexcept;

/// Appends the status line with CRLF; an empty reason means the registered one.
void appendStatusLine(std::string &out, int status, std::string_view reason = {});

} // namespace meridian::http
