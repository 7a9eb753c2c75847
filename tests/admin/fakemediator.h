// SPDX-License-Identifier: MIT
// A gateway made of values, for tests of what is shown of a gateway.
#pragma once

#include "core/admin/adminservice.h"
#include "core/observe/workermetrics.h"
#include "core/observe/writer.h"
#include "tests/admin/fakebackends.h"
#include "tests/observe/records.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace meridian::test {

/// Two backends: "fast" (one model, healthy) and "wild" (any model, healthy, lists two); one
/// worker.
class FakeMediator : public admin::AdminService::Mediator
{
public:
    FakeMediator()
    {
        producer = writer.addProducer();
        static_cast<void>(writer.start());
    }

    void settle(const model::RequestRecord &record)
    {
        metrics.settle(record);
        if (model::RequestRecord *slot = producer->claim()) {
            *slot = record;
            producer->publish();
        }
    }

    const model::Settings &settings() const override { return settingsInForce; }

    std::vector<admin::BackendStatus> backends() const override { return list; }

    std::span<const observe::WorkerMetrics *const> workers() const override { return {&worker, 1}; }

    observe::RecordWriter &recordWriter() const override { return writer; }

    bool isReady() const override { return ready; }

    bool isDraining() const override { return draining; }

    observe::EventLog &events() const override { return eventLog; }

    bool isConfigChanged() const override { return configChanged; }

    std::vector<std::string> listenAddresses() const override { return {"http://127.0.0.1:8080"}; }

    admin::AdminService::SystemTime startTime() const override { return started; }

    void addFigures(observe::MetricsSources &sources) const override
    {
        sources.snapshotGeneration = generationInForce;
        sources.reloads = reloadFigures;
    }

    std::optional<admin::CanaryView> canary() const override { return canaryView; }

    std::uint32_t generation() const override { return generationInForce; }

    observe::ReloadFigures reloads() const override { return reloadFigures; }

    std::vector<std::string> backendNames(std::uint32_t generation) const override
    {
        ++nameQuestions;
        return generation == generationInForce ? std::vector<std::string>{"fast", "wild"}
                                               : std::vector<std::string>();
    }

    admin::ReloadOutcome reload() override
    {
        if (nextReload.isApplied()) {
            nextReload.generation = ++generationInForce;
        }
        return nextReload;
    }

    admin::ReloadOutcome preview(const model::Settings & /*settings*/) const override
    {
        return nextReload;
    }

    bool act(std::string_view backend, const admin::BackendAction &action) override
    {
        using Kind = admin::BackendAction::Kind;
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto &candidate) {
            return candidate.name == backend;
        });
        if (found == list.end()) {
            return false;
        }
        acts.push_back(action);
        if (action.kind == Kind::Drain || action.kind == Kind::Enable) {
            found->draining = action.kind == Kind::Drain;
        } else if (action.kind != Kind::ProbeNow) {
            found->weight =
                action.kind == Kind::SetWeight ? action.weight : found->configuredWeight;
        }
        return true;
    }

    Result<std::string> explain(std::string_view body, std::string_view session) override
    {
        if (body.empty()) {
            return failure(ErrorCode::InvalidConfig, "the body is not a JSON object");
        }
        return R"({"body":)" + std::to_string(body.size()) + R"(,"session":")" +
               std::string(session) + "\"}";
    }

    admin::DryRun dryRun(const model::Settings &edited,
                         std::vector<model::RequestRecord> records) const override
    {
        admin::DryRun result;
        result.requests = records.size();
        result.available = records.size();
        result.parts.push_back(
            {edited.backends.empty() ? "" : edited.backends[0].name, 1, 1, 2, 3});
        return result;
    }

    std::vector<admin::BackendStatus> list = fakeBackends();
    observe::WorkerMetrics metrics;
    const observe::WorkerMetrics *worker = &metrics;
    mutable observe::RecordWriter writer{{}};
    observe::RecordWriter::Producer *producer = nullptr;
    std::optional<admin::CanaryView> canaryView;
    std::uint32_t generationInForce = 1;
    observe::ReloadFigures reloadFigures;
    admin::ReloadOutcome nextReload;
    std::vector<admin::BackendAction> acts;
    mutable int nameQuestions = 0;
    model::Settings settingsInForce;
    bool ready = true;
    bool draining = false;
    mutable observe::EventLog eventLog;
    bool configChanged = false;
    admin::AdminService::SystemTime started{std::chrono::seconds(1'700'000'000)};
};

} // namespace meridian::test
