// SPDX-License-Identifier: MIT
// Collects exchanges into one OTLP request.
#include "core/observe/otlpbatch.h"

#include "core/observe/otlpencoding.h"
#include "core/observe/otlpspans.h"

namespace meridian::observe {

void OtlpBatch::add(const model::RequestRecord &record, const BackendNames &names)
{
    describeExchange(record, names, *this);
    ++m_exchanges;
}

void OtlpBatch::onSpan(const OtlpSpan &span)
{
    if (m_protocol == Protocol::Json) {
        encodeJsonSpan(m_encoded, span);
    } else {
        encodeProtobufSpan(m_encoded, span);
    }
    ++m_spans;
}

std::string OtlpBatch::request(const OtlpResource &resource) const
{
    return m_protocol == Protocol::Json ? jsonTraceRequest(resource, m_encoded)
                                        : protobufTraceRequest(resource, m_encoded);
}

} // namespace meridian::observe
