// SPDX-License-Identifier: MIT
// AdminService: what it answers about a gateway made of values.
#include "core/admin/adminservice.h"
#include "tests/admin/fakemediator.h"

#include <QTest>

using namespace meridian;
using namespace std::chrono_literals;
using admin::AdminService;
using test::FakeMediator;
using test::record;

namespace {

const admin::Principal Anybody;

} // namespace

class TestAdminService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void status();
    void requestsAreNewestFirst();
    void modelsAreAUnion();
    void aliasesAreModels();
    void readiness();
    void metricsPage();
    void actions();
    void reloads();
};

void TestAdminService::status()
{
    FakeMediator gateway;
    AdminService service(gateway);
    gateway.settle(record("fast", "demo-model", 502));
    gateway.draining = true;
    const AdminService::Status status = service.status(Anybody);
    QCOMPARE(status.strategy, "least_inflight");
    QCOMPARE(status.backends.size(), 2U);
    QCOMPARE(status.backends[0].tags, (std::vector<std::string>{"general", "prefill"}));
    QCOMPARE(status.workers, 1U);
    QCOMPARE(status.totals.requests, 1U);
    QCOMPARE(status.totals.failures, 1U);
    QVERIFY(status.draining);
    QVERIFY(!status.ready);
    QVERIFY(status.uptime > 24h);
    gateway.started = std::chrono::system_clock::now() + 1h; // the clock was set back
    QCOMPARE(service.status(Anybody).uptime, 0s);
}

void TestAdminService::requestsAreNewestFirst()
{
    FakeMediator gateway;
    AdminService service(gateway);
    for (const int second : {2, 0, 3, 1}) { // as several workers' queues mix them
        model::RequestRecord one = record("b" + std::to_string(second));
        one.timestamp += std::chrono::seconds(second);
        gateway.settle(one);
    }
    QVERIFY(gateway.writer.flush(5s));
    const auto three = service.requests(Anybody, 3);
    QCOMPARE(three.size(), 3U);
    QCOMPARE(three[0].backend.view(), "b3");
    QCOMPARE(three[1].backend.view(), "b2");
    QCOMPARE(three[2].backend.view(), "b1");
    for (int i = 0; i < 200; ++i) {
        gateway.settle(record());
    }
    QVERIFY(gateway.writer.flush(5s));
    QCOMPARE(service.requests(Anybody).size(), AdminService::DefaultRequests);
}

void TestAdminService::modelsAreAUnion()
{
    FakeMediator gateway;
    AdminService service(gateway);
    const auto models = service.models(Anybody);
    QCOMPARE(models.size(), 2U); // both backends have demo-model
    QCOMPARE(models[0].id, "demo-model");
    QCOMPARE(models[1].id, "qwen/qwen2.5:0.5b");
    QVERIFY(service.model(Anybody, "qwen/qwen2.5:0.5b").has_value());
    QVERIFY(!service.model(Anybody, "qwen").has_value());
    gateway.list[1].healthy = false;
    QVERIFY(!service.model(Anybody, "qwen/qwen2.5:0.5b").has_value());
    gateway.list[0].healthy = false;
    QVERIFY(service.models(Anybody).empty());
}

void TestAdminService::aliasesAreModels()
{
    FakeMediator gateway;
    gateway.settingsInForce.models.aliases = {
        {"gpt-4o", "demo-model"}, {"gpt-*", "demo-model"}, {"gone", "nobody-serves-this"}};
    gateway.list[1].model = "qwen/*"; // a pattern is no name
    AdminService service(gateway);
    const auto models = service.models(Anybody);
    QCOMPARE(models.size(), 3U);
    QCOMPARE(models[0].id, "demo-model");
    QCOMPARE(models[1].id, "qwen/qwen2.5:0.5b");
    QCOMPARE(models[2].id, "gpt-4o");
    gateway.list[0].draining = true;
    QVERIFY(!service.model(Anybody, "gpt-4o").has_value());
}

void TestAdminService::readiness()
{
    FakeMediator gateway;
    AdminService service(gateway);
    QVERIFY(service.readiness(Anybody).ready);
    gateway.list[0].healthy = false;
    QVERIFY(service.readiness(Anybody).ready); // one is enough
    gateway.list[1].healthy = false;
    QCOMPARE(service.readiness(Anybody).reason, "no_healthy_backend");
    gateway.ready = false;
    QCOMPARE(service.readiness(Anybody).reason, "starting");
    gateway.draining = true;
    QCOMPARE(service.readiness(Anybody).reason, "draining");
    QVERIFY(!service.readiness(Anybody).ready);
}

void TestAdminService::metricsPage()
{
    FakeMediator gateway;
    AdminService service(gateway);
    gateway.settle(record("fast", "demo-model"));
    const std::string page = service.metricsPage(Anybody);
    for (const std::string_view line : {
             "meridian_build_info{version=\"" MERIDIAN_VERSION "\"} 1\n",
             "meridian_requests_total{backend=\"fast\",model=\"demo-model\",status=\"200\",stream="
             "\"false\"} 1\n",
             "meridian_backend_inflight{backend=\"fast\"} 2\n",
             "meridian_backend_healthy{backend=\"wild\"} 1\n",
             "process_open_fds ",
         }) {
        QVERIFY2(page.find(line) != std::string::npos, line.data());
    }
}

void TestAdminService::actions()
{
    using Kind = admin::BackendAction::Kind;
    FakeMediator gateway;
    AdminService service(gateway);
    const auto after = service.act(Anybody, "wild", {Kind::SetWeight, 7});
    QVERIFY(after.has_value());
    QCOMPARE(after->name, "wild");
    QCOMPARE(after->weight, 7);
    QVERIFY(service.act(Anybody, "fast", {Kind::Drain})->draining);
    QVERIFY(!service.act(Anybody, "no such", {Kind::Drain}));
    QCOMPARE(gateway.acts.size(), 2U);
}

void TestAdminService::reloads()
{
    FakeMediator gateway;
    AdminService service(gateway);
    QCOMPARE(service.reload(Anybody).generation, 2U);
    QCOMPARE(service.status(Anybody).generation, 2U);
    gateway.nextReload.problems = {"config.yaml:1:1: bad"};
    QVERIFY(!service.reload(Anybody).isApplied());
    QCOMPARE(service.status(Anybody).generation, 2U);
    QCOMPARE(service.backendNames(Anybody, 2), (std::vector<std::string>{"fast", "wild"}));
}

QTEST_GUILESS_MAIN(TestAdminService)
#include "tst_adminservice.moc"
