// SPDX-License-Identifier: MIT
// Reading requests and writing answers as OCI's server does; ocicodecs.cpp puts them together.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <memory>
#include <string>
#include <string_view>

namespace meridian::simulate {

/// `format`: OciGeneric, OciCohere or OciCohereV2.
[[nodiscard]] provider::ChatRequest readOciRequest(provider::Dialect format, json::Value body);

[[nodiscard]] std::string writeOciAnswer(provider::Dialect format,
                                         const provider::Answer &answer,
                                         const provider::AnswerContext &context);

[[nodiscard]] std::unique_ptr<provider::AnswerSink>
makeOciStream(provider::Dialect format, std::string &out, const provider::AnswerContext &context);

// --- pieces that both kinds of answers have
[[nodiscard]] std::string_view ociFormatName(provider::Dialect format) noexcept;
[[nodiscard]] std::string_view ociFinishName(provider::Dialect format,
                                             provider::FinishReason reason) noexcept;
void writeOciUsage(json::JsonWriter &out, const provider::TokenUsage &usage);

/// A whole call; some vendors' models give no id, Cohere's first format never does.
void writeOciCall(json::JsonWriter &out,
                  provider::Dialect format,
                  const provider::Part &call,
                  bool hasId);

/// Do calls of this model have ids? Those of Meta's and Google's on OCI have none.
[[nodiscard]] bool ociCallsHaveIds(std::string_view model) noexcept;

} // namespace meridian::simulate
