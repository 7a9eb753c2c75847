// SPDX-License-Identifier: MIT
// The two encodings of OTLP: spans one by one, and the request around them.
#pragma once

#include "core/observe/otlpspan.h"

#include <string>
#include <string_view>

namespace meridian::observe {

/// Field names and numbers are those of opentelemetry-proto 1.x (trace, common, resource,
/// collector/trace). `spans` is what encode…Span() has appended, in order.
void encodeProtobufSpan(std::string &spans, const OtlpSpan &span);
[[nodiscard]] std::string protobufTraceRequest(const OtlpResource &resource,
                                               std::string_view spans);

/// OTLP's own JSON: ids as hexadecimal digits, 64-bit numbers as strings, enums as numbers.
void encodeJsonSpan(std::string &spans, const OtlpSpan &span);
[[nodiscard]] std::string jsonTraceRequest(const OtlpResource &resource, std::string_view spans);

} // namespace meridian::observe
