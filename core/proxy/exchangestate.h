// SPDX-License-Identifier: MIT
// What an exchange remembers of its routing and its attempts, for the next attempt and the record.
#pragma once

#include "core/json/bodyscanner.h"
#include "core/model/requestrecord.h"
#include "core/provider/credential.h"
#include "core/provider/responses/responsehistory.h"
#include "core/provider/translation.h"
#include "core/routing/router.h"
#include "core/upstream/strategy.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

/// What the router is asked with, for every attempt alike.
struct RoutingFacts
{
    std::string_view model; // as routed: of the snapshot's aliases, or the exchange's own
    std::string session;    // value of the affinity header
    upstream::PickContext pick{};
    double roll = 0; // which side of the canary's weight
    std::chrono::steady_clock::time_point routedAt{};
    std::uint64_t client = 1;                    // hash of its address, never 0
    json::Extent modelValue;                     // in the body, as the client wrote it
    json::Extent messages;                       // likewise
    const model::RouteSettings *route = nullptr; // of the snapshot; null: nothing said of the path
    std::uint32_t failovers = 0;

    std::vector<const upstream::Backend *> tried; // and failed
    std::uint8_t rounds = 0;                      // resilience.max_retries spent
    bool hasFreshRetry = true; // a repetition when a kept connection turned out dead
    bool mayHedge = false;
    bool wantsExplanation = false;
    bool needsContinuation = false; // only a backend that can go on with a broken stream will do
    std::chrono::steady_clock::time_point queuedAt{};
};

/// How the next attempt is put to its backend; the attempt takes it over.
struct Outgoing
{
    provider::Passage passage = provider::Passage::Native;
    provider::Dialect dialect = provider::Dialect::OpenAiChat; // of the answer, when translated
    provider::CredentialPtr credential;                        // null: a plain key, or none
    std::string body;     // rewritten for this backend; empty: the client's bytes go as they are
    std::string fidelity; // of the translation, for the response's header
};

/// What becomes of the request, and of the answer, where bytes do not just pass.
struct TranslationState
{
    static constexpr std::size_t MaxHeld = 64 * 1024; // of an error's body that is looked at

    std::unique_ptr<provider::Translation> translation; // null until a backend needs it
    std::unique_ptr<provider::AnswerTranslator> answer; // null: the answer's bytes pass
    std::string fidelity;                               // of the attempt that answers
    provider::responses::Continuation continuation;     // of /v1/responses
    bool isForced = false; // goes on from a response kept here, which no native backend has
    std::vector<const upstream::Backend *> lossy; // passed over by translation.on_loss: fallback
    bool allowsLoss = false;    // translation.on_loss: fallback has found nobody better
    bool isHolding = false;     // an error is kept back until its text is known
    bool hasRenewed = false;    // a refused credential has been renewed once
    std::uint8_t fallbacks = 0; // steps to a larger model
    std::string held;

    // waiting for a credential, with a slot taken
    std::unique_ptr<provider::CredentialSource::Waiter> waiter;
    routing::RouteChoice pending;
    bool isPendingFresh = false;
};

/// An upload streams through; how much of it has gone decides whether it can be repeated.
struct UploadState
{
    bool isUpload = false;
    bool isWhole = false;     // its last byte has come
    bool isRepeatable = true; // nothing beyond the collected beginning has been passed on
};

/// What a strategy wants to know of a body (spec/meridian.md §6); the time is the caller's. Costs a
/// pass over the messages when the strategy or the tiers need it, nothing otherwise.
[[nodiscard]] upstream::PickContext estimatePick(const model::Settings &settings,
                                                 upstream::Strategy::Needs needs,
                                                 std::string_view body,
                                                 const json::BodyFields &fields);

/// How it went.
struct RoutingFindings
{
    model::RouteTrail route; // of the first decision
    std::string_view tier;
    std::string_view sessionRoute;
    std::chrono::nanoseconds queued{0};
    bool isHedged = false;
    bool isContinued = false; // another backend went on with a broken stream
    bool isCanary = false;    // the backend that answered belongs to the canary
    std::chrono::steady_clock::time_point firstByte{}; // of a stream: its first event
    bool hasFirstToken = false;                        // of an event stream
    int upstreamStatus = 0;
    std::string_view faultName;                // of the attempt that failed last; static
    std::string explanation;                   // for the response's header
    model::InlineString<64> upstreamRequestId; // of the attempt that answers
    std::string_view tokensHeader;             // of a count of tokens: exact or estimate; static
    std::array<model::AttemptRecord, model::RequestRecord::MaxAttempts> attempts; // the first ones
};

} // namespace meridian::proxy
