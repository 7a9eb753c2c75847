// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/thinkingplan.h"

#include "core/provider/anthropic/toolfields.h"
#include "core/provider/common.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

constexpr std::int64_t DefaultMaxTokens = 4096;
constexpr std::int64_t MinBudget = 1024; // Anthropic's own bounds: at least this, below max_tokens
constexpr std::int64_t MaxBudget = 1 << 20; // beyond any model's; so that the sum does not overflow

ThinkingPlan ownPlan(const Reasoning &reasoning)
{
    ThinkingPlan plan;
    plan.effort = effortName(reasoning.effort);
    plan.display = reasoning.wantsText;
    if (reasoning.isAdaptive) {
        plan.mode = ThinkingPlan::Mode::Adaptive;
    } else if (reasoning.isEnabled) {
        plan.mode =
            *reasoning.isEnabled ? ThinkingPlan::Mode::Enabled : ThinkingPlan::Mode::Disabled;
        plan.budget = reasoning.budget.value_or(MinBudget);
    }
    return plan;
}

bool isOff(const Reasoning &reasoning) noexcept
{
    return reasoning.effort == Reasoning::Effort::None ||
           (reasoning.isEnabled && !*reasoning.isEnabled) ||
           (reasoning.budget && *reasoning.budget == 0);
}

/// Is there a wish for thought, and not only for its text to be shown?
bool isOn(const Reasoning &reasoning) noexcept
{
    return reasoning.effort != Reasoning::Effort::Unset || reasoning.isEnabled.value_or(false) ||
           reasoning.isAdaptive || reasoning.budget;
}

Reasoning::Effort wantedEffort(const Reasoning &reasoning) noexcept
{
    if (reasoning.effort != Reasoning::Effort::Unset) {
        return reasoning.effort;
    }
    return reasoning.budget && *reasoning.budget > 0 ? effortOfBudget(*reasoning.budget)
                                                     : Reasoning::Effort::Medium;
}

void planBudget(ThinkingPlan &plan, const ChatRequest &request, Fidelity &fidelity)
{
    const Reasoning &reasoning = request.reasoning;
    const bool isTold = reasoning.budget && *reasoning.budget > 0;
    const std::int64_t wanted =
        isTold ? *reasoning.budget : budgetOfEffort(wantedEffort(reasoning));
    plan.budget = std::clamp(wanted, MinBudget, MaxBudget);
    if (!request.maxTokens) {
        // the budget counts against max_tokens: an answer shall have room beside it
        plan.maxTokens += plan.maxTokens <= plan.budget ? plan.budget : 0;
    } else if (plan.maxTokens <= MinBudget) {
        fidelity.approximated("max_tokens", "too few to think: not thinking");
        plan.mode = ThinkingPlan::Mode::Unsaid;
        return;
    } else if (plan.budget >= plan.maxTokens) {
        plan.budget = std::clamp(plan.maxTokens / 4 * 3, MinBudget, plan.maxTokens - 1);
    }
    if (isTold && plan.budget != wanted) {
        fidelity.approximated("reasoning.budget", "outside of Anthropic's bounds");
    }
    plan.mode = ThinkingPlan::Mode::Enabled;
}

} // namespace

ThinkingPlan planThinking(const ChatRequest &request,
                          const model::ProviderOptions &options,
                          bool lacksThought,
                          Fidelity &fidelity)
{
    const Reasoning &reasoning = request.reasoning;
    const std::int64_t maxTokens =
        request.maxTokens.value_or(options.defaultMaxTokens.value_or(DefaultMaxTokens));
    if (request.origin == Dialect::Anthropic) {
        ThinkingPlan plan = ownPlan(reasoning);
        plan.maxTokens = maxTokens;
        return plan;
    }
    ThinkingPlan plan;
    plan.maxTokens = maxTokens;
    if (isOff(reasoning)) {
        plan.mode = ThinkingPlan::Mode::Disabled;
        return plan;
    }
    if (!isOn(reasoning)) {
        return plan;
    }
    if (forcesCall(request.toolChoice)) {
        fidelity.approximated("reasoning_effort", "not thinking where a call is forced");
        return plan;
    }
    if (options.adaptiveThinking) {
        const Reasoning::Effort effort = wantedEffort(reasoning);
        if (effort == Reasoning::Effort::Minimal) {
            fidelity.approximated("reasoning_effort", "minimal is low");
        }
        plan.mode = ThinkingPlan::Mode::Adaptive;
        plan.effort =
            effortName(effort == Reasoning::Effort::Minimal ? Reasoning::Effort::Low : effort);
        plan.display = reasoning.wantsText;
        return plan;
    }
    if (lacksThought) {
        fidelity.approximated("reasoning_effort",
                              "not thinking where earlier thoughts are missing");
        return plan;
    }
    planBudget(plan, request, fidelity);
    return plan;
}

} // namespace meridian::provider::anthropic
