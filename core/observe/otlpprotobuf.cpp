// SPDX-License-Identifier: MIT
// OTLP in protobuf.
#include "core/observe/otlpencoding.h"
#include "core/observe/protobufwriter.h"

namespace meridian::observe {

namespace {

// field numbers by message
namespace keyvalue {
enum : std::uint32_t { Key = 1, Value = 2 };
}

namespace anyvalue {
enum : std::uint32_t { String = 1, Bool = 2, Int = 3 };
}

namespace span {
enum : std::uint32_t {
    TraceId = 1,
    SpanId = 2,
    ParentSpanId = 4,
    Name = 5,
    Kind = 6,
    StartTime = 7,
    EndTime = 8,
    Attributes = 9,
    Status = 15,
    Flags = 16,
};
}

namespace status {
enum : std::uint32_t { Message = 2, Code = 3, CodeError = 2 };
}

namespace scopespans {
enum : std::uint32_t { Scope = 1, Spans = 2, SchemaUrl = 3 };
}

namespace scope {
enum : std::uint32_t { Name = 1, Version = 2 };
}

namespace resourcespans {
enum : std::uint32_t { Resource = 1, ScopeSpans = 2, SchemaUrl = 3 };
}

namespace resource {
enum : std::uint32_t { Attributes = 1 };
}

namespace request {
enum : std::uint32_t { ResourceSpans = 1 };
}

void write(ProtobufWriter &out, std::uint32_t field, const SpanAttribute &attribute)
{
    const std::size_t pair = out.begin(field);
    out.string(keyvalue::Key, attribute.key);
    const std::size_t value = out.begin(keyvalue::Value);
    if (const auto *text = std::get_if<std::string_view>(&attribute.value)) {
        out.string(anyvalue::String, *text);
    } else if (const auto *number = std::get_if<std::int64_t>(&attribute.value)) {
        out.varint(anyvalue::Int, static_cast<std::uint64_t>(*number));
    } else {
        out.varint(anyvalue::Bool, std::get<bool>(attribute.value) ? 1 : 0);
    }
    out.end(value);
    out.end(pair);
}

} // namespace

void encodeProtobufSpan(std::string &spans, const OtlpSpan &span)
{
    ProtobufWriter out(spans);
    const std::size_t message = out.begin(scopespans::Spans);
    out.bytes(span::TraceId, span.traceId);
    out.bytes(span::SpanId, span.spanId);
    if (span.hasParent()) {
        out.bytes(span::ParentSpanId, span.parentId);
    }
    out.string(span::Name, span.name);
    out.varint(span::Kind, static_cast<std::uint64_t>(span.kind));
    out.fixed64(span::StartTime, span.startNanos);
    out.fixed64(span::EndTime, span.endNanos);
    for (const SpanAttribute &attribute : span.attributes()) {
        write(out, span::Attributes, attribute);
    }
    if (span.isError) {
        const std::size_t status = out.begin(span::Status);
        out.string(status::Message, span.errorMessage);
        out.varint(status::Code, status::CodeError);
        out.end(status);
    }
    out.fixed32(span::Flags, span.flags);
    out.end(message);
}

std::string protobufTraceRequest(const OtlpResource &resource, std::string_view spans)
{
    std::string before; // what stands in front of the spans, in the resource and in the scope
    ProtobufWriter head(before);
    const std::size_t message = head.begin(resourcespans::Resource);
    for (const SpanAttribute &attribute : resourceAttributes(resource)) {
        write(head, resource::Attributes, attribute);
    }
    head.end(message);

    std::string scope;
    ProtobufWriter inner(scope);
    const std::size_t mark = inner.begin(scopespans::Scope);
    inner.string(scope::Name, TraceScopeName);
    inner.string(scope::Version, resource.serviceVersion);
    inner.end(mark);

    std::string after;
    ProtobufWriter(after).string(scopespans::SchemaUrl, TraceSchemaUrl);
    static_assert(std::uint32_t{scopespans::SchemaUrl} == resourcespans::SchemaUrl);

    const std::size_t scopeSize = scope.size() + spans.size() + after.size();
    head.header(resourcespans::ScopeSpans, scopeSize);
    std::string out;
    out.reserve(scopeSize + before.size() + after.size() + 16);
    ProtobufWriter(out).header(request::ResourceSpans, before.size() + scopeSize + after.size());
    out.append(before).append(scope).append(spans).append(after).append(after);
    return out;
}

} // namespace meridian::observe
