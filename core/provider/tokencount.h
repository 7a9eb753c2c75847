// SPDX-License-Identifier: MIT
// How many tokens a request has: asked of a provider that can count, or estimated and marked so.
#pragma once

#include "core/json/value.h"
#include "core/model/backendsettings.h"
#include "core/provider/answertranslator.h"
#include "core/provider/conversation.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider {

/// A request to Generate, written for `dialect`, as the body of the question how large it is.
/// Anthropic and Gemini; Vertex AI wants Gemini's fields without an envelope.
[[nodiscard]] std::string countBody(Dialect dialect,
                                    model::Provider provider,
                                    std::string_view encoded,
                                    std::string_view modelName);

/// The number in a provider's answer; nothing when there is none.
[[nodiscard]] std::optional<std::uint64_t> readCount(json::Value answer);

/// The answer in a client's dialect.
[[nodiscard]] std::string encodeCount(Dialect client, std::uint64_t tokens);

/// A quarter of the code points of all texts, names and schemas, 4 for each turn and 3 at the start
/// (json/promptestimate.h counts OpenAI's bodies alike); 1 000 for an image or a document's page of
/// 3 000 base64 characters.
[[nodiscard]] std::uint64_t estimateTokens(const ChatRequest &request) noexcept;

/// From the provider's answer to the client's.
[[nodiscard]] std::unique_ptr<AnswerTranslator>
translateCount(const ProviderCodec &provider, Dialect client, int status);

} // namespace meridian::provider
