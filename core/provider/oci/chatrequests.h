// SPDX-License-Identifier: MIT
// The bodies of OCI's three chat formats, each written in a file of its own.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::oci {

// All three: pure and deterministic. What grows with a conversation stands last, so that a longer
// one begins with the same bytes.

[[nodiscard]] std::string
genericBody(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

/// Of COHERE: the last turn is apart from the history, so bodies have their history in common.
[[nodiscard]] std::string
cohereBody(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

[[nodiscard]] std::string
cohereV2Body(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::oci
