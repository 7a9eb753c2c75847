// SPDX-License-Identifier: MIT
// What every answer of the control plane carries, and how a worker refuses a request for it.
#include "core/proxy/controlanswer.h"

#include "core/proxy/surfaces.h"

namespace meridian::proxy {

std::string controlHeaders(const http::MessageHead &head, const RequestId &id)
{
    std::string lines = "x-request-id: " + std::string(id.view()) + "\r\n";
    if (pathOf(head.target).starts_with("/meridian/")) {
        lines.append("x-meridian-api: ").append(AdminApiVersion).append("\r\n");
    }
    return lines;
}

void respondRefusal(http::ServerConnection &client,
                    std::string headerLines,
                    http::HttpError error,
                    std::string_view message)
{
    constexpr int Unauthorized = 401;
    const http::ErrorSpec &spec = http::errorSpec(error);
    headerLines += "content-type: application/json\r\n";
    if (spec.retryAfter.count() > 0) {
        headerLines += "retry-after: " + std::to_string(spec.retryAfter.count()) + "\r\n";
    }
    if (spec.status == Unauthorized) { // RFC 9110 §15.5.2
        headerLines += "www-authenticate: Bearer realm=\"meridian\"\r\n";
    }
    client.respond(spec.status, headerLines, http::errorBody(error, message));
}

} // namespace meridian::proxy
