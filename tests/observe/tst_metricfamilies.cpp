// SPDX-License-Identifier: MIT
// The series of Meridian's routing and operations, of Melis and of OpenTelemetry: byte for byte
// against golden files, by their meaning, and as a strict scraper reads them.
#include "core/observe/exchangerows.h"
#include "tests/observe/metricscenario.h"
#include "tests/observe/pagelint.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

using namespace meridian;
using observe::WorkerMetrics;
using test::LintedPage;
using test::lintPage;
using test::MetricScenario;
using test::record;

using Labels = std::map<std::string, std::string>;

class TestMetricFamilies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void passesTheRules();
    void theRulesFindFaults_data();
    void theRulesFindFaults();
    void answers();
    void emptyGateway();
    void everySeriesIsDocumented();
    void sameCountsUnderEveryName();
    void melisOverheadLeavesBackendsOut();
    void melisBreakerIsTheWorst();
    void failoversByReason();
    void genAiOfStreams();
    void removedBackendKeepsItsProvider();
    void manyModelsStayBounded();
};

void TestMetricFamilies::golden_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("prefixes");
    QTest::addRow("melis") << QStringLiteral("melis.txt") << QStringList{QStringLiteral("melis_")};
    QTest::addRow("genai") << QStringLiteral("genai.txt") << QStringList{QStringLiteral("gen_ai_")};
    QStringList routing;
    for (const char *family :
         {"backend_", "retry", "hedge", "continuations", "queue", "breaker", "idle", "session",
          "tier", "snapshot", "reloads", "last_reload", "canary", "traces", "tokens"}) {
        routing << QStringLiteral("meridian_") + QLatin1String(family);
    }
    QTest::addRow("routing") << QStringLiteral("routing.txt") << routing;
}

void TestMetricFamilies::golden()
{
    QFETCH(QString, file);
    QFETCH(QStringList, prefixes);
    QList<QByteArray> actual;
    std::istringstream page(MetricScenario().page());
    std::string line;
    while (std::getline(page, line)) {
        const QString name = QString::fromStdString(line)
                                 .remove(QStringLiteral("# HELP "))
                                 .remove(QStringLiteral("# TYPE "));
        if (std::any_of(prefixes.begin(), prefixes.end(),
                        [&](const QString &prefix) { return name.startsWith(prefix); })) {
            actual.append(QByteArray::fromStdString(line));
        }
    }
    QFile golden(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/observe/golden/") + file);
    QVERIFY(golden.open(QIODevice::ReadOnly));
    const QList<QByteArray> expected = golden.readAll().trimmed().split('\n');
    if (actual != expected) { // for a look, and to take over after a wanted change
        QFile fresh(QDir::temp().filePath(QStringLiteral("meridian-actual-") + file));
        QVERIFY(fresh.open(QIODevice::WriteOnly));
        fresh.write(actual.join('\n') + '\n');
    }
    for (qsizetype i = 0; i < std::min(expected.size(), actual.size()); ++i) {
        QCOMPARE(actual.at(i), expected.at(i));
    }
    QCOMPARE(actual.size(), expected.size());
}

void TestMetricFamilies::passesTheRules()
{
    MetricScenario scenario;
    scenario.sources.process = {1.25, 1'700'000'000.5, 20'971'520, 104'857'600, 42, 1024};
    scenario.first->settle(record("back\"slash\\", "line\nbreak \xFF", 200));
    const LintedPage page = lintPage(scenario.page());
    QVERIFY2(page.problems.empty(), page.problems.empty() ? "" : page.problems.front().c_str());
    QVERIFY(page.families.size() > 70);
    QCOMPARE(page.value("meridian_requests_total", {{"backend", "back\"slash\\"}}), 1.0);
    QCOMPARE(page.value("meridian_backend_idle", {{"backend", "wild \"name\"\\"}}), 1.0);
}

void TestMetricFamilies::theRulesFindFaults_data()
{
    QTest::addColumn<QByteArray>("page");
    const QByteArray gauge = "# HELP x h\n# TYPE x gauge\n";
    QTest::addRow("no type") << QByteArray("# HELP x h\nx 1\n");
    QTest::addRow("no help") << QByteArray("# TYPE x gauge\nx 1\n");
    QTest::addRow("family twice") << gauge + "x 1\n" + gauge;
    QTest::addRow("series twice") << gauge + "x{a=\"1\",b=\"2\"} 1\nx{b=\"2\",a=\"1\"} 1\n";
    QTest::addRow("another family") << gauge + "y 1\n";
    QTest::addRow("quote") << gauge + "x{a=\"b\"c\"} 1\n";
    QTest::addRow("escape") << gauge + "x{a=\"\\t\"} 1\n";
    QTest::addRow("no value") << gauge + "x \n";
    QTest::addRow("counter") << QByteArray("# HELP x h\n# TYPE x counter\nx 1\n");
    QTest::addRow("total") << QByteArray("# HELP x_total h\n# TYPE x_total gauge\n");
    QTest::addRow("unit") << QByteArray("# HELP x_ms h\n# TYPE x_ms gauge\n");
    QTest::addRow("le") << gauge + "x{le=\"1\"} 1\n";
    const QByteArray histogram = "# HELP x h\n# TYPE x histogram\n";
    QTest::addRow("no infinity") << histogram + "x_bucket{le=\"1\"} 1\nx_sum 1\nx_count 1\n";
    QTest::addRow("falls") << histogram + "x_bucket{le=\"1\"} 2\nx_bucket{le=\"+Inf\"} 1\n"
                                          "x_sum 1\nx_count 1\n";
    QTest::addRow("count") << histogram + "x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 2\n";
}

/// The rules themselves: a linter that sees nothing would pass every page.
void TestMetricFamilies::theRulesFindFaults()
{
    QFETCH(QByteArray, page);
    QVERIFY(!lintPage(page.toStdString()).problems.empty());
}

void TestMetricFamilies::answers()
{
    const LintedPage page = lintPage(MetricScenario(true).page());
    QVERIFY2(page.problems.empty(), page.problems.empty() ? "" : page.problems.front().c_str());
    const auto defects = [&](const char *backend, const char *defect) {
        return page.value("meridian_stream_defects_total",
                          {{"backend", backend}, {"defect", defect}});
    };
    QCOMPARE(defects("s1", "missing_terminal"), 3.0);
    QCOMPARE(defects("s1", "not_json"), 2.0);
    QCOMPARE(defects("v2", "truncated"), 1.0);
    const auto translated = [&](const char *fidelity) {
        return page.value(
            "meridian_translated_requests_total",
            {{"backend", "s1"}, {"from", "anthropic"}, {"to", "openai"}, {"fidelity", fidelity}});
    };
    QCOMPARE(translated("lossless"), 1.0);
    QCOMPARE(translated("degraded"), 2.0);
    const Labels s1{{"backend", "s1"}};
    QCOMPARE(page.value("meridian_cached_input_tokens_total", s1), 18.0);
    QCOMPARE(page.value("meridian_cache_write_input_tokens_total", s1), 9.0);
    QCOMPARE(page.value("meridian_reasoning_tokens_total", s1), 120.0);
    const Labels v1{{"backend", "v1"}};
    QCOMPARE(page.value("meridian_backend_key_refused_total", v1), 1.0);
    QCOMPARE(page.value("meridian_credential_valid_seconds", v1), 1800.0);
    QCOMPARE(page.value("meridian_credential_consecutive_failures", v1), 2.0);
}

/// What a feature that is off would say is not said; nothing else breaks without traffic.
void TestMetricFamilies::emptyGateway()
{
    const WorkerMetrics idle;
    const WorkerMetrics *one = &idle;
    const LintedPage page = lintPage(observe::metricsPage({{&one, 1}, {}, {}, {}, "1"}));
    QVERIFY2(page.problems.empty(), page.problems.empty() ? "" : page.problems.front().c_str());
    for (const char *absent :
         {"meridian_backend_circuit_open", "melis_circuit_breaker_state", "meridian_canary_weight",
          "meridian_canary_rollbacks_total", "meridian_sessions", "meridian_traces_exported_total",
          "meridian_backend_queue_depth", "meridian_last_reload_success_timestamp_seconds",
          "meridian_budget_rejections_total", "meridian_ratelimit_rejections_total",
          "meridian_budget_reconciles_total", "meridian_pii_detections_total",
          "melis_ratelimit_drops_total", "melis_context_compression_ratio"}) {
        QVERIFY2(page.family(absent) == nullptr, absent);
    }
    QCOMPARE(page.value("meridian_hedges_started_total"), 0.0);
    QCOMPARE(page.value("meridian_session_requests_total", {{"route", "pinned"}}), 0.0);
}

/// docs/metrics.md names every family of the page, and none that the page never has.
void TestMetricFamilies::everySeriesIsDocumented()
{
    QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/docs/metrics.md"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    std::set<std::string> documented;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("| `")) { // | `name` | type | labels | …
            const QList<QByteArray> cells = line.split('|');
            const QByteArray name = cells.at(1).trimmed().replace('`', "");
            documented.insert(name.toStdString());
            QVERIFY2(cells.size() > 4, line.constData());
        }
    }
    MetricScenario scenario;
    scenario.sources.process = {1.25, 1'700'000'000.5, 20'971'520, 104'857'600, 42, 1024};
    const LintedPage page = lintPage(scenario.page());
    for (const test::PageFamily &family : page.families) {
        QVERIFY2(documented.erase(family.name) == 1, family.name.c_str());
    }
    QVERIFY2(documented.empty(), documented.empty() ? "" : documented.begin()->c_str());
}

void TestMetricFamilies::sameCountsUnderEveryName()
{
    const LintedPage page = lintPage(MetricScenario().page());
    const auto sum = [&](std::string_view family, std::string_view sample, const Labels &labels) {
        double total = 0;
        for (const test::PageSample &one : page.family(family)->samples) {
            const bool matches = std::all_of(labels.begin(), labels.end(), [&](const auto &label) {
                return one.label(label.first) == label.second;
            });
            total += one.name == sample && matches ? one.value : 0;
        }
        return total;
    };
    const double requests = 11;
    QCOMPARE(sum("meridian_requests_total", "meridian_requests_total", {}), requests);
    QCOMPARE(sum("meridian_request_latency_ms", "meridian_request_latency_ms_count", {}), requests);
    QCOMPARE(sum("melis_gateway_requests_total", "melis_gateway_requests_total", {}), requests);
    QCOMPARE(sum("melis_request_duration_seconds", "melis_request_duration_seconds_count", {}),
             requests);
    QCOMPARE(sum("gen_ai_client_operation_duration_seconds",
                 "gen_ai_client_operation_duration_seconds_count", {}),
             requests - 1); // without the one that reached no backend
    const double prompt = 8 * 10;
    QCOMPARE(sum("meridian_tokens_total", "meridian_tokens_total", {{"kind", "prompt"}}), prompt);
    QCOMPARE(sum("melis_tokens_total", "melis_tokens_total", {{"direction", "input"}}), prompt);
    QCOMPARE(sum("melis_llm_tokens_total", "melis_llm_tokens_total", {{"direction", "input"}}),
             prompt);
    QCOMPARE(sum("gen_ai_client_token_usage", "gen_ai_client_token_usage_sum",
                 {{"gen_ai_token_type", "input"}}),
             prompt);
    QCOMPARE(page.value("melis_tokens_total", {{"provider", "sglang"}, {"direction", "output"}}),
             97.0 + 1 + 4'097);
}

void TestMetricFamilies::melisOverheadLeavesBackendsOut()
{
    const LintedPage page = lintPage(MetricScenario().page());
    // 33 µs each; one of vllm's on each worker took 1.7 ms more
    const Labels vllm{{"provider", "vllm"}};
    const auto below = [&](const char *le) {
        return page.value("melis_request_duration_seconds_bucket",
                          {{"provider", "vllm"}, {"le", le}});
    };
    QCOMPARE(below("5e-04"), 5.0);
    QCOMPARE(below("0.001"), 5.0);
    QCOMPARE(below("0.002"), 7.0);
    QCOMPARE(below("+Inf"), 7.0);
    QVERIFY(std::abs(page.value("melis_request_duration_seconds_sum", vllm) -
                     (5 * 33e-6 + 2 * 1.73e-3)) < 1e-9);
    QCOMPARE(page.value("melis_request_duration_seconds_count", {{"provider", "none"}}), 1.0);
    // lease, send and relay: 12.06 ms
    QCOMPARE(
        page.value("melis_backend_latency_seconds_sum", {{"provider", "vllm"}, {"status", "400"}}),
        0.01206);
}

void TestMetricFamilies::melisBreakerIsTheWorst()
{
    MetricScenario scenario;
    LintedPage page = lintPage(scenario.page());
    QCOMPARE(page.value("melis_circuit_breaker_state", {{"provider", "vllm"}}), 1.0);
    QCOMPARE(page.value("melis_circuit_breaker_state", {{"provider", "sglang"}}), 2.0);
    QCOMPARE(page.value("meridian_backend_circuit_open", {{"backend", "v2"}}), 1.0);
    QCOMPARE(page.value("meridian_backend_circuit_open", {{"backend", "v1"}}), 0.0); // half-open
    scenario.backends[2].circuitOpen = 0;
    page = lintPage(scenario.page());
    QCOMPARE(page.value("melis_circuit_breaker_state", {{"provider", "vllm"}}), 2.0);
    scenario.backends[1].circuitOpen = 0;
    page = lintPage(scenario.page());
    QCOMPARE(page.value("melis_circuit_breaker_state", {{"provider", "vllm"}}), 0.0);
    std::for_each(scenario.backends.begin(), scenario.backends.end(),
                  [](auto &backend) { backend.circuitOpen.reset(); });
    QVERIFY(lintPage(scenario.page()).family("melis_circuit_breaker_state") == nullptr);
}

void TestMetricFamilies::failoversByReason()
{
    const LintedPage page = lintPage(MetricScenario().page());
    const auto failovers = [&](const char *provider, const char *reason) {
        return page.value("melis_failover_total", {{"provider", provider}, {"reason", reason}});
    };
    QCOMPARE(failovers("vllm", "connect_error"), 1.0);
    QCOMPARE(failovers("vllm", "timeout"), 2.0);
    QCOMPARE(failovers("vllm", "server_error"), 1.0);
    QCOMPARE(failovers("sglang", "rate_limited"), 1.0);
    const auto errors = [&](const char *provider, const char *status) {
        return page.value("melis_provider_errors_total",
                          {{"provider", provider}, {"status_code", status}});
    };
    QCOMPARE(errors("sglang", "429"), 1.0);
    QCOMPARE(errors("vllm", "503"), 1.0);
    QCOMPARE(errors("vllm", "400"), 1.0);
    QVERIFY(std::isnan(errors("vllm", "499"))); // the client's doing
}

void TestMetricFamilies::genAiOfStreams()
{
    const LintedPage page = lintPage(MetricScenario().page());
    const Labels llama{{"gen_ai_operation_name", "chat"},
                       {"gen_ai_provider_name", "sglang"},
                       {"gen_ai_request_model", "llama"}};
    const Labels qwen{{"gen_ai_provider_name", "sglang"}, {"gen_ai_request_model", "qwen"}};
    QCOMPARE(page.value("gen_ai_server_time_to_first_token_seconds_count", llama), 2.0);
    QCOMPARE(page.value("gen_ai_server_time_to_first_token_seconds_sum", llama), 10.32);
    // 960 ms over 96 further tokens; the stream of one token has none
    QCOMPARE(page.value("gen_ai_server_time_per_output_token_seconds_count", llama), 1.0);
    QCOMPARE(page.value("gen_ai_server_time_per_output_token_seconds_sum", llama), 0.01);
    QCOMPARE(page.value("gen_ai_server_time_per_output_token_seconds_sum", qwen), 0.019042);
    for (const test::PageSample &sample :
         page.family("gen_ai_server_time_to_first_token_seconds")->samples) {
        QCOMPARE(sample.label("gen_ai_provider_name").value(), std::string("sglang"));
    }
    QCOMPARE(page.value("gen_ai_client_operation_duration_seconds_count",
                        {{"gen_ai_provider_name", "vllm"}, {"error_type", "400"}}),
             1.0);
    QCOMPARE(page.value("gen_ai_client_operation_duration_seconds_count",
                        {{"gen_ai_operation_name", "embeddings"}}),
             1.0);
}

/// A counter that falls looks like a restart, and all it ever counted like new traffic.
void TestMetricFamilies::removedBackendKeepsItsProvider()
{
    MetricScenario scenario;
    const Labels input{{"provider", "sglang"}, {"direction", "input"}};
    QCOMPARE(lintPage(scenario.page()).value("melis_tokens_total", input), 30.0);
    scenario.sources.backends = std::span(scenario.backends).subspan(1);
    QCOMPARE(lintPage(scenario.page()).value("melis_tokens_total", input), 30.0);
    scenario.sources.backends = scenario.backends;
    scenario.backends[0].engine = "tgi"; // so does an engine that a reload has renamed
    QCOMPARE(lintPage(scenario.page()).value("melis_tokens_total", input), 30.0);
}

void TestMetricFamilies::manyModelsStayBounded()
{
    MetricScenario scenario;
    for (int i = 0; i < 10'000; ++i) {
        scenario.first->settle(test::stream(
            "s1", "m" + std::to_string(i), std::chrono::seconds(2), std::chrono::seconds(1), 100));
    }
    const std::string text = scenario.page();
    QVERIFY2(text.size() < 2'000'000, qPrintable(QString::number(text.size())));
    const LintedPage page = lintPage(text);
    QVERIFY(page.problems.empty());
    const Labels other{{"gen_ai_request_model", "other"}, {"gen_ai_token_type", "output"}};
    QVERIFY(page.value("gen_ai_client_token_usage_count", other) > 9'900);
    // 64 and "other" on one worker, of which the other worker may tell two more apart
    std::set<std::string> models;
    for (const test::PageSample &sample : page.family("gen_ai_client_token_usage")->samples) {
        models.insert(sample.label("gen_ai_request_model").value());
    }
    QVERIFY(models.size() <= observe::ExchangeRows::DetailedModels + 3);
}

QTEST_GUILESS_MAIN(TestMetricFamilies)
#include "tst_metricfamilies.moc"
