// SPDX-License-Identifier: MIT
// Ids of responses and of their items; an item's id tells the response it belongs to.
#pragma once

#include "core/provider/conversation.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::provider::responses {

/// `resp_` and 32 hexadecimal digits, made of the gateway's id of the request. Not a secret: who
/// may use it is the store's business.
[[nodiscard]] std::string responseId(std::string_view requestId);

/// The id of the item of an answer's part number `part`: a prefix (`msg_`, `rs_`, `fc_`, `ctc_`),
/// the response's digits, the number. `isSignature`: of the item that carries a call's signature.
[[nodiscard]] std::string itemId(std::string_view prefix,
                                 std::string_view responseId,
                                 std::size_t part,
                                 bool isSignature = false);

/// The response an item's id was made for; empty: it is none of ours.
[[nodiscard]] std::string responseOfItem(std::string_view itemId);

} // namespace meridian::provider::responses
