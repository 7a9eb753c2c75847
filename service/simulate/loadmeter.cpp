// SPDX-License-Identifier: MIT
#include "service/simulate/loadmeter.h"

#include "core/json/jsonwriter.h"

namespace meridian::simulate {

namespace {

using namespace std::chrono_literals;

constexpr double IdleMemory = 0.2;     // the weights are always there
constexpr double HalfFullAtCalls = 32; // each call holds a cache of its own

} // namespace

void LoadMeter::began() noexcept
{
    ++m_inflight;
    ++m_requests;
}

void LoadMeter::turnTo(Time now) noexcept
{
    if (now - m_second < 1s) {
        return;
    }
    m_lastSecond = now - m_second < 2s ? m_thisSecond : 0;
    m_thisSecond = 0;
    m_second = now;
}

void LoadMeter::countTokens(std::uint64_t tokens, Time now) noexcept
{
    turnTo(now);
    m_thisSecond += tokens;
    m_tokens += tokens;
}

std::string LoadMeter::toJson(Time now) noexcept
{
    turnTo(now);
    const auto calls = static_cast<double>(m_inflight);
    const double memory = IdleMemory + (1 - IdleMemory) * calls / (calls + HalfFullAtCalls);
    json::JsonWriter out;
    out.beginObject().integer("queue_depth", static_cast<std::int64_t>(m_inflight));
    out.integer("tokens_per_sec", static_cast<std::int64_t>(m_lastSecond));
    out.decimal("gpu_mem_util", memory);
    out.integer("requests_total", static_cast<std::int64_t>(m_requests));
    out.integer("clients_gone_total", static_cast<std::int64_t>(m_clientsGone));
    out.integer("tokens_total", static_cast<std::int64_t>(m_tokens)).endObject();
    return out.take();
}

} // namespace meridian::simulate
