// SPDX-License-Identifier: MIT
// Makes settled exchanges for tests.
#pragma once

#include "core/model/requestrecord.h"

#include <chrono>
#include <string_view>

namespace meridian::test {

/// A good exchange of fixed figures: 12.34 ms, first byte after 5.5 ms, 10 + 20 tokens.
inline model::RequestRecord
record(std::string_view backend = "fast", std::string_view model = "m", std::uint16_t status = 200)
{
    using namespace std::chrono;
    model::RequestRecord record;
    record.timestamp = sys_days(2026y / January / 31d) + 13h + 5min + 9s + 42us;
    record.latency = 12'340us;
    record.firstByte = 5'500us;
    record.promptTokens = 10;
    record.completionTokens = 20;
    record.hasUsage = true;
    record.status = status;
    record.attempts = 1;
    record.requestId.assign("mrdn-000000000001");
    record.surface.assign("/v1/chat/completions");
    record.client.assign("127.0.0.1");
    record.backend.assign(backend);
    record.model.assign(model);
    return record;
}

} // namespace meridian::test
