// SPDX-License-Identifier: MIT
#include "core/proxy/dialecterrors.h"

#include "core/provider/builtincodecs.h"
#include "core/provider/common.h"

namespace meridian::proxy {

namespace {

using provider::ApiError;
using provider::Dialect;
using provider::ErrorClass;

constexpr int InternalError = 500;
constexpr int LoopDetected = 508;
constexpr int ServiceUnavailable = 503;
constexpr int AnthropicOverloaded = 529;

bool isOpenAi(Dialect dialect) noexcept
{
    return provider::vendorOf(dialect) == provider::Vendor::OpenAi;
}

} // namespace

int statusIn(Dialect dialect, int status) noexcept
{
    return dialect == Dialect::Anthropic && status == ServiceUnavailable ? AnthropicOverloaded
                                                                         : status;
}

std::string errorBodyIn(Dialect dialect,
                        http::HttpError error,
                        std::string_view message,
                        int status,
                        std::string_view requestId)
{
    const provider::ClientCodec *codec =
        isOpenAi(dialect) ? nullptr : provider::clientCodec(dialect);
    if (codec == nullptr) {
        return http::errorBody(error, message);
    }
    const http::ErrorSpec &spec = http::errorSpec(error);
    ApiError told;
    told.kind = spec.status == InternalError || spec.status == LoopDetected
                    ? ErrorClass::Internal
                    : provider::errorClassOf(spec.status);
    told.status = status;
    told.code = spec.code;
    told.message = message.empty() ? spec.message : message;
    return codec->encodeError(told, status, requestId);
}

std::string
errorBodyIn(Dialect dialect, const ApiError &error, int status, std::string_view requestId)
{
    const provider::ClientCodec *codec = provider::clientCodec(dialect);
    if (codec == nullptr) {
        codec = &provider::openAiChatClient();
    }
    return codec->encodeError(error, status, requestId);
}

std::string brokenStreamIn(Dialect dialect, std::string_view type, std::string_view message)
{
    if (dialect == Dialect::OpenAiResponses) {
        return http::responsesErrorEvents(type, message);
    }
    if (isOpenAi(dialect)) {
        return http::streamErrorEvents(type, message);
    }
    const provider::ClientCodec *codec = provider::clientCodec(dialect);
    std::string events;
    ApiError error;
    error.code = type;
    error.message = message;
    const provider::ChatRequest nothing;
    codec->streamEncoder(events, {{}, {}, 0, &nothing})->error(error);
    return events;
}

} // namespace meridian::proxy
