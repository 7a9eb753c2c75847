// SPDX-License-Identifier: MIT
// The form of the answer, as both of Cohere's formats ask for it.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

namespace meridian::provider::oci {

/// `"responseFormat":{…}` into the object that is open; nothing when the client does not care.
void writeCohereFormat(json::JsonWriter &out, const ResponseFormat &format, Fidelity &fidelity);

} // namespace meridian::provider::oci
