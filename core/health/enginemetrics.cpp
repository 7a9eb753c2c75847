// SPDX-License-Identifier: MIT
#include "core/health/enginemetrics.h"

#include "core/upstream/wildcard.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace meridian::health {

namespace {

enum Engine : std::size_t { Vllm, Sglang, TrtLlmServe, Triton, LlamaCpp, EngineCount };

enum class Role : std::uint8_t {
    Waiting,
    Running,
    Utilisation, // of the KV cache, 0..1
    UsedBlocks,  // of the KV cache, where no utilisation is told
    MaxBlocks,
    Throughput, // generated tokens a second
    Tokens,     // generated since the engine started, where no throughput is told
};

struct Row
{
    Engine engine;
    Role role;
    std::string_view name;
    std::string_view label = {}; // counts only with this label of this value
    std::string_view value = {};
};

/// Of two rows with one role the first that is told counts: a metric's newer name comes first.
constexpr std::array Table{
    Row{Vllm, Role::Waiting, "vllm:num_requests_waiting"},
    Row{Vllm, Role::Running, "vllm:num_requests_running"},
    Row{Vllm, Role::Utilisation, "vllm:kv_cache_usage_perc"}, // a fraction, whatever its name says
    Row{Vllm, Role::Utilisation, "vllm:gpu_cache_usage_perc"},
    Row{Vllm, Role::Throughput, "vllm:avg_generation_throughput_toks_per_s"},
    Row{Vllm, Role::Tokens, "vllm:generation_tokens_total"},

    Row{Sglang, Role::Waiting, "sglang:num_queue_reqs"},
    Row{Sglang, Role::Running, "sglang:num_running_reqs"},
    Row{Sglang, Role::Utilisation, "sglang:token_usage"},
    Row{Sglang, Role::Throughput, "sglang:gen_throughput"},
    Row{Sglang, Role::Tokens, "sglang:generation_tokens_total"},

    Row{TrtLlmServe, Role::Waiting, "trtllm_num_requests_waiting"},
    Row{TrtLlmServe, Role::Running, "trtllm_num_requests_running"},
    Row{TrtLlmServe, Role::Utilisation, "trtllm_kv_cache_utilization"},
    Row{TrtLlmServe, Role::UsedBlocks, "trtllm_kv_cache_used_blocks"},
    Row{TrtLlmServe, Role::MaxBlocks, "trtllm_kv_cache_max_blocks"},
    Row{TrtLlmServe, Role::Tokens, "trtllm_generation_tokens_total"},

    Row{Triton, Role::Waiting, "nv_trt_llm_request_metrics", "request_type", "waiting"},
    Row{Triton, Role::Running, "nv_trt_llm_request_metrics", "request_type", "scheduled"},
    Row{Triton, Role::Utilisation, "nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type",
        "fraction"},
    Row{Triton, Role::UsedBlocks, "nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type",
        "used"},
    Row{Triton, Role::MaxBlocks, "nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type", "max"},

    Row{LlamaCpp, Role::Waiting, "llamacpp:requests_deferred"},
    Row{LlamaCpp, Role::Running, "llamacpp:requests_processing"},
    Row{LlamaCpp, Role::Utilisation, "llamacpp:kv_cache_usage_ratio"},    // gone from newer builds
    Row{LlamaCpp, Role::Throughput, "llamacpp:predicted_tokens_seconds"}, // tokens a second
    Row{LlamaCpp, Role::Tokens, "llamacpp:tokens_predicted_total"},
};

/// Rounding may carry a full cache a little above 1; more is no fraction.
constexpr double FullestCache = 1.05;
/// Two scrapes closer than this tell no rate.
constexpr std::chrono::milliseconds ShortestSpan{50};

/// A collector in between may have written `_` for `:`.
bool isSameName(std::string_view known, std::string_view seen)
{
    return known.size() == seen.size() &&
           std::equal(known.begin(), known.end(), seen.begin(),
                      [](char a, char b) { return a == b || (a == ':' && b == '_'); });
}

bool isPlausible(Role role, double value)
{
    return value >= 0.0 && std::isfinite(value) &&
           (role != Role::Utilisation || value <= FullestCache);
}

/// SGLang tells a queue's whole under priority="" beside each priority's part; and where all its
/// schedulers report, each tensor and pipeline rank repeats the same requests.
bool isPart(const Row &row, const PrometheusSample &sample)
{
    const auto isOther = [&](std::string_view label) {
        const auto value = sample.label(label);
        return value && !value->empty() && *value != "0";
    };
    if (row.engine != Sglang || sample.labels.empty()) {
        return false;
    }
    const auto priority = sample.label("priority");
    return (priority && !priority->empty()) ||
           (!sample.label("dp_rank") && (isOther("tp_rank") || isOther("pp_rank")));
}

std::vector<std::size_t> enginesOf(std::string_view configured)
{
    const auto has = [&](std::string_view word) {
        return configured.find(word) != std::string_view::npos;
    };
    if (has("sglang")) {
        return {Sglang};
    }
    if (has("tensorrt") || has("trt") || has("triton")) {
        return {TrtLlmServe, Triton};
    }
    return {has("llama") ? LlamaCpp : Vllm};
}

std::optional<std::int64_t> count(std::optional<double> value)
{
    return value ? std::optional<std::int64_t>(std::llround(
                       std::min(*value, static_cast<double>(upstream::MaxRequestCount))))
                 : std::nullopt;
}

std::optional<double> speed(std::optional<double> value)
{
    return value && *value <= upstream::MaxTokensPerSec ? value : std::nullopt;
}

} // namespace

EngineMetrics::EngineMetrics(std::string_view engine, std::string model)
    : m_preferred(enginesOf(engine))
    , m_model(std::move(model))
    , m_series(Table.size())
{
}

void EngineMetrics::beginPage()
{
    std::fill(m_series.begin(), m_series.end(), Series());
    m_hasOwn = false;
}

void EngineMetrics::add(const PrometheusSample &sample)
{
    for (std::size_t i = 0; i < Table.size(); ++i) {
        const Row &row = Table[i];
        if (!isSameName(row.name, sample.name) ||
            (!row.label.empty() && sample.label(row.label) != row.value) ||
            !isPlausible(row.role, sample.value)) {
            continue;
        }
        auto model = sample.label("model_name");
        if (!model) {
            model = sample.label("model");
        }
        const bool isNamed = model && !m_model.empty() && upstream::matchesPattern(m_model, *model);
        m_hasOwn = m_hasOwn || isNamed;
        const auto note = [&](Tally &tally) {
            tally.value = row.role == Role::Utilisation ? std::max(tally.value, sample.value)
                                                        : tally.value + sample.value;
            tally.isTold = true;
        };
        Series &series = m_series[i];
        const bool part = isPart(row, sample);
        note(part ? series.allParts : series.all);
        if (isNamed || !model) {
            note(part ? series.ownParts : series.own);
        }
    }
}

std::optional<std::size_t> EngineMetrics::chooseEngine() const
{
    std::array<bool, EngineCount> isThere{};
    for (std::size_t i = 0; i < Table.size(); ++i) {
        const Series &series = m_series[i];
        isThere[Table[i].engine] |= series.all.isTold || series.allParts.isTold;
    }
    for (const std::size_t engine : m_preferred) {
        if (isThere[engine]) {
            return engine;
        }
    }
    const auto any = std::find(isThere.begin(), isThere.end(), true);
    return any == isThere.end() ? std::nullopt : std::optional<std::size_t>(any - isThere.begin());
}

std::optional<upstream::CapacitySignals>
EngineMetrics::endPage(std::chrono::steady_clock::time_point now)
{
    const auto engine = chooseEngine();
    if (!engine) {
        return std::nullopt;
    }
    const auto told = [&](Role role) -> std::optional<double> {
        for (std::size_t i = 0; i < Table.size(); ++i) {
            const Series &series = m_series[i];
            const Tally &whole = m_hasOwn ? series.own : series.all;
            const Tally &tally = whole.isTold ? whole
                                 : m_hasOwn   ? series.ownParts
                                              : series.allParts;
            if (Table[i].engine == *engine && Table[i].role == role && tally.isTold) {
                return tally.value;
            }
        }
        return std::nullopt;
    };
    upstream::CapacitySignals signals;
    signals.queueDepth = count(told(Role::Waiting));
    signals.running = count(told(Role::Running));
    signals.memUtil = told(Role::Utilisation);
    const auto used = told(Role::UsedBlocks);
    const auto most = told(Role::MaxBlocks);
    if (!signals.memUtil && used && most && *most > 0 && *used <= *most * FullestCache) {
        signals.memUtil = *used / *most;
    }
    if (signals.memUtil) {
        signals.memUtil = std::min(*signals.memUtil, 1.0);
    }
    signals.tokensPerSec = speed(told(Role::Throughput));
    if (const auto tokens = told(Role::Tokens)) {
        const auto measured = rate({*engine, m_hasOwn, *tokens, now});
        if (!signals.tokensPerSec) {
            signals.tokensPerSec = speed(measured);
        }
    }
    return signals;
}

std::optional<double> EngineMetrics::rate(const Counter &now)
{
    const auto last = m_last;
    if (last && now.at - last->at < ShortestSpan) {
        return std::nullopt; // the older one stays to be measured from
    }
    m_last = now;
    const bool isComparable = last && last->engine == now.engine && last->isOwn == now.isOwn &&
                              now.tokens >= last->tokens; // else the engine was restarted
    if (!isComparable) {
        return std::nullopt;
    }
    return (now.tokens - last->tokens) / std::chrono::duration<double>(now.at - last->at).count();
}

} // namespace meridian::health
