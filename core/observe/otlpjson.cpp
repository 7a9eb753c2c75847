// SPDX-License-Identifier: MIT
// OTLP in JSON.
#include "core/json/jsonwriter.h"
#include "core/observe/otlpencoding.h"

#include <charconv>

namespace meridian::observe {

namespace {

constexpr int StatusError = 2;

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N> &id)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * N);
    for (const std::uint8_t byte : id) {
        text += Digits[byte >> 4U];
        text += Digits[byte & 0xFU];
    }
    return text;
}

/// 64-bit numbers are strings: a JavaScript reader would round them.
template <typename Number>
void writeNumber(json::JsonWriter &out, std::string_view name, Number value)
{
    char text[24];
    const char *end = std::to_chars(text, text + sizeof text, value).ptr;
    out.string(name, {text, static_cast<std::size_t>(end - text)});
}

void writeAttributes(json::JsonWriter &out, std::span<const SpanAttribute> attributes)
{
    out.key("attributes").beginArray();
    for (const SpanAttribute &attribute : attributes) {
        out.beginObject().string("key", attribute.key).key("value").beginObject();
        if (const auto *text = std::get_if<std::string_view>(&attribute.value)) {
            out.string("stringValue", *text);
        } else if (const auto *number = std::get_if<std::int64_t>(&attribute.value)) {
            writeNumber(out, "intValue", *number);
        } else {
            out.boolean("boolValue", std::get<bool>(attribute.value));
        }
        out.endObject().endObject();
    }
    out.endArray();
}

} // namespace

void encodeJsonSpan(std::string &spans, const OtlpSpan &span)
{
    json::JsonWriter out;
    out.beginObject();
    out.string("traceId", hex(span.traceId));
    out.string("spanId", hex(span.spanId));
    if (span.hasParent()) {
        out.string("parentSpanId", hex(span.parentId));
    }
    out.integer("flags", span.flags);
    out.string("name", span.name);
    out.integer("kind", static_cast<int>(span.kind));
    writeNumber(out, "startTimeUnixNano", span.startNanos);
    writeNumber(out, "endTimeUnixNano", span.endNanos);
    writeAttributes(out, span.attributes());
    if (span.isError) {
        out.key("status").beginObject().string("message", span.errorMessage);
        out.integer("code", StatusError).endObject();
    }
    out.endObject();
    if (!spans.empty()) {
        spans += ',';
    }
    spans += out.text();
}

std::string jsonTraceRequest(const OtlpResource &resource, std::string_view spans)
{
    json::JsonWriter url;
    url.string(TraceSchemaUrl);
    const std::string schema = R"("schemaUrl":)" + url.text();

    json::JsonWriter head;
    head.beginObject();
    writeAttributes(head, resourceAttributes(resource));
    head.endObject();
    json::JsonWriter scope;
    scope.beginObject().string("name", TraceScopeName);
    scope.string("version", resource.serviceVersion).endObject();

    std::string out;
    out.reserve(spans.size() + head.text().size() + 512);
    out.append(R"({"resourceSpans":[{"resource":)").append(head.text());
    out.append(R"(,"scopeSpans":[{"scope":)").append(scope.text()).append(R"(,"spans":[)");
    out.append(spans).append("],").append(schema).append("}],").append(schema).append("}]}");
    return out;
}

} // namespace meridian::observe
