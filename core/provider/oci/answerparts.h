// SPDX-License-Identifier: MIT
// What answers of OCI's three chat formats have in common: token counts, reasons, start.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"

#include <string_view>

namespace meridian::provider::oci {

/// `{"promptTokens":…}`; nothing is told for what is no object.
void readUsage(json::Value usage, AnswerWriter &writer);

/// The reason, in any case, or the error that it is; `event` may hold the error's text. Nothing for
/// null and for an empty text.
void readFinish(json::Value reason, json::Value event, AnswerWriter &writer);

/// One element of a message's content: text, a thought, or something nobody else knows.
void readContentPart(json::Value part, Dialect origin, AnswerWriter &writer);

/// A message's content: a list of parts, or a text.
void readContent(json::Value content, Dialect origin, AnswerWriter &writer);

/// Of a whole answer or of a stream's first event: id, modelId, timeCreated as far as there.
[[nodiscard]] AnswerStart startOf(json::Value body, json::Value chatResponse);

/// Seconds since 1970 of `2025-01-31T12:00:00.000Z`; 0 for anything else.
[[nodiscard]] std::int64_t secondsOf(std::string_view timestamp) noexcept;

} // namespace meridian::provider::oci
