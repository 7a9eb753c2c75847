// SPDX-License-Identifier: MIT
// Writes parts of a turn as this dialect's content parts, and extras where they came from here.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::openai {

/// Members that stand in an object of their own inside what owns the extras (`function.x`).
void writeNestedExtras(json::JsonWriter &json,
                       const std::vector<Extra> &extras,
                       std::string_view object);

/// The others. `object`: as above; empty: there is none.
void writeExtras(json::JsonWriter &json,
                 const std::vector<Extra> &extras,
                 std::string_view object = {});

/// Reports the extras of another dialect.
void dropExtras(const std::vector<Extra> &extras, const std::string &path, Fidelity &fidelity);

/// `cache_control`, for the dialect's own requests: OpenAI caches without being told.
void writeCacheControl(json::JsonWriter &json, const CacheMark &cache);

/// Can a content part say it? What cannot be said, or only in another way, is reported.
[[nodiscard]] bool canWrite(const Part &part, const std::string &path, Fidelity &fidelity);

/// A part that canWrite() has let pass.
void writePart(json::JsonWriter &json, const Part &part, Dialect requestOrigin);

/// Is it all in one plain text, which is then written as a string instead of a list?
[[nodiscard]] bool isPlainText(const std::vector<const Part *> &parts) noexcept;

} // namespace meridian::provider::openai
