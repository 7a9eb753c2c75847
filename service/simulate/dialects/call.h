// SPDX-License-Identifier: MIT
// What a request line and its head ask of a simulated backend that is not OpenAI's.
#pragma once

#include "core/http/headermap.h"
#include "core/provider/dialect.h"
#include "core/provider/embedding.h"
#include "service/simulate/dialects/protocol.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::simulate {

enum class Task : std::uint8_t {
    Generate,
    Count,
    Embed,
    Models, // this and the following make no model work
    Model,
    Show,
    Running, // models that are loaded
    Version,
    Stats,
    Health,
    Unknown,
    WrongMethod,
};

/// Copies: the head is gone when the body has come.
struct Call
{
    Task task = Task::Unknown;
    provider::Dialect dialect = provider::Dialect::OpenAiChat; // of Generate and Count
    provider::EmbeddingDialect embedding = provider::EmbeddingDialect::OpenAi;
    std::string_view allowed; // static: the method of the path, for WrongMethod
    std::string target;
    std::string model;    // that the path names, decoded
    std::string checksum; // OCI's x-content-sha256
    bool isVertex = false;
    bool hasBeta = false; // an anthropic-beta header
    bool isSigned = false;
};

[[nodiscard]] constexpr bool isModelCall(Task task) noexcept
{
    return task <= Task::Embed;
}

[[nodiscard]] constexpr bool takesBody(Task task) noexcept
{
    return isModelCall(task) || task == Task::Show;
}

/// `target` as in the request line, query included. HEAD counts as GET.
[[nodiscard]] Call callOf(Protocol protocol, std::string_view method, std::string_view target);

} // namespace meridian::simulate
