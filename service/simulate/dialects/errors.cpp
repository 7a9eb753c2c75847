// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/errors.h"

#include "core/json/jsonwriter.h"

namespace meridian::simulate {

namespace {

struct Row
{
    int status;
    std::string_view anthropic;
    std::string_view google;
    std::string_view oci;
};

constexpr Row Rows[] = {
    {400, "invalid_request_error", "INVALID_ARGUMENT", "InvalidParameter"},
    {401, "authentication_error", "UNAUTHENTICATED", "NotAuthenticated"},
    {403, "permission_error", "PERMISSION_DENIED", "NotAuthorizedOrNotFound"},
    {404, "not_found_error", "NOT_FOUND", "NotAuthorizedOrNotFound"},
    {405, "invalid_request_error", "UNIMPLEMENTED", "MethodNotAllowed"},
    {408, "timeout_error", "DEADLINE_EXCEEDED", "RequestTimeout"},
    {413, "request_too_large", "INVALID_ARGUMENT", "RequestEntityTooLarge"},
    {429, "rate_limit_error", "RESOURCE_EXHAUSTED", "TooManyRequests"},
    {500, "api_error", "INTERNAL", "InternalServerError"},
    {503, "overloaded_error", "UNAVAILABLE", "ServiceUnavailable"},
    {504, "timeout_error", "DEADLINE_EXCEEDED", "GatewayTimeout"},
    {529, "overloaded_error", "UNAVAILABLE", "ServiceUnavailable"},
};

const Row &rowOf(int status) noexcept
{
    for (const Row &row : Rows) {
        if (row.status == status) {
            return row;
        }
    }
    return status >= 500 ? rowOf(500) : Rows[0];
}

void writeGoogle(json::JsonWriter &out, int status, std::string_view message)
{
    out.key("error").beginObject().integer("code", status).string("message", message);
    out.string("status", rowOf(status).google);
    if (status == 429) {
        out.key("details").beginArray().beginObject();
        out.string("@type", "type.googleapis.com/google.rpc.RetryInfo");
        out.string("retryDelay", "1s").endObject().endArray();
    }
    out.endObject();
}

} // namespace

Reply errorOf(Protocol protocol, int status, std::string_view message, std::string_view code)
{
    if (protocol == Protocol::OpenAi) {
        return errorReply(status, message, code);
    }
    json::JsonWriter out;
    out.beginObject();
    switch (protocol) {
    case Protocol::Anthropic:
        out.string("type", "error").key("error").beginObject();
        out.string("type", rowOf(status).anthropic).string("message", message).endObject();
        break;
    case Protocol::Gemini:
        writeGoogle(out, status, message);
        break;
    case Protocol::Oci:
        out.string("code", rowOf(status).oci).string("message", message);
        break;
    default:
        out.string("error", message);
    }
    Reply reply;
    reply.status = status;
    reply.body = out.endObject().take();
    return reply;
}

Reply modelNotFoundOf(Protocol protocol, std::string_view model)
{
    constexpr std::size_t Shown = 256; // bytes of a name that is the client's
    const std::string name(model.substr(0, Shown));
    switch (protocol) {
    case Protocol::OpenAi:
        return modelNotFound(model);
    case Protocol::Anthropic:
        return errorOf(protocol, 404, "model: " + name);
    case Protocol::Gemini:
        return errorOf(protocol, 404, "models/" + name + " is not found for API version v1beta.");
    case Protocol::Ollama:
        return errorOf(protocol, 404, "model '" + name + "' not found");
    case Protocol::Oci:
        break;
    }
    return errorOf(protocol, 404, "Entity with key " + name + " not found");
}

} // namespace meridian::simulate
