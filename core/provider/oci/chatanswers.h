// SPDX-License-Identifier: MIT
// The answers of OCI's three chat formats, streamed and whole.
#pragma once

#include "core/provider/codec.h"

#include <memory>
#include <string_view>

namespace meridian::provider::oci {

[[nodiscard]] std::unique_ptr<AnswerDecoder>
genericStream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed);
[[nodiscard]] std::unique_ptr<AnswerDecoder>
cohereStream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed);
[[nodiscard]] std::unique_ptr<AnswerDecoder>
cohereV2Stream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed);

void readGenericAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed);
void readCohereAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed);
void readCohereV2Answer(json::Value body, AnswerSink &sink, std::string_view idSeed);

} // namespace meridian::provider::oci
