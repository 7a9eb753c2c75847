// SPDX-License-Identifier: MIT
// Reads an OTLP request in protobuf; what is not as it should be throws.
#pragma once

#include "tests/observe/decodedspans.h"
#include "tests/observe/protobufreader.h"

namespace meridian::test {

inline std::map<std::string, std::string>
protobufAttributes(const std::vector<ProtobufMessage::Field> &fields)
{
    std::map<std::string, std::string> result;
    for (const auto &field : fields) {
        const ProtobufMessage pair(field.bytes);
        const ProtobufMessage value = pair.message(2);
        if (value.fields().size() != 1) {
            throw std::runtime_error("a value is one of several");
        }
        const auto &only = value.fields().front();
        const std::string text = only.number == 1 ? "s:" + value.text(1)
                                 : only.number == 2
                                     ? (value.one(2, 0).value == 1 ? "b:true" : "b:?")
                                     : "i:" + std::to_string(value.one(3, 0).value);
        addAttribute(result, pair.text(1), text);
    }
    return result;
}

inline DecodedSpan protobufSpan(const ProtobufMessage &message)
{
    DecodedSpan span;
    span.traceId = hexOf(message.text(1));
    span.spanId = hexOf(message.text(2));
    span.parentId = message.count(4) == 0 ? std::string() : hexOf(message.text(4));
    span.name = message.text(5);
    span.kind = message.one(6, 0).value;
    span.start = message.one(7, 1).value;
    span.end = message.one(8, 1).value;
    span.attributes = protobufAttributes(message.all(9));
    span.flags = message.one(16, 5).value;
    if (message.count(15) != 0) {
        const ProtobufMessage status = message.message(15);
        span.statusMessage = status.text(2);
        span.statusCode = status.one(3, 0).value;
    }
    return span;
}

inline DecodedRequest decodeProtobuf(std::string_view body)
{
    const ProtobufMessage resourceSpans = ProtobufMessage(body).message(1);
    const ProtobufMessage scopeSpans = resourceSpans.message(2);
    const ProtobufMessage scope = scopeSpans.message(1);
    DecodedRequest request;
    request.resource = protobufAttributes(resourceSpans.message(1).all(1));
    request.scopeName = scope.text(1);
    request.scopeVersion = scope.text(2);
    request.schemaUrl = scopeSpans.text(3);
    if (resourceSpans.text(3) != request.schemaUrl) {
        throw std::runtime_error("two schemas");
    }
    for (const auto &field : scopeSpans.all(2)) {
        request.spans.push_back(protobufSpan(ProtobufMessage(field.bytes)));
    }
    return request;
}

} // namespace meridian::test
