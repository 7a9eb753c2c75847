// SPDX-License-Identifier: MIT
// Which of OCI's request formats a model is asked in.
#pragma once

#include "core/model/providersettings.h"
#include "core/provider/dialect.h"

#include <string_view>

namespace meridian::provider {

/// Is it one of Cohere's models (`cohere.command-r-plus`)? OCIDs tell nothing: the configuration
/// says the format of those.
[[nodiscard]] constexpr bool ociWantsCohere(std::string_view modelId) noexcept
{
    return modelId.starts_with("cohere.");
}

/// The dialect for `modelId` when the configuration says `format`. Auto: Cohere's Command A family
/// speaks COHEREV2, Cohere's other models COHERE, everybody else GENERIC.
[[nodiscard]] constexpr Dialect ociDialect(model::OciFormat format,
                                           std::string_view modelId) noexcept
{
    switch (format) {
    case model::OciFormat::Generic:
        return Dialect::OciGeneric;
    case model::OciFormat::Cohere:
        return Dialect::OciCohere;
    case model::OciFormat::CohereV2:
        return Dialect::OciCohereV2;
    case model::OciFormat::OpenAi:
        return Dialect::OpenAiChat;
    case model::OciFormat::Auto:
        break;
    }
    if (modelId.starts_with("cohere.command-a")) {
        return Dialect::OciCohereV2;
    }
    return ociWantsCohere(modelId) ? Dialect::OciCohere : Dialect::OciGeneric;
}

} // namespace meridian::provider
