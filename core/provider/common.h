// SPDX-License-Identifier: MIT
// What several dialects need alike: arguments of calls, signatures, data URLs, error classes.
#pragma once

#include "core/json/value.h"
#include "core/provider/answer.h"
#include "core/provider/apierror.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider {

/// A call's arguments as a JSON object: empty text is `{}`; what is no object (a model wrote
/// nonsense, or stopped in the middle) becomes `{"_raw":"…"}`, reported under `path`.
[[nodiscard]] std::string
argumentsObject(std::string_view json, const std::string &path, Fidelity &fidelity);

/// All text of a list of parts, joined by `separator`; parts without text are left out.
[[nodiscard]] std::string joinedText(const std::vector<Part> &parts, std::string_view separator);

/// A thought's signature on its way through another vendor's dialect: `mrdn:<vendor>:<signature>`,
/// so that it finds back to whom it means something. Of the same vendor: as it is.
[[nodiscard]] std::string taggedSignature(std::string_view signature, Vendor by, Vendor carrier);

struct Signature
{
    std::string text;
    Vendor by = Vendor::Unknown;
};

/// Undoes taggedSignature(): what carries no tag is the carrier's own.
[[nodiscard]] Signature untaggedSignature(std::string_view text, Vendor carrier);

/// `data:image/png;base64,AAAA` as a source; any other text is an url.
[[nodiscard]] Source sourceOfUrl(std::string_view url);

/// The url of a source that has one, or a data URL; nothing for ids and texts.
[[nodiscard]] std::optional<std::string> urlOfSource(const Source &source);

/// The class that a status alone tells (§12 of the wire formats).
[[nodiscard]] ErrorClass errorClassOf(int status) noexcept;

/// Does a provider's message say that the prompt is too long for the model? Providers have no
/// common code for it.
[[nodiscard]] bool saysContextTooLong(std::string_view message) noexcept;

/// The status to answer with: the error's own, or its class'.
[[nodiscard]] int statusOf(const ApiError &error) noexcept;

/// The first `limit` bytes of a provider's error text that is no JSON, cut at a code point, control
/// characters and markup left out: fit to be shown. Empty when nothing readable is left.
[[nodiscard]] std::string readableExcerpt(std::string_view body, std::size_t limit = 300);

/// The effort of a thinking budget and the reverse, by Google's published table: low 1024, medium
/// 8192, high 24576.
[[nodiscard]] Reasoning::Effort effortOfBudget(std::int64_t tokens) noexcept;
[[nodiscard]] std::int64_t budgetOfEffort(Reasoning::Effort effort) noexcept;

/// JSON without line breaks: a provider's own text may have them between its tokens (inside strings
/// they are escaped), and an event's data or a line of NDJSON ends at the first.
[[nodiscard]] std::string onOneLine(std::string_view json);

/// A number of tokens that a provider tells. Nothing: it is none, or beyond 2^50 and so no real
/// one; sums of a few do not overflow.
[[nodiscard]] std::optional<std::uint64_t> tokenCountOf(json::Value value) noexcept;

/// OpenAI's words: none, minimal, low, medium, high, xhigh, max.
[[nodiscard]] std::string_view effortName(Reasoning::Effort effort) noexcept;
[[nodiscard]] Reasoning::Effort effortOf(std::string_view name) noexcept;

} // namespace meridian::provider
