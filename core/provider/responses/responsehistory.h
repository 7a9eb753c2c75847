// SPDX-License-Identifier: MIT
// Puts what was said before into a request that refers to it, and remembers its answer.
#pragma once

#include "core/provider/codec.h"
#include "core/provider/responsestore.h"

#include <string>
#include <string_view>

namespace meridian::provider::responses {

/// A request's place in its conversation.
struct Continuation
{
    StoredConversation::Ptr history; // what previous_response_id names; may be null
    std::string items;               // the client's own, if they are kept or `body` is set
    std::string body;                // to be read instead of the client's; empty: that is whole
    bool isKept = true;              // false: `store` is false
};

/// Looks up what `body` (an object that json::Checker has passed) refers to: previous_response_id
/// and item_reference items. Continuation::body is sound JSON as well. The error is for the client:
/// an id that is unknown or expired, an output of a call that nobody has made, or more in all than
/// ResponseStore::MaxConversation.
[[nodiscard]] tl::expected<Continuation, ApiError>
continueConversation(json::Value body,
                     ResponseStore &store,
                     std::string_view scope,
                     ResponseStore::Clock::time_point now);

/// Keeps the conversation with its answer under the id that the answer was given, unless the client
/// does not want that. False: not kept.
bool remember(ResponseStore &store,
              std::string_view scope,
              Continuation continuation,
              const Answer &answer,
              const AnswerContext &context,
              ResponseStore::Clock::time_point now);

} // namespace meridian::provider::responses
