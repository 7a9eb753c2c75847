// SPDX-License-Identifier: MIT
// How a credential is got: an attempt, and what makes attempts.
#pragma once

#include "core/event/loop.h"
#include "core/provider/credential.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace meridian::credentials {

/// Why an attempt failed. `detail` is for a person and never holds a secret.
struct FetchFailure
{
    std::string detail;
    bool isRefusal = false; // the same again would be answered the same: no haste
    std::optional<std::chrono::nanoseconds> retryAfter = std::nullopt;
};

using FetchResult = tl::expected<provider::Credential, FetchFailure>;

/// One attempt. Destroyed before it ended: it does not tell anybody.
class Fetch : public event::Deferred
{
public:
    /// Called once. The end may be told from inside it.
    virtual void begin() = 0;
};

/// Makes attempts; one at a time. Thread: the control plane's (the main one).
class Fetcher
{
public:
    using Done = std::function<void(FetchResult)>;

    Fetcher() = default;
    virtual ~Fetcher() = default;
    Fetcher(const Fetcher &) = delete;
    Fetcher &operator=(const Fetcher &) = delete;

    /// `done` is called at most once; the attempt may be handed to Loop::deleteLater in it.
    [[nodiscard]] virtual std::unique_ptr<Fetch> newFetch(event::Loop &loop, Done done) = 0;

    /// Whose credential it is, for logs and errors: "service account a@b".
    [[nodiscard]] virtual const std::string &label() const noexcept = 0;

    /// Changes when files that fetches read have changed; always 0: nothing to watch.
    [[nodiscard]] virtual std::uint64_t watchedState() const { return 0; }
};

} // namespace meridian::credentials
