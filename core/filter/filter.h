// SPDX-License-Identifier: MIT
// One step of the pipeline that may refuse a request.
#pragma once

#include "core/http/errorresponse.h"
#include "core/http/messageparser.h"
#include "core/json/bodyscanner.h"
#include "core/net/socketaddress.h"
#include "core/upstream/snapshot.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::filter {

/// What a filter may look at. References hold during the call.
struct FilterContext
{
    const http::MessageHead &head;
    const net::SocketAddress &peer;
    const upstream::Snapshot &snapshot;
    bool isControlPlane = false; // /metrics, /ui, /meridian/…: not model traffic
    bool isPublic = false;       // of the control plane, but open to everybody: probes, /v1/models
};

/// Why a request is refused.
struct Refusal
{
    http::HttpError error;
    std::string message; // empty: the table's
};

/// Stateless or with per-worker state; one instance per worker, on its thread. Order and defaults:
/// builtinfilters.cpp.
class Filter
{
public:
    Filter() = default;
    Filter(const Filter &) = delete;
    Filter &operator=(const Filter &) = delete;
    virtual ~Filter() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Stage "identify": the head is there, the body is not.
    [[nodiscard]] virtual std::optional<Refusal> onHead(const FilterContext &)
    {
        return std::nullopt;
    }

    /// Stage "filter": the body has been scanned. Model traffic only.
    [[nodiscard]] virtual std::optional<Refusal> onRequest(const FilterContext &,
                                                           const json::BodyFields &)
    {
        return std::nullopt;
    }
};

/// The filters of one worker, in order; the first refusal ends the request.
class FilterChain
{
public:
    explicit FilterChain(std::vector<std::unique_ptr<Filter>> filters)
        : m_filters(std::move(filters))
    {
    }

    [[nodiscard]] std::optional<Refusal> onHead(const FilterContext &context);
    [[nodiscard]] std::optional<Refusal> onRequest(const FilterContext &context,
                                                   const json::BodyFields &fields);

private:
    std::vector<std::unique_ptr<Filter>> m_filters;
};

/// The default pipeline.
[[nodiscard]] FilterChain builtinFilters();

} // namespace meridian::filter
