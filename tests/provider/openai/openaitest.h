// SPDX-License-Identifier: MIT
// What the tests of OpenAI's dialects share: encoding in one line, streams from their chunks.
#pragma once

#include "core/provider/codec.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace meridian::testing {

/// encodeRequest() for a backend without options; what is lost goes into `losses`.
[[nodiscard]] std::string encoded(const provider::ChatRequest &request,
                                  std::string_view model,
                                  std::string *losses = nullptr);

/// The request as if it had come in another dialect: parts and tools included.
[[nodiscard]] provider::ChatRequest comingFrom(provider::ChatRequest request,
                                               provider::Dialect dialect);

/// `data: …` and a blank line for each, and [DONE].
[[nodiscard]] std::string sse(std::initializer_list<std::string_view> chunks);

/// A chunk with one choice: `{"id":"c1",…,"choices":[{"index":0,<choice>}]}`.
[[nodiscard]] std::string chunk(std::string_view choice);

/// Compares with the bytes of tests/golden/<path>, line ends included; with MERIDIAN_GOLDEN=write
/// it writes them. Empty when equal.
[[nodiscard]] std::string differsFromText(const std::string &path, std::string_view actual);

/// Reads a whole answer; the test fails when it is none.
[[nodiscard]] provider::Answer answerOf(std::string_view body);

/// Equal as JSON: the order of members and the spelling of numbers do not count. Nor do nulls of
/// the body, of messages and of choices, an empty content beside calls, and stop as a string.
/// Empty when equal; else both.
[[nodiscard]] std::string differsAsJson(std::string_view wanted, std::string_view given);

} // namespace meridian::testing
