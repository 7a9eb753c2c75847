// SPDX-License-Identifier: MIT
// A span as OTLP knows it, ahead of any encoding, and the resource it comes from.
#pragma once

#include "core/observe/tracecontext.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace meridian::observe {

/// What spans are attributed to: said once per batch.
struct OtlpResource
{
    std::string serviceName;
    std::string serviceVersion;
    std::string instanceId; // one run of one process
};

struct SpanAttribute
{
    std::string_view key;
    std::variant<std::string_view, std::int64_t, bool> value;
};

/// opentelemetry.proto.trace.v1.Span.SpanKind
enum class SpanKind : std::uint8_t { Internal = 1, Server = 2, Client = 3 };

/// Views point into the record and at static text: encode it before either goes.
struct OtlpSpan
{
    static constexpr std::size_t MaxAttributes = 32;
    static constexpr std::uint32_t SampledFlag = 0x001;
    static constexpr std::uint32_t KnowsRemoteFlag = 0x100; // the next one means something
    static constexpr std::uint32_t RemoteParentFlag = 0x200;

    TraceId traceId{};
    SpanId spanId{};
    SpanId parentId{}; // zero = none
    std::uint32_t flags = SampledFlag | KnowsRemoteFlag;
    SpanKind kind = SpanKind::Internal;
    std::string name;
    std::uint64_t startNanos = 0; // since 1970
    std::uint64_t endNanos = 0;
    bool isError = false;
    std::string_view errorMessage;

    void add(std::string_view key, std::string_view text)
    {
        if (!text.empty()) {
            put({key, text});
        }
    }

    void add(std::string_view key, std::int64_t number) { put({key, number}); }

    void addFlag(std::string_view key) { put({key, true}); }

    [[nodiscard]] std::span<const SpanAttribute> attributes() const noexcept
    {
        return {m_attributes.data(), m_count};
    }

    [[nodiscard]] bool hasParent() const noexcept { return parentId != SpanId{}; }

private:
    void put(const SpanAttribute &attribute)
    {
        if (m_count < MaxAttributes) {
            m_attributes[m_count++] = attribute;
        }
    }

    std::array<SpanAttribute, MaxAttributes> m_attributes;
    std::size_t m_count = 0;
};

/// Takes the spans of an exchange one after the other.
class SpanSink
{
public:
    virtual void onSpan(const OtlpSpan &span) = 0;

protected:
    ~SpanSink() = default;
};

inline constexpr std::string_view TraceScopeName = "meridian";

/// The semantic conventions these attributes follow: the first with gen_ai.provider.name.
inline constexpr std::string_view TraceSchemaUrl = "https://opentelemetry.io/schemas/1.37.0";

/// The resource's attributes in order, for the encoders.
[[nodiscard]] inline std::array<SpanAttribute, 6> resourceAttributes(const OtlpResource &resource)
{
    return {SpanAttribute{"service.name", std::string_view(resource.serviceName)},
            SpanAttribute{"service.version", std::string_view(resource.serviceVersion)},
            SpanAttribute{"service.instance.id", std::string_view(resource.instanceId)},
            SpanAttribute{"telemetry.sdk.name", TraceScopeName},
            SpanAttribute{"telemetry.sdk.language", std::string_view("cpp")},
            SpanAttribute{"telemetry.sdk.version", std::string_view(resource.serviceVersion)}};
}

} // namespace meridian::observe
