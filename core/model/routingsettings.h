// SPDX-License-Identifier: MIT
// What decides where a request goes, as values with their only defaults (spec/meridian.md §2, §10).
#pragma once

#include "core/model/duration.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace meridian::model {

/// The knobs of `token_aware` and of every estimate of a request's size (keys of `gateway:`).
struct TokenCostSettings
{
    double prefillWeight = 1.0;
    double decodeWeight = 4.0;
    std::uint32_t defaultMaxTokens = 256; // a request that does not say
    double queueWeight = 0.0;             // times the queue depth a backend reports
    double memWeight = 0.0;               // times the memory use (0..1) a backend reports

    bool operator==(const TokenCostSettings &) const = default;
};

/// `models:` — what a client may call a model, and what it is then routed as.
struct ModelSettings
{
    /// From a name, or a pattern with `*`, to a name. An exact name wins, then the longest pattern.
    std::map<std::string, std::string> aliases;
    /// From a model to a larger one that a request goes to when its prompt does not fit.
    std::map<std::string, std::string> contextFallback;

    bool operator==(const ModelSettings &) const = default;
};

/// What happens to a request that its provider's dialect cannot say whole.
enum class OnLoss : std::uint8_t {
    Warn,     // translated, and said in x-meridian-fidelity
    Reject,   // 400 that names the fields
    Fallback, // a backend that can carry all of it, if there is one; else as Warn
};

/// `routes[]`: a path of its own for chat completions (Melis' routes.yaml), or more about one of
/// the gateway's paths.
struct RouteSettings
{
    std::string path; // exact
    std::string method = "POST";
    std::optional<OnLoss> onLoss;              // unset: translation.on_loss
    std::optional<std::uint32_t> maxFailovers; // other backends after the first; unset: any number
    std::optional<Duration> deadline; // until the answer's first byte; unset: resilience.deadline_s

    bool operator==(const RouteSettings &) const = default;
};

/// `translation:`
struct TranslationSettings
{
    OnLoss onLoss = OnLoss::Warn;
    std::size_t maxStoredResponses = 10000;                  // for previous_response_id
    std::size_t maxStoredResponseBytes = 64UL * 1024 * 1024; // all of them together
    Duration storedResponseTtl = 24h;

    bool operator==(const TranslationSettings &) const = default;
};

/// `tiering:` — pools by the shape of a request. An empty list of tags: no filter.
struct TieringSettings
{
    bool enabled = false;
    std::uint64_t longPromptTokens = 4000;
    std::uint64_t longDecodeTokens = 1000;
    std::vector<std::string> longPrompt{"prefill-pool"};
    std::vector<std::string> longDecode{"decode-pool"};
    std::vector<std::string> general{"general"}; // the tier `default`

    bool operator==(const TieringSettings &) const = default;
};

/// `session_affinity:` — a session keeps to one backend while that is well.
struct AffinitySettings
{
    bool enabled = false;
    std::string header = "x-meridian-session"; // lower case
    Duration ttl = 600s;                       // sliding
    Duration sweepInterval = 60s;
    std::size_t maxSessions = 100000;

    bool operator==(const AffinitySettings &) const = default;
};

/// `isolation:` — tenants with backends of their own.
struct IsolationSettings
{
    bool dedicated = false;
    std::map<std::string, std::vector<std::string>> pools; // organisation → tags

    bool operator==(const IsolationSettings &) const = default;
};

/// One step of a canary's schedule; without a duration it is held.
struct CanaryStep
{
    double weight = 0; // percent
    std::optional<Duration> duration;

    bool operator==(const CanaryStep &) const = default;
};

/// `canary:` — a growing share of the traffic for new backends, taken back when they fail.
struct CanarySettings
{
    bool enabled = false;
    std::vector<std::string> canaryTags{"canary"};
    std::vector<std::string> stableTags{"stable"};
    double startWeight = 0; // percent, before the first step
    std::vector<CanaryStep> steps;
    double rollbackErrorRate = 0.5; // above it the canary's weight becomes 0 and stays
    std::uint64_t rollbackMinSamples = 10;
    Duration window = 60s;
    Duration tick = 5s;

    bool operator==(const CanarySettings &) const = default;
};

} // namespace meridian::model
