// SPDX-License-Identifier: MIT
#include "core/proxy/requestwriter.h"

#include "core/filter/loopfilter.h"
#include "core/observe/tracecontext.h"
#include "core/proxy/headerpolicy.h"
#include "core/proxy/surfaces.h"

#include <charconv>

namespace meridian::proxy {

namespace {

void appendNumber(std::string &out, std::uint64_t value, int base = 10)
{
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof(digits), value, base).ptr);
}

} // namespace

void appendRequestHead(std::string &out,
                       const http::MessageHead &client,
                       const upstream::Backend &backend,
                       std::string_view requestId,
                       const OutgoingTrace &trace,
                       std::optional<std::uint64_t> contentLength)
{
    const model::BackendSettings &settings = backend.settings();
    const bool hasCredential = !settings.authHeader.isEmpty();
    out.append(client.method)
        .append(" ")
        .append(settings.basePath)
        .append(originForm(client.target));
    out.append(" HTTP/1.1\r\nhost: ").append(backend.authority()).append("\r\n");
    const bool startsTrace = trace.isOurs && trace.context.parentId == observe::SpanId{};
    appendRequestHeaders(
        out, client,
        {.authorization = hasCredential, .traceparent = trace.isOurs, .tracestate = startsTrace});
    if (trace.isOurs) {
        out.append("traceparent: ");
        observe::appendTraceparent(out, trace.context,
                                   observe::attemptSpanId(trace.context, trace.attempt));
        out.append("\r\n");
    }
    if (hasCredential) {
        out.append("authorization: ").append(settings.authHeader.reveal()).append("\r\n");
    }
    out.append("x-request-id: ").append(requestId).append("\r\n");
    out.append(filter::LoopFilter::Header).append(": ");
    appendNumber(out, static_cast<std::uint64_t>(filter::LoopFilter::hopsOf(client)) + 1);
    if (contentLength) {
        out.append("\r\ncontent-length: ");
        appendNumber(out, *contentLength);
        out.append("\r\n\r\n");
    } else {
        out.append("\r\ntransfer-encoding: chunked\r\n\r\n");
    }
}

void appendChunk(std::string &out, std::string_view bytes)
{
    if (!bytes.empty()) {
        appendNumber(out, bytes.size(), 16);
        out.append("\r\n").append(bytes).append("\r\n");
    }
}

} // namespace meridian::proxy
