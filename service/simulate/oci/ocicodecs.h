// SPDX-License-Identifier: MIT
// The server side of OCI's three chat formats: what clients' codecs are to the other dialects.
#pragma once

#include "core/provider/codec.h"

namespace meridian::simulate {

/// Read a body that checkOci() has passed, and answer with the service's quirks: `pad` in every
/// event, calls at position 0 that lose their ids, an end that says all text again. Any thread.
[[nodiscard]] const provider::ClientCodec &ociGenericServer();
[[nodiscard]] const provider::ClientCodec &ociCohereServer();
[[nodiscard]] const provider::ClientCodec &ociCohereV2Server();

/// By the body's apiFormat.
[[nodiscard]] const provider::ClientCodec &ociServerOf(json::Value body);

} // namespace meridian::simulate
