// SPDX-License-Identifier: MIT
// The rows of a worker's metric tables.
#pragma once

#include "core/observe/bounds.h"
#include "core/observe/cell.h"
#include "core/observe/metriclabels.h"
#include "core/provider/streamdefect.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::observe {

// Names and keys are set before a row is published and never change; cells do.

struct BackendCells
{
    std::string name;
    Cell retries;
    Cell keysRefused;
    Cell cacheReadTokens; // as the backend reports them, like the next two
    Cell cacheWriteTokens;
    Cell reasoningTokens;
    std::array<Cell, provider::StreamDefectCount> defects;
    Histogram<bounds::Overhead> overhead; // of the exchanges that ended at it
};

struct ModelCells
{
    std::string name;
};

struct PairCells
{
    std::uint16_t backend = 0;
    std::uint16_t model = 0;
};

/// Everything the page says of exchanges is made from these rows.
struct RequestCells
{
    std::uint16_t pair = 0;
    std::uint16_t status = 0; // 0 = out of range, or the table is full
    bool stream = false;
    SurfaceKind surface = SurfaceKind::Other;
    Histogram<bounds::Exchange> latency; // its count is the exchanges'
    Histogram<bounds::Head> firstByte;
    Histogram<bounds::MelisBackend> upstream; // time at backends: lease, send, relay
    Histogram<bounds::GenAiTokens> promptTokens;
    Histogram<bounds::GenAiTokens> completionTokens;
    Histogram<bounds::GenAiPerToken> perToken; // after the first; good streams only
};

/// Exchanges whose answer came in another dialect than the client's. The names are static text.
struct TranslatedCells
{
    std::uint16_t backend = 0;
    std::string_view from; // the client's dialect
    std::string_view to;   // the backend's provider
    bool isLossless = false;
    Cell count;
};

/// Attempts that failed, after which the exchange went on elsewhere.
struct FailoverCells
{
    std::uint16_t backend = 0; // the one that failed
    FailoverReason reason = FailoverReason::Other;
    std::uint16_t status = 0; // 0 = none came
    Cell count;
};

} // namespace meridian::observe
