// SPDX-License-Identifier: MIT
// Answers calls in any dialect: checks them strictly, reads them, plans an answer, tells it.
#pragma once

#include "core/json/checker.h"
#include "service/simulate/dialects/call.h"
#include "service/simulate/dialects/streamedanswer.h"
#include "service/simulate/options.h"
#include "service/simulate/reply.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::simulate {

/// What answers are made with.
struct Kitchen
{
    const SimulatorOptions &options;
    const AnswerText &text;
    json::Checker &checker;
    std::string_view id; // of the answer, hexadecimal
    std::int64_t created = 0;
};

/// Either a stream, or a reply.
struct Outcome
{
    std::unique_ptr<StreamedAnswer> stream;
    Reply reply;
    std::uint32_t tokens = 0; // of a whole answer
};

/// A call that takes a body.
[[nodiscard]] Outcome serve(const Call &call, std::string_view body, const Kitchen &kitchen);

/// A call that takes none: lists, versions, errors.
[[nodiscard]] Reply serveHead(const Call &call, const Kitchen &kitchen);

/// OpenAI's chat completions and responses, where they ask for more than words.
[[nodiscard]] Outcome
serveOpenAi(provider::Dialect dialect, std::string_view body, const Kitchen &kitchen);

/// Must serveOpenAi() answer a chat? A search for a few words, not a parser: `no` only when there
/// is nothing in the body but words.
[[nodiscard]] bool needsCodec(std::string_view body) noexcept;

/// Missing or wrong keys and headers, as the provider refuses them; else nothing. Reads what
/// `call` needs of the head.
[[nodiscard]] std::optional<Reply>
refuseHead(Call &call, const http::HeaderMap &headers, const SimulatorOptions &options);

} // namespace meridian::simulate
