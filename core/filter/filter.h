// SPDX-License-Identifier: MIT
// One step of the pipeline that may refuse a request.
#pragma once

#include "core/http/errorresponse.h"
#include "core/http/messageparser.h"
#include "core/json/bodyscanner.h"
#include "core/net/socketaddress.h"
#include "core/upstream/snapshot.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::filter {

/// Who asks the control plane: the worker tells the main thread, which makes a principal of it.
enum class Caller : std::uint8_t {
    Anyone,  // what is open to everybody asks for no more
    Local,   // a peer of this machine that looks like one
    Network, // a peer inside admin.allow
    Token,   // whoever has admin.token
};

/// As the API calls it.
[[nodiscard]] constexpr std::string_view callerName(Caller caller) noexcept
{
    constexpr std::array<std::string_view, 4> Names{"anyone", "local", "network", "token"};
    return Names[static_cast<std::size_t>(caller)];
}

/// What a filter may look at. References hold during the call.
struct FilterContext
{
    const http::MessageHead &head;
    const net::SocketAddress &peer;
    const upstream::Snapshot &snapshot;
    bool isControlPlane = false; // /metrics, /ui, /meridian/…: not model traffic
    bool isPublic = false;       // of the control plane, but open to everybody: probes, /v1/models
    bool isPage = false;         // a file of /ui
    Caller *caller = nullptr;    // where AccessFilter says who it is; may be null
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
