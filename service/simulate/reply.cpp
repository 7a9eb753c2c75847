// SPDX-License-Identifier: MIT
#include "service/simulate/reply.h"

#include "core/json/jsonwriter.h"

namespace meridian::simulate {

namespace {

std::string_view typeOf(int status)
{
    switch (status) {
    case 401:
        return "authentication_error";
    case 403:
        return "permission_error";
    case 429:
        return "rate_limit_error";
    default:
        return status >= 500 ? "server_error" : "invalid_request_error";
    }
}

} // namespace

Reply errorReply(int status, std::string_view message, std::string_view code)
{
    json::JsonWriter body;
    body.beginObject().key("error").beginObject();
    body.string("message", message).string("type", typeOf(status)).null("param").key("code");
    if (code.empty()) {
        body.null();
    } else {
        body.string(code);
    }
    body.endObject().endObject();
    Reply reply;
    reply.status = status;
    reply.body = body.take();
    return reply;
}

Reply modelNotFound(std::string_view model)
{
    constexpr std::size_t Shown = 256; // bytes of a name that is the client's
    std::string message = "The model '";
    message.append(model.substr(0, Shown)).append("' does not exist on this simulated backend.");
    return errorReply(404, message, "model_not_found");
}

} // namespace meridian::simulate
