// SPDX-License-Identifier: MIT
// Tells an answer as a stream of chat.completion.chunk.
#pragma once

#include "core/provider/codec.h"

#include <memory>
#include <string>

namespace meridian::provider::openai {

/// See ClientCodec::streamEncoder().
[[nodiscard]] std::unique_ptr<AnswerSink> makeChatStreamEncoder(std::string &out,
                                                                const AnswerContext &context);

} // namespace meridian::provider::openai
