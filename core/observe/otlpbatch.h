// SPDX-License-Identifier: MIT
// Collects exchanges into one OTLP request.
#pragma once

#include "core/model/observesettings.h"
#include "core/observe/backendnames.h"
#include "core/observe/otlpspan.h"

#include <cstddef>
#include <string>

namespace meridian::observe {

/// An ExportTraceServiceRequest in the making. A copy of nothing: add() encodes at once, so the
/// record may go. One thread.
class OtlpBatch final : private SpanSink
{
public:
    using Protocol = model::TracingSettings::Protocol;

    explicit OtlpBatch(Protocol protocol) noexcept
        : m_protocol(protocol)
    {
    }

    void add(const model::RequestRecord &record, const BackendNames &names);

    [[nodiscard]] Protocol protocol() const noexcept { return m_protocol; }

    [[nodiscard]] std::size_t exchanges() const noexcept { return m_exchanges; }

    [[nodiscard]] std::size_t spans() const noexcept { return m_spans; }

    /// So far, encoded; the request is some hundred bytes longer.
    [[nodiscard]] std::size_t bytes() const noexcept { return m_encoded.size(); }

    /// The body of a POST.
    [[nodiscard]] std::string request(const OtlpResource &resource) const;

private:
    void onSpan(const OtlpSpan &span) override;

    Protocol m_protocol;
    std::string m_encoded;
    std::size_t m_exchanges = 0;
    std::size_t m_spans = 0;
};

} // namespace meridian::observe
