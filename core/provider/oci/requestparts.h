// SPDX-License-Identifier: MIT
// What the bodies of OCI's three chat formats have in common, and what none of them can say.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::provider::oci {

/// `{"compartmentId":…,"servingMode":…,"chatRequest":{"apiFormat":…` : two objects stay open.
void beginBody(json::JsonWriter &out, const RequestContext &context, std::string_view apiFormat);

/// The client's limit, or the backend's, or 4096: the server's own default is a few hundred.
[[nodiscard]] std::int64_t maxTokensOf(const ChatRequest &request, const RequestContext &context);

/// `isStream`, and for streams the wish for token counts: the gateway's, whatever the client's.
void writeStream(json::JsonWriter &out, const ChatRequest &request);

/// topP, topK, temperature, seed and the penalties: all three formats call them alike.
void writeSampling(json::JsonWriter &out, const ChatRequest &request);

/// An array of strings; nothing when it is empty.
void writeStops(json::JsonWriter &out, std::string_view name, const ChatRequest &request);

/// `{"type":"TEXT","text":…}`
void writeText(json::JsonWriter &out, std::string_view text);

/// `{"url":…,"detail":…}` of an image under `name`. The source must have an url.
void writeImageUrl(json::JsonWriter &out, const Part &image, std::string_view url);

/// Reports what no format of OCI's has a place for, wherever in the request it stands; also the
/// fields that Cohere's formats lack when `isCohere`.
void reportUnsaid(const ChatRequest &request, bool isCohere, Fidelity &fidelity);

/// What a tool answered, its texts joined; parts of other kinds are reported.
[[nodiscard]] std::string
resultText(const Part &result, const std::string &path, Fidelity &fidelity);

/// `messages[3]` and `messages[3].content[0]`
[[nodiscard]] std::string turnPath(std::size_t turn);
[[nodiscard]] std::string partPath(std::size_t turn, std::size_t part);

/// The effort to ask for by name, at most High; Unset: nothing to say. Reports what it rounds.
[[nodiscard]] Reasoning::Effort effortToAsk(const Reasoning &reasoning, Fidelity &fidelity);

/// ASCII letters in upper and in lower case.
[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);

} // namespace meridian::provider::oci
