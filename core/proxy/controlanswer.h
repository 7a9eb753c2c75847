// SPDX-License-Identifier: MIT
// What every answer of the control plane carries, and how a worker refuses a request for it.
#pragma once

#include "core/base/ids.h"
#include "core/http/errorresponse.h"
#include "core/http/serverconnection.h"

#include <string>
#include <string_view>

namespace meridian::proxy {

/// Of docs/admin-api.md.
inline constexpr std::string_view AdminApiVersion = "1.0";

/// Header lines: the id, and below /meridian/ the version of the API.
[[nodiscard]] std::string controlHeaders(const http::MessageHead &head, const RequestId &id);

/// Answers with the error; the handler is done. An empty `message`: the table's.
void respondRefusal(http::ServerConnection &client,
                    std::string headerLines,
                    http::HttpError error,
                    std::string_view message = {});

} // namespace meridian::proxy
