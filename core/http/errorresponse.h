// SPDX-License-Identifier: MIT
// Every way in which the gateway itself refuses or fails a request, and the bytes that say so: one
// table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::http {

enum class HttpError : std::uint8_t {
    MalformedRequest,
    HeadTooLarge,
    HeadTimeout,
    BodyTimeout,
    BodyTooLarge,
    InvalidContentLength,
    InvalidJson,
    NotAnObject,
    InvalidField,
    UnknownPath,
    MethodNotAllowed,
    ModelNotFound,
    Forbidden,          // the control plane, from where it may not be reached
    AdminTokenRequired, // the same, where a token would open it
    InvalidAdminToken,
    TooManyGuesses, // wrong tokens from one address
    NoBackend,
    BackendError,
    BackendTimeout,
    Draining,
    Paused, // by whoever sits before it
    Overloaded,
    LoopDetected,
    CircuitOpen,
    RateLimited,             // by the backends
    QueueFull,               // every backend has its max_concurrency, and so has the queue
    QueueTimeout,            // waited for a free backend in vain
    RetryBudget,             // a failure that may not be retried: too many are being retried
    BadAnswer,               // a backend's answer that nobody can read
    UpstreamAuth,            // the gateway's own key was refused
    NoCredential,            // the gateway's own credential cannot be renewed
    UnsupportedOperation,    // no backend of the model can do it
    KeyRequired,             // the caller has to bring a key and has not
    LossyTranslation,        // translation.on_loss: reject
    UnknownPreviousResponse, // previous_response_id
    Internal,
    None, // no error, and no row in the table
};
inline constexpr std::size_t HttpErrorCount = 36;

/// What a client sees of an error. All texts are static.
struct ErrorSpec
{
    std::uint16_t status;
    std::string_view type;    // the classes of OpenAI's clients, or meridian_… where the gateway
                              // itself is the reason
    std::string_view code;    // one word for this error alone
    std::string_view message; // what is said when nothing better is known
    std::string_view
        messageAbout; // the same about a name, which goes where {} stands; empty: no such form
    std::chrono::seconds retryAfter; // for the header Retry-After; 0 = none
};

[[nodiscard]] const ErrorSpec &errorSpec(HttpError error) noexcept;

/// The message about a model or a backend: `No healthy backend available for model 'm'`. The name
/// is cut, quoted and escaped. An error that is not about a name gives its plain message.
[[nodiscard]] std::string errorMessage(HttpError error, std::string_view name);

/// `Request body exceeds limit of N bytes`.
[[nodiscard]] std::string bodyTooLargeMessage(std::size_t limit);

/// `{"error":{"message":…,"type":…,"code":…,"param":null}}`; with the table's message unless
/// another is given.
[[nodiscard]] std::string errorBody(HttpError error, std::string_view message = {});

/// What ends a chat or completion stream that broke off: an error event and `data: [DONE]`. Types
/// and messages in use: `meridian_backend_error`, `upstream connection error`;
/// `meridian_stream_timeout`, `upstream read timeout`.
[[nodiscard]] std::string streamErrorEvents(std::string_view type, std::string_view message);

/// The same for /v1/responses, whose clients look for an event named `error`.
[[nodiscard]] std::string responsesErrorEvents(std::string_view code, std::string_view message);

} // namespace meridian::http
