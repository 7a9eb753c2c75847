// SPDX-License-Identifier: MIT
#include "core/proxy/requestwriter.h"

#include "core/base/append.h"
#include "core/base/wipe.h"
#include "core/filter/loopfilter.h"
#include "core/observe/tracecontext.h"
#include "core/proxy/headerpolicy.h"
#include "core/proxy/surfaces.h"

namespace meridian::proxy {

namespace {

using namespace std::string_view_literals;

// Whatever method a path of the configuration's own takes: backends know one.
constexpr std::string_view Method = "POST";

/// All that may follow, at once: a buffer that grows leaves copies of what it held behind.
void makeRoom(std::string &out, const http::MessageHead &client, const OutgoingRequest &request)
{
    constexpr std::size_t FixedFields = 1024; // trace, id, framing and the names of fields
    constexpr std::size_t Signature = 4096;
    const model::BackendSettings &settings = request.backend.settings();
    std::size_t room = request.guarded + FixedFields + 2 * client.headers.size();
    room += settings.authHeader.reveal().size() + settings.apiKey.reveal().size();
    room += settings.options.quotaProject.size() + settings.options.anthropicVersion.size();
    for (const std::string &beta : settings.options.anthropicBeta) {
        room += beta.size() + sizeof("anthropic-beta: \r\n");
    }
    for (const auto &[name, value] : settings.headers) {
        room += name.size() + value.reveal().size() + sizeof(": \r\n");
    }
    if (request.credential != nullptr) {
        room += request.credential->signer ? Signature : request.credential->bearer.reveal().size();
    }
    reserveWiped(out, room);
}

/// What a provider's dialect wants in the header besides a key.
void appendProviderFields(std::string &out,
                          const http::MessageHead &client,
                          const OutgoingRequest &request)
{
    const model::BackendSettings &settings = request.backend.settings();
    const bool isTranslated = request.passage == provider::Passage::Translated;
    const bool signs =
        request.credential != nullptr && request.credential->signer && !request.callersKey;
    if (isTranslated) {
        out.append(signs ? "" : "content-type: application/json\r\n"); // signed with the rest
        out.append("accept: ")
            .append(request.call.isStream ? "text/event-stream" : "application/json");
        out.append("\r\n");
    }
    for (const auto &[name, value] : settings.headers) {
        appendAll(out, name, ": ", value.reveal(), "\r\n");
    }
    if (settings.provider != model::Provider::Anthropic) {
        return;
    }
    const bool hasVersion = settings.headers.contains("anthropic-version") ||
                            (!isTranslated && client.headers.find("anthropic-version"));
    if (!hasVersion) {
        out.append("anthropic-version: ").append(settings.options.anthropicVersion).append("\r\n");
    }
    for (const std::string &beta : settings.options.anthropicBeta) {
        out.append("anthropic-beta: ").append(beta).append("\r\n");
    }
}

} // namespace

void appendRequestHead(std::string &out,
                       const http::MessageHead &client,
                       const OutgoingRequest &request,
                       std::string_view requestId,
                       const OutgoingTrace &trace,
                       std::optional<std::uint64_t> contentLength)
{
    const upstream::Backend &backend = request.backend;
    const model::BackendSettings &settings = backend.settings();
    const bool isTranslated = request.passage == provider::Passage::Translated;
    if (request.guarded != 0) {
        makeRoom(out, client, request);
    }
    appendAll(out, Method, " ");
    const std::size_t targetAt = out.size();
    provider::appendTarget(out, settings, request.call, request.passage);
    const std::size_t targetSize = out.size() - targetAt;
    appendAll(out, " HTTP/1.1\r\nhost: ", backend.authority(), "\r\n");
    if (request.guarded != 0) { // the target may have been long
        makeRoom(out, client, request);
    }
    const bool startsTrace = trace.isOurs && trace.context.parentId == observe::SpanId{};
    const bool hasKey =
        request.callersKey || request.credential != nullptr || provider::hasOwnKey(settings);
    const Replaced replaced{.keys = hasKey,
                            .traceparent = trace.isOurs,
                            .contentType = request.credential != nullptr &&
                                           request.credential->signer && !request.callersKey,
                            .tracestate = startsTrace,
                            .own = settings.headers.empty() ? nullptr : &settings.headers};
    if (isTranslated) {
        appendTranslatedHeaders(out, client, replaced);
    } else {
        appendRequestHeaders(out, client, replaced);
    }
    appendProviderFields(out, client, request);
    if (trace.isOurs) {
        out.append("traceparent: ");
        observe::appendTraceparent(out, trace.context,
                                   observe::attemptSpanId(trace.context, trace.attempt));
        out.append("\r\n");
    }
    if (hasKey) {
        const bool signs = request.credential != nullptr && request.credential->signer;
        const std::string target = signs ? out.substr(targetAt, targetSize) : std::string();
        provider::appendAuthorization(
            out, settings, request.callersKey, request.credential,
            {Method, target, backend.authority(), request.body,
             signs ? std::chrono::system_clock::now() : std::chrono::system_clock::time_point()});
    }
    const Digits hops(static_cast<std::uint64_t>(filter::LoopFilter::hopsOf(client)) + 1);
    appendAll(out, "x-request-id: ", requestId, "\r\n", filter::LoopFilter::Header, ": ", hops);
    if (contentLength) {
        appendAll(out, "\r\ncontent-length: ", Digits(*contentLength), "\r\n\r\n");
    } else {
        out.append("\r\ntransfer-encoding: chunked\r\n\r\n"sv);
    }
}

void appendChunk(std::string &out, std::string_view bytes)
{
    if (!bytes.empty()) {
        appendAll(out, Digits(bytes.size(), 16), "\r\n", bytes, "\r\n");
    }
}

} // namespace meridian::proxy
