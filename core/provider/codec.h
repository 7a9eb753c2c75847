// SPDX-License-Identifier: MIT
// What a dialect must be able to do, as a client's dialect and as a provider's. No sockets here.
#pragma once

#include "core/json/value.h"
#include "core/model/providersettings.h"
#include "core/provider/answer.h"
#include "core/provider/apierror.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"
#include "core/provider/streamdefect.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::provider {

/// What a client's codec may say of a body it cannot read: a clear sentence that names the field.
struct BadRequest
{
    std::string message; // "messages[2].tool_call_id: no call has this id"
    std::string param;   // "messages[2].tool_call_id"; may be empty
};

template <typename T>
using Decoded = tl::expected<T, BadRequest>;

[[nodiscard]] inline tl::unexpected<BadRequest> badRequest(std::string param, std::string_view what)
{
    std::string message = param.empty() ? std::string(what) : param + ": " + std::string(what);
    return tl::unexpected<BadRequest>(BadRequest{std::move(message), std::move(param)});
}

/// How an answer is told to a client.
struct AnswerContext
{
    std::string_view requestId;           // the gateway's: for ids that the provider did not give
    std::string_view model;               // as the client asked for it
    std::int64_t created = 0;             // seconds since 1970, for answers that do not say
    const ChatRequest *request = nullptr; // never null for answers; null for errors before one
};

/// A dialect as clients speak it. Without state; any thread.
class ClientCodec
{
public:
    virtual ~ClientCodec() = default;

    [[nodiscard]] virtual Dialect dialect() const noexcept = 0;

    /// Reads a request; `body` is an object that json::Checker has passed. `target`: the request
    /// line's path and query (Gemini says model and method there). Every field ends up in the
    /// request, in its extras, or in an error: nothing is lost here. Wrong types and orphan tool
    /// results are errors.
    [[nodiscard]] virtual Decoded<ChatRequest> decodeRequest(json::Value body,
                                                             std::string_view target) const = 0;

    /// What a whole answer looks like; Content-Type application/json.
    [[nodiscard]] virtual std::string encodeAnswer(const Answer &answer,
                                                   const AnswerContext &context) const = 0;

    /// Content-Type of streams.
    [[nodiscard]] virtual std::string_view streamType() const noexcept
    {
        return "text/event-stream";
    }

    /// Told an answer, it appends the stream's bytes to `out`, which outlives it, as does what
    /// `context` refers to. An error() ends the stream well-formed in the dialect's way.
    [[nodiscard]] virtual std::unique_ptr<AnswerSink>
    streamEncoder(std::string &out, const AnswerContext &context) const = 0;

    /// The body of an error; `status` is what the status line says.
    [[nodiscard]] virtual std::string
    encodeError(const ApiError &error, int status, std::string_view requestId) const = 0;
};

/// How a request is told to a provider.
struct RequestContext
{
    std::string_view model; // as the backend calls it
    const model::ProviderOptions &options;
};

/// Reads one answer. Pure state machine; one per answer.
class AnswerDecoder
{
public:
    virtual ~AnswerDecoder() = default;

    /// The next bytes of a stream, cut anywhere.
    virtual void feed(std::string_view bytes) = 0;

    /// The provider's body has ended by itself (not: the connection broke).
    virtual void bodyEnded() = 0;
};

/// A dialect as providers speak it. Without state; any thread.
class ProviderCodec
{
public:
    virtual ~ProviderCodec() = default;

    [[nodiscard]] virtual Dialect dialect() const noexcept = 0;

    /// The body to send. Deterministic: the same request gives the same bytes, and a conversation
    /// that has grown begins with the same bytes (prompt caches live on that). What the dialect
    /// cannot say goes into `fidelity`.
    [[nodiscard]] virtual std::string encodeRequest(const ChatRequest &request,
                                                    const RequestContext &context,
                                                    Fidelity &fidelity) const = 0;

    /// Does a streamed answer come as Content-Type `type` (lower case prefix)?
    [[nodiscard]] virtual std::string_view streamType() const noexcept
    {
        return "text/event-stream";
    }

    /// Reads a stream into `sink`. `idSeed`: see AnswerWriter.
    [[nodiscard]] virtual std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const = 0;

    /// Reads a whole answer, an object that json::Checker has passed, into `sink`: start … end, or
    /// error when it is no answer.
    virtual void
    decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const = 0;

    /// Reads an error's body, which may be anything (HTML, nothing). The result's status is 0
    /// unless the provider's own is wrong.
    [[nodiscard]] virtual ApiError decodeError(int status, std::string_view body) const = 0;
};

} // namespace meridian::provider
