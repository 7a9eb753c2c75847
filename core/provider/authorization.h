// SPDX-License-Identifier: MIT
// The header lines with which a request proves who pays for it.
#pragma once

#include "core/http/headermap.h"
#include "core/model/backendsettings.h"
#include "core/provider/credential.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider {

/// Does the backend have a key of the gateway's own, of whatever kind?
[[nodiscard]] bool hasOwnKey(const model::BackendSettings &backend) noexcept;

/// The key that the caller brought for this backend's provider: `x-meridian-byok-<provider>`, or
/// ModelMeld's `x-modelmeld-byok-anthropic` and `-openai`. A view of the header, without the white
/// space around it; it is never copied anywhere but onto the wire. `openai` is every compatible
/// engine too: there it is for OpenAI itself, and for backends that say `options.byok`.
[[nodiscard]] std::optional<std::string_view>
callersKey(const http::HeaderMap &headers, const model::BackendSettings &backend) noexcept;

/// The header that callersKey() looks for, for error texts.
[[nodiscard]] std::string byokHeader(model::Provider provider);

/// Must a request without any key be refused here, because the backend has none and wants one?
[[nodiscard]] bool wantsCallersKey(const model::BackendSettings &backend) noexcept;

/// OpenAI's own servers, not an engine that speaks like them.
[[nodiscard]] bool isOpenAiItself(const model::BackendSettings &backend) noexcept;

/// Does a field's value hold a key of this gateway, which is nobody else's business?
[[nodiscard]] bool isGatewayKey(std::string_view value) noexcept;

/// Does the caller send a key (none of this gateway's) in the way its dialect has for it?
[[nodiscard]] bool hasKeyField(const http::HeaderMap &headers) noexcept;

/// What is signed (OCI).
struct SignedRequest
{
    std::string_view method;
    std::string_view target; // as sent
    std::string_view host;   // as sent
    std::string_view body;
    std::chrono::system_clock::time_point time;
};

/// Appends the lines of one request: the caller's key if given, else the credential, else the
/// configured key. `request` is looked at only by credentials that sign.
void appendAuthorization(std::string &out,
                         const model::BackendSettings &backend,
                         std::optional<std::string_view> callersKey,
                         const Credential *credential,
                         const SignedRequest &request);

} // namespace meridian::provider
