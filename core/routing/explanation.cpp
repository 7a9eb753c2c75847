// SPDX-License-Identifier: MIT
#include "core/routing/explanation.h"

#include "core/json/jsonwriter.h"
#include "core/provider/endpoint.h"

#include <algorithm>
#include <array>

namespace meridian::routing {

namespace {

using json::JsonWriter;
using model::RouteVerdict;

std::string_view circuitName(upstream::CircuitBreaker::State state)
{
    constexpr std::array<std::string_view, 3> Names{"closed", "open", "half_open"};
    return Names[static_cast<std::size_t>(state)];
}

std::string_view passageName(provider::Passage passage)
{
    switch (passage) {
    case provider::Passage::Native:
        return "native";
    case provider::Passage::Translated:
        return "translated";
    case provider::Passage::Estimated:
        return "estimated";
    case provider::Passage::None:
        break;
    }
    return "none";
}

void writeText(JsonWriter &out, std::string_view key, std::string_view text)
{
    if (text.empty()) {
        out.null(key);
    } else {
        out.string(key, text);
    }
}

void writeBackend(JsonWriter &out,
                  const upstream::Backend &backend,
                  RouteVerdict verdict,
                  const BackendFigures &figures,
                  const RouteQuery &query)
{
    out.beginObject();
    out.string("backend", backend.name()).string("verdict", model::routeVerdictName(verdict));
    const bool wasCompared = verdict == RouteVerdict::Chosen || verdict == RouteVerdict::Candidate;
    if (wasCompared && figures.score) {
        out.decimal("score", *figures.score);
    } else {
        out.null("score");
    }
    out.integer("inflight", figures.inflight).integer("weight", backend.weight());
    out.decimal("ewma_latency_ms", figures.ewmaLatencyMs);
    if (const auto *breaker = backend.state()->breakers.find(query.model)) {
        out.string("circuit", circuitName(breaker->state(query.pick.now)));
    }
    const model::BackendSettings &settings = backend.settings();
    out.string("provider", model::providerName(settings.provider));
    out.string("passage", passageName(provider::passageOf(settings, query.dialect, query.operation,
                                                          backend.nameOf(query.model))));
    out.endObject();
}

/// What a retry would do: the choices after this one, each failing.
void writeOrder(JsonWriter &out,
                const upstream::Snapshot &snapshot,
                Router &router,
                const Explanation &decision)
{
    out.key("order").beginArray();
    if (decision.choice.outcome == RouteOutcome::Chosen) {
        std::vector<const upstream::Backend *> tried;
        if (decision.query.tried != nullptr) {
            tried = *decision.query.tried;
        }
        RouteQuery query = decision.query;
        query.tried = &tried;
        query.isDryRun = true;
        query.session = {};
        const upstream::Backend *next = decision.choice.backend.get();
        for (std::size_t i = 0; next != nullptr && i < MaxExplained; ++i) {
            out.string(next->name());
            tried.push_back(next);
            const RouteChoice choice = router.choose(snapshot, query);
            next = choice.outcome == RouteOutcome::Chosen ? choice.backend.get() : nullptr;
        }
    }
    out.endArray();
}

} // namespace

std::vector<BackendFigures> figuresOf(const upstream::Snapshot &snapshot,
                                      const upstream::Strategy &strategy,
                                      const upstream::PickContext &pick)
{
    std::vector<BackendFigures> figures;
    for (const auto &backend : snapshot.backends) {
        figures.push_back(
            {strategy.score(*backend, pick), backend->inflight(), backend->ewmaLatencyMs()});
    }
    return figures;
}

std::string_view routeOutcomeName(RouteOutcome outcome) noexcept
{
    constexpr std::array<std::string_view, 8> Names{
        "chosen",    "no_such_model", "no_such_surface", "none_healthy",
        "exhausted", "circuit_open",  "rate_limited",    "saturated"};
    return Names[static_cast<std::size_t>(outcome)];
}

std::string explain(const upstream::Snapshot &snapshot, Router &router, const Explanation &decision)
{
    const RouteQuery &query = decision.query;
    router.configure(snapshot);
    JsonWriter out(json::Escape::NonAscii); // it goes into a header field
    out.beginObject();
    out.string("outcome", routeOutcomeName(decision.choice.outcome));
    writeText(out, "backend",
              decision.choice.backend ? std::string_view(decision.choice.backend->name())
                                      : std::string_view());
    writeText(out, "model", decision.requestedModel);
    writeText(out, "routed_model", query.model);
    out.string("strategy", snapshot.settings.gateway.strategy);
    writeText(out, "tier", decision.choice.tier);
    writeText(out, "session_route", decision.choice.sessionRoute);
    out.integer("prompt_tokens", static_cast<std::int64_t>(query.pick.promptTokens));
    out.integer("max_tokens", static_cast<std::int64_t>(query.pick.maxTokens));
    out.decimal("cost", query.pick.cost);
    out.integer("generation", snapshot.generation);
    out.key("backends").beginArray();
    const std::size_t count =
        std::min({decision.verdicts.size(), decision.figures.size(), MaxExplained});
    for (std::size_t i = 0; i < count; ++i) {
        writeBackend(out, *snapshot.backends[i], decision.verdicts[i], decision.figures[i], query);
    }
    out.endArray();
    writeOrder(out, snapshot, router, decision);
    return out.endObject().take();
}

} // namespace meridian::routing
