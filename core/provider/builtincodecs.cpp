// SPDX-License-Identifier: MIT
#include "core/provider/builtincodecs.h"

namespace meridian::provider {

const ClientCodec *clientCodec(Dialect dialect) noexcept
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return &openAiChatClient();
    case Dialect::OpenAiCompletions:
        return &openAiCompletionsClient();
    case Dialect::OpenAiResponses:
        return &openAiResponsesClient();
    case Dialect::Anthropic:
        return &anthropicClient();
    case Dialect::Gemini:
        return &geminiClient();
    case Dialect::OllamaChat:
        return &ollamaChatClient();
    case Dialect::OllamaGenerate:
        return &ollamaGenerateClient();
    default:
        return nullptr;
    }
}

const ProviderCodec *providerCodec(Dialect dialect) noexcept
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return &openAiChatProvider();
    case Dialect::Anthropic:
        return &anthropicProvider();
    case Dialect::Gemini:
        return &geminiProvider();
    case Dialect::OllamaChat:
        return &ollamaChatProvider();
    case Dialect::OciGeneric:
        return &ociGenericProvider();
    case Dialect::OciCohere:
        return &ociCohereProvider();
    case Dialect::OciCohereV2:
        return &ociCohereV2Provider();
    default:
        return nullptr;
    }
}

} // namespace meridian::provider
