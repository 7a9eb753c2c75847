// SPDX-License-Identifier: MIT
// The registry of dialects: a new one is one line in builtincodecs.cpp.
#pragma once

#include "core/provider/codec.h"

namespace meridian::provider {

/// Null: clients cannot speak it (OCI's formats), or there is nothing to translate (OpenAiOther).
[[nodiscard]] const ClientCodec *clientCodec(Dialect dialect) noexcept;

/// Null: no provider is asked in it (/v1/completions and /v1/responses are only passed through).
[[nodiscard]] const ProviderCodec *providerCodec(Dialect dialect) noexcept;

// --- each defined in its dialect's folder
[[nodiscard]] const ClientCodec &openAiChatClient();
[[nodiscard]] const ClientCodec &openAiCompletionsClient();
[[nodiscard]] const ClientCodec &openAiResponsesClient();
[[nodiscard]] const ClientCodec &anthropicClient();
[[nodiscard]] const ClientCodec &geminiClient();
[[nodiscard]] const ClientCodec &ollamaChatClient();
[[nodiscard]] const ClientCodec &ollamaGenerateClient();

[[nodiscard]] const ProviderCodec &openAiChatProvider();
[[nodiscard]] const ProviderCodec &anthropicProvider();
[[nodiscard]] const ProviderCodec &geminiProvider();
[[nodiscard]] const ProviderCodec &ollamaChatProvider();
[[nodiscard]] const ProviderCodec &ociGenericProvider();
[[nodiscard]] const ProviderCodec &ociCohereProvider();
[[nodiscard]] const ProviderCodec &ociCohereV2Provider();

} // namespace meridian::provider
