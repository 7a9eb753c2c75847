// SPDX-License-Identifier: MIT
// Writes a whole answer as a chat.completion.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::openai {

[[nodiscard]] std::string writeChatAnswer(const Answer &answer, const AnswerContext &context);

} // namespace meridian::provider::openai
