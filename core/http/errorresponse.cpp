// SPDX-License-Identifier: MIT
#include "core/http/errorresponse.h"

#include "core/http/quotedname.h"
#include "core/http/ssewriter.h"
#include "core/json/jsonwriter.h"

#include <array>

namespace meridian::http {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view Invalid = "invalid_request_error";
constexpr std::string_view Placeholder = "{}";

/// In the order of HttpError.
constexpr std::array<ErrorSpec, HttpErrorCount> Errors{{
    {400, Invalid, "malformed_request", "Malformed HTTP request", "", 0s},
    {431, Invalid, "head_too_large", "Request header exceeds limit", "", 0s},
    {408, Invalid, "head_timeout", "Request header was not received in time", "", 0s},
    {408, Invalid, "body_timeout", "Request body was not received in time", "", 0s},
    {413, Invalid, "body_too_large", "Request body exceeds limit", "", 0s},
    {400, Invalid, "invalid_content_length", "Invalid Content-Length header", "", 0s},
    {400, Invalid, "invalid_json", "Invalid JSON body", "", 0s},
    {400, Invalid, "invalid_body", "JSON body must be an object", "", 0s},
    {400, Invalid, "invalid_field", "Invalid field in JSON body", "", 0s},
    {404, Invalid, "unknown_path", "Unknown path", "Unknown path {}", 0s},
    {405, Invalid, "method_not_allowed", "Method Not Allowed", "", 0s},
    {404, Invalid, "model_not_found", "The model does not exist or no backend serves it",
     "The model {} does not exist or no backend serves it", 0s},
    {403, "permission_error", "forbidden", "The control plane is not reachable from this address",
     "", 0s},
    {401, "authentication_error", "admin_token_required",
     "The control plane asks for the admin token from here; send it as Authorization: Bearer", "",
     0s},
    {401, "authentication_error", "invalid_admin_token",
     "This is not the admin token of this gateway; it is the secret that admin.token refers to", "",
     0s},
    {429, "rate_limit_exceeded", "too_many_guesses",
     "Too many wrong admin tokens from this address; wait a second", "", 1s},
    {503, "meridian_no_backend", "no_backend", "No healthy backend available",
     "No healthy backend available for model {}", 0s},
    {502, "meridian_backend_error", "backend_error", "Backend connection error",
     "Backend {} connection error", 0s},
    {504, "meridian_backend_timeout", "backend_timeout", "Backend did not answer in time",
     "Backend {} did not answer in time", 0s},
    {503, "meridian_draining", "draining", "The gateway is shutting down", "", 1s},
    {503, "meridian_paused", "paused", "The gateway is paused", "", 10s},
    {503, "meridian_overloaded", "overloaded", "The gateway is overloaded", "", 1s},
    {508, "meridian_loop_detected", "loop_detected", "The request has passed this gateway before",
     "", 0s},
    {503, "meridian_circuit_open", "circuit_open", "Circuit is open", "Backend {} circuit is open",
     1s},
    {429, "rate_limit_exceeded", "backend_rate_limited", "Every backend asks to wait",
     "Every backend for model {} asks to wait", 1s},
    {503, "meridian_overloaded", "queue_full", "Every backend is busy and the queue is full",
     "Every backend for model {} is busy and the queue is full", 1s},
    {503, "meridian_overloaded", "queue_timeout", "No backend became free in time",
     "No backend for model {} became free in time", 1s},
    {502, "meridian_backend_error", "retry_budget_exhausted",
     "Backend connection error, and too many requests are being retried",
     "Backend {} connection error, and too many requests are being retried", 1s},
    {502, "meridian_backend_error", "bad_answer", "The backend's answer could not be read",
     "The answer of backend {} could not be read", 0s},
    {502, "meridian_backend_error", "upstream_auth", "A backend does not accept the gateway's key",
     "Backend {} does not accept the gateway's key", 0s},
    {502, "meridian_backend_error", "upstream_credential",
     "A backend's credential cannot be renewed", "The credential of backend {} cannot be renewed",
     1s},
    {400, Invalid, "unsupported_operation", "No backend of the model can do this",
     "No backend that serves model {} can do this", 0s},
    {400, Invalid, "byok_required", "The request must bring a key of its own", "", 0s},
    {400, Invalid, "lossy_translation", "The request cannot be translated without loss", "", 0s},
    {400, Invalid, "previous_response_not_found", "Previous response not found",
     "Previous response with id {} not found", 0s},
    {500, "meridian_internal_error", "internal_error", "Internal error", "", 0s},
}};

static_assert(Errors.back().status == 500, "one row for each error");

std::string errorObject(std::string_view message, std::string_view type, std::string_view code)
{
    json::JsonWriter json;
    json.beginObject().key("error").beginObject();
    json.string("message", message).string("type", type).string("code", code).null("param");
    json.endObject().endObject();
    return json.take();
}

} // namespace

const ErrorSpec &errorSpec(HttpError error) noexcept
{
    return Errors[static_cast<std::size_t>(error)];
}

std::string errorMessage(HttpError error, std::string_view name)
{
    const ErrorSpec &spec = errorSpec(error);
    const std::size_t at = spec.messageAbout.find(Placeholder);
    if (at == std::string_view::npos) {
        return std::string(spec.message);
    }
    std::string message(spec.messageAbout.substr(0, at));
    message += quotedName(name);
    message += spec.messageAbout.substr(at + Placeholder.size());
    return message;
}

std::string bodyTooLargeMessage(std::size_t limit)
{
    return "Request body exceeds limit of " + std::to_string(limit) + " bytes";
}

std::string errorBody(HttpError error, std::string_view message)
{
    const ErrorSpec &spec = errorSpec(error);
    return errorObject(message.empty() ? spec.message : message, spec.type, spec.code);
}

std::string streamErrorEvents(std::string_view type, std::string_view message)
{
    std::string events;
    appendSseEvent(events, {}, errorObject(message, type, type));
    appendSseEvent(events, {}, "[DONE]");
    return events;
}

std::string responsesErrorEvents(std::string_view code, std::string_view message)
{
    json::JsonWriter json;
    json.beginObject()
        .string("type", "error")
        .string("code", code)
        .string("message", message)
        .null("param");
    json.endObject();
    std::string events;
    appendSseEvent(events, "error", json.take());
    appendSseEvent(events, {}, "[DONE]");
    return events;
}

} // namespace meridian::http
