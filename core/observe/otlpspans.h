// SPDX-License-Identifier: MIT
// Turns the record of an exchange into its spans.
#pragma once

#include "core/observe/backendnames.h"
#include "core/observe/otlpspan.h"

namespace meridian::observe {

/// The semantic conventions' word for what a surface does (gen_ai.operation.name); empty for a
/// surface that asks no model.
[[nodiscard]] std::string_view operationName(std::string_view surface) noexcept;

/// One SERVER span for the exchange; below it an INTERNAL span per stage that took time and a
/// CLIENT span per attempt. Attributes follow the HTTP and GenAI conventions; ours begin with
/// `meridian.`. What the client and the model said is never among them: a record does not hold it.
void describeExchange(const model::RequestRecord &record,
                      const BackendNames &names,
                      SpanSink &sink);

} // namespace meridian::observe
