// SPDX-License-Identifier: MIT
// resilience, admission and the time-outs of one attempt: values, ranges, what depends on two keys.
#include "tests/config/configrows.h"

using namespace meridian;
using namespace std::chrono_literals;

namespace {

model::ResilienceSettings resilienceOf(const std::string &text)
{
    return test::settingsWithoutProblems("resilience: " + text +
                                         "\nbackends:\n"
                                         "  - {name: a, url: 'http://h', continuation: true}\n"
                                         "  - {name: b, url: 'http://i'}\n")
        .resilience;
}

} // namespace

class TestConfigResilience : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheDefaults();
    void readsEveryKey();
    void readsWhatMeridianWrites();
    void liftsCeilingsThatWereNotGiven();
    void readsHedges_data();
    void readsHedges();
    void readsAdmission();
    void readsTimeouts();
    void refuses_data();
    void refuses();
};

void TestConfigResilience::keepsTheDefaults()
{
    QVERIFY(resilienceOf("{}") == model::ResilienceSettings());
    QVERIFY(resilienceOf("{hedge: null}") == model::ResilienceSettings());
    QVERIFY(resilienceOf("{hedge: {}, circuit_breaker: {}, retry_budget: {}}") ==
            model::ResilienceSettings());
}

void TestConfigResilience::readsEveryKey()
{
    const model::ResilienceSettings read =
        resilienceOf("{max_retries: 100, retry_backoff_base: 0.2, retry_backoff_max: 3,"
                     " retry_statuses: [500, 400, 599, '500'], deadline_s: 4, continuation: true,"
                     " retry_budget: {percent: 100, min_per_second: 0.5},"
                     " circuit_breaker: {enabled: true, failure_threshold: 1, failure_rate: 1,"
                     "   min_requests: 2, window_s: 5, open_seconds: 6, max_open_seconds: 6},"
                     " hedge: {enabled: true, after: p50, budget: 100}}");
    QCOMPARE(read.maxRetries, 100);
    QVERIFY(read.retryBackoffBase == 200ms && read.retryBackoffMax == 3s && read.deadline == 4s);
    QVERIFY(read.retryStatuses == (std::vector<int>{500, 400, 599})); // once each
    QVERIFY(read.continuation);
    QCOMPARE(read.retryBudget.percent, 100.0);
    QCOMPARE(read.retryBudget.minPerSecond, 0.5);
    const model::BreakerSettings &breaker = read.breaker;
    QVERIFY(breaker.enabled);
    QCOMPARE(breaker.failureThreshold, 1);
    QVERIFY(breaker.failureRate == 1.0);
    QCOMPARE(breaker.minRequests, 2);
    QVERIFY(breaker.window == 5s && breaker.open == 6s && breaker.maxOpen == 6s);
    QVERIFY(read.hedge.enabled && !read.hedge.after);
    QCOMPARE(read.hedge.quantile, 0.5);
    QCOMPARE(read.hedge.budgetPercent, 100.0);
    QVERIFY(resilienceOf("{retry_statuses: []}").retryStatuses.empty());
    QVERIFY(!resilienceOf("{circuit_breaker: {failure_rate: null}}").breaker.failureRate);
}

// Words and forms of 0.12: lax numbers, three keys.
void TestConfigResilience::readsWhatMeridianWrites()
{
    const model::ResilienceSettings read = resilienceOf(
        "{max_retries: '2', retry_backoff_base: 0.1,"
        " circuit_breaker: {enabled: 'on', failure_threshold: 5.0, open_seconds: 30}}");
    QCOMPARE(read.maxRetries, 2);
    QVERIFY(read.breaker.enabled);
    QCOMPARE(read.breaker.failureThreshold, 5);
    QVERIFY(read.breaker.open == 30s && read.breaker.maxOpen == 300s);
}

void TestConfigResilience::liftsCeilingsThatWereNotGiven()
{
    const model::ResilienceSettings read =
        resilienceOf("{retry_backoff_base: 20, circuit_breaker: {open_seconds: 900}}");
    QVERIFY(read.retryBackoffBase == 20s && read.retryBackoffMax == 20s);
    QVERIFY(read.breaker.open == 900s && read.breaker.maxOpen == 900s);
}

void TestConfigResilience::readsHedges_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("enabled");
    QTest::addColumn<double>("quantile");
    QTest::addColumn<int>("afterMs"); // 0: none
    QTest::addColumn<double>("budget");
    const auto row = [](const char *text, bool enabled, double quantile, int after, double budget) {
        QTest::newRow(text) << QByteArray(text) << enabled << quantile << after << budget;
    };
    row("{after: p95}", true, 0.95, 0, 5);
    row("{after: P90}", true, 0.90, 0, 5);
    row("{after: p1}", true, 0.01, 0, 5);
    row("{after: p99, budget: 2.5%}", true, 0.99, 0, 2.5);
    row("{after: 1}", true, 0.95, 1000, 5);
    row("{after: .25}", true, 0.95, 250, 5);
    row("{after: '0.5'}", true, 0.95, 500, 5);
    row("{budget: 10}", true, 0.95, 0, 10);
    row("{budget: '10 %'}", true, 0.95, 0, 10);
    row("{enabled: true}", true, 0.95, 0, 5);
    row("{enabled: false, after: p50}", false, 0.5, 0, 5);
    row("{after: p50, enabled: no}", false, 0.5, 0, 5);
}

void TestConfigResilience::readsHedges()
{
    QFETCH(QByteArray, text);
    QFETCH(int, afterMs);
    const model::HedgeSettings hedge = resilienceOf("{hedge: " + text.toStdString() + "}").hedge;
    QTEST(hedge.enabled, "enabled");
    QTEST(hedge.quantile, "quantile");
    QTEST(hedge.budgetPercent, "budget");
    QCOMPARE(hedge.after.has_value(), afterMs > 0);
    QVERIFY(hedge.after.value_or(0s) == std::chrono::milliseconds(afterMs));
}

void TestConfigResilience::readsAdmission()
{
    const auto admissionOf = [](const std::string &text) {
        return test::settingsWithoutProblems(
                   "admission: " + text +
                   "\nbackends: [{name: a, url: 'http://h', max_concurrency: 1}]\n")
            .admission;
    };
    QVERIFY(admissionOf("{}") == model::AdmissionSettings());
    QVERIFY(admissionOf("{priority_header: null}") == model::AdmissionSettings());
    const model::AdmissionSettings read =
        admissionOf("{max_queue: 100000, queue_timeout_s: 2.5, overload_status: 429,"
                    " priority_header: X-Priority}");
    QCOMPARE(read.maxQueue, std::size_t{100000});
    QVERIFY(read.queueTimeout == 2500ms);
    QCOMPARE(read.overloadStatus, 429);
    QCOMPARE(read.priorityHeader, std::string("x-priority"));
    QCOMPARE(admissionOf("{overload_status: '503'}").overloadStatus, 503);
}

void TestConfigResilience::readsTimeouts()
{
    const auto timeoutsOf = [](const std::string &text) {
        return test::settingsWithoutProblems(test::withBackend("timeouts: " + text))
            .backends.at(0)
            .timeouts;
    };
    const model::TimeoutSettings read = timeoutsOf("{first_byte: 1.5, total: 7}");
    QVERIFY(read.firstByte == 1500ms && read.total == 7s);
    QVERIFY(timeoutsOf("{first_byte: null, total: ~, pool: 9}") == model::TimeoutSettings());
}

void TestConfigResilience::refuses_data()
{
    test::addProblemColumns();
    const auto row = test::addProblem;
    row("resilience:\n", "1:1: resilience: expected a mapping, found nothing");
    row("resilience: {max_retries: -1}", "1:27: resilience.max_retries: must be between 0 and 100");
    row("resilience: {max_retries: 101}",
        "1:27: resilience.max_retries: must be between 0 and 100");
    row("resilience: {retry_backoff_base: 0}",
        "1:34: resilience.retry_backoff_base: must be greater than 0 seconds");
    row("resilience: {retry_backoff_max: x}",
        "1:33: resilience.retry_backoff_max: expected a number, found a string");
    row("resilience: {retry_backoff_max: 0.05}",
        "1:33: resilience.retry_backoff_max: must be at least retry_backoff_base (0.1)");
    row("resilience: {retry_backoff_max: 6, retry_backoff_base: 7}",
        "1:33: resilience.retry_backoff_max: must be at least retry_backoff_base (7)");
    row("resilience: {retry_statuses: 503}",
        "1:30: resilience.retry_statuses: expected a list of integers, found an integer");
    row("resilience: {retry_statuses: [503, 399]}",
        "1:36: resilience.retry_statuses[1]: must be between 400 and 599");
    row("resilience: {retry_statuses: [600]}",
        "1:31: resilience.retry_statuses[0]: must be between 400 and 599");
    row("resilience: {retry_statuses: [5xx]}",
        "1:31: resilience.retry_statuses[0]: expected an integer, found a string");
    row("resilience: {deadline_s: -5}",
        "1:26: resilience.deadline_s: must be greater than 0 seconds");
    row("resilience: {retry_budget: 20}",
        "1:28: resilience.retry_budget: expected a mapping, found an integer");
    row("resilience: {retry_budget: {percent: 100.5}}",
        "1:38: resilience.retry_budget.percent: must be between 0 and 100");
    row("resilience: {retry_budget: {percent: -1}}",
        "1:38: resilience.retry_budget.percent: must be between 0 and 100");
    row("resilience: {retry_budget: {min_per_second: -0.1}}",
        "1:45: resilience.retry_budget.min_per_second: must be between 0 and 1000000");
    row("resilience: {retry_budget: {min_per_second: .inf}}",
        "1:45: resilience.retry_budget.min_per_second: must be a finite number");
    row("resilience: {continuation: 2}", "1:28: resilience.continuation: expected a boolean (true "
                                         "or false), found an integer");
    row("resilience: {circuit_breaker: }",
        "1:31: resilience.circuit_breaker: expected a mapping, found nothing");
    row("resilience: {circuit_breaker: {enabled: maybe}}",
        "1:41: resilience.circuit_breaker.enabled: expected a boolean (true or false), found a "
        "string");
    row("resilience: {circuit_breaker: {failure_threshold: 0}}",
        "1:51: resilience.circuit_breaker.failure_threshold: must be between 1 and 1000000");
    row("resilience: {circuit_breaker: {failure_rate: 0}}",
        "1:46: resilience.circuit_breaker.failure_rate: must be greater than 0 and at most 1");
    row("resilience: {circuit_breaker: {failure_rate: 1.01}}",
        "1:46: resilience.circuit_breaker.failure_rate: must be greater than 0 and at most 1");
    row("resilience: {circuit_breaker: {min_requests: 0}}",
        "1:46: resilience.circuit_breaker.min_requests: must be between 1 and 1000000");
    row("resilience: {circuit_breaker: {window_s: 0}}",
        "1:42: resilience.circuit_breaker.window_s: must be greater than 0 seconds");
    row("resilience: {circuit_breaker: {open_seconds: 0}}",
        "1:46: resilience.circuit_breaker.open_seconds: must be greater than 0 seconds");
    row("resilience: {circuit_breaker: {max_open_seconds: 10}}",
        "1:50: resilience.circuit_breaker.max_open_seconds: must be at least open_seconds (30)");
    row("resilience: {hedge: p95}", "1:21: resilience.hedge: expected a mapping, found a string");
    for (const char *after : {"p0", "p100", "p", "p9x", "p-5", "p05", "95%", "fast"}) {
        const bool isNumber = after[0] == '9';
        row(std::string("resilience: {hedge: {after: ") + after + "}}",
            isNumber ? "1:29: resilience.hedge.after: expected a number, found a string"
                     : "1:29: resilience.hedge.after: must be a percentile from p1 to p99, or a "
                       "number of seconds");
    }
    row("resilience: {hedge: {after: 0}}",
        "1:29: resilience.hedge.after: must be greater than 0 seconds");
    row("resilience: {hedge: {after: }}",
        "1:29: resilience.hedge.after: expected a number, found nothing");
    row("resilience: {hedge: {budget: 0%}}",
        "1:30: resilience.hedge.budget: must be greater than 0 and at most 100");
    row("resilience: {hedge: {budget: 101}}",
        "1:30: resilience.hedge.budget: must be greater than 0 and at most 100");
    row("resilience: {hedge: {budget: '%'}}",
        "1:30: resilience.hedge.budget: expected a number, found a string");
    row("resilience: {hedge: {budget: 5%%}}",
        "1:30: resilience.hedge.budget: expected a number, found a string");
    row("admission: {max_queue: -1}", "1:24: admission.max_queue: must be between 0 and 100000");
    row("admission: {max_queue: 100001}",
        "1:24: admission.max_queue: must be between 0 and 100000");
    row("admission: {queue_timeout_s: 0}",
        "1:30: admission.queue_timeout_s: must be greater than 0 seconds");
    row("admission: {overload_status: 500}", "1:30: admission.overload_status: must be 429 or 503");
    row("admission: {overload_status: busy}",
        "1:30: admission.overload_status: expected an integer, found a string");
    row("admission: {priority_header: 'x priority'}",
        "1:30: admission.priority_header: is not the name of a header field");
    row("admission: {priority_header: 'x:'}",
        "1:30: admission.priority_header: is not the name of a header field");
    row("admission: {priority_header: ''}", "1:30: admission.priority_header: must not be empty");
    row("timeouts: {first_byte: 0}", "1:24: timeouts.first_byte: must be greater than 0 seconds");
    row("timeouts: {total: -1}", "1:19: timeouts.total: must be greater than 0 seconds");
    row("timeouts: {pool: 0}", "1:18: timeouts.pool: must be greater than 0 seconds");
    row("timeouts: {pool: null}", "1:18: timeouts.pool: expected a number, found nothing");
}

void TestConfigResilience::refuses()
{
    test::verifyRefused();
}

QTEST_GUILESS_MAIN(TestConfigResilience)
#include "tst_configresilience.moc"
