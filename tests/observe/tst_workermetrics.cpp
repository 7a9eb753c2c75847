// SPDX-License-Identifier: MIT
// WorkerMetrics: what is counted where, that labels stay bounded, and that a scrape needs no lock.
#include "core/observe/metricspage.h"
#include "core/observe/workermetrics.h"
#include "tests/observe/records.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace meridian;
using observe::Counter;
using observe::WorkerMetrics;
using test::record;

class TestWorkerMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsByLabels();
    void modelBecomesLabelOnlyWhenServed();
    void tenThousandModelsStayBounded();
    void fullTablesLoseNothing();
    void strangeStatusIsOther();
    void histogramBoundsAreInclusive();
    void everyBoundFindsItsBucket();
    void tokensAndTimesByRequest();
    void surfacesAreASet_data();
    void surfacesAreASet();
    void failoversStayBounded();
    void queueAndTiers();
    void queueIsNobodysTime_data();
    void queueIsNobodysTime();
    void stagesEndWhereTheExchangeWasDecided();
    void overheadLeavesWaitingOut();
    void countersAndGauge();
    void scrapeWhileWriting();
    void settleCost();

private:
    static std::uint64_t requests(const WorkerMetrics &metrics,
                                  std::string_view backend,
                                  std::string_view model,
                                  std::uint16_t status);
};

std::uint64_t TestWorkerMetrics::requests(const WorkerMetrics &metrics,
                                          std::string_view backend,
                                          std::string_view model,
                                          std::uint16_t status)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < metrics.requests().size(); ++i) {
        const auto &cells = metrics.requests()[i];
        const auto &pair = metrics.pairs()[cells.pair];
        if (cells.status == status && metrics.backends()[pair.backend].name == backend &&
            metrics.models()[pair.model].name == model) {
            sum += cells.latency.count();
        }
    }
    return sum;
}

void TestWorkerMetrics::countsByLabels()
{
    WorkerMetrics metrics;
    metrics.settle(record("a", "m"));
    metrics.settle(record("b", "m"));
    metrics.settle(record("a", "m"));
    metrics.settle(record("a", "n", 502));
    metrics.settle(record("a", "m", 502));
    metrics.retry("a");

    QCOMPARE(requests(metrics, "a", "m", 200), 2U);
    QCOMPARE(requests(metrics, "b", "m", 200), 1U);
    QCOMPARE(requests(metrics, "a", "m", 502), 1U);
    const auto &modelM = metrics.models()[2];
    QCOMPARE(modelM.name, "m");
    const auto &backendA = metrics.backends()[2];
    QCOMPARE(backendA.name, "a");
    QCOMPARE(backendA.retries.value(), 1U);

    const WorkerMetrics *one = &metrics;
    const observe::Totals totals = observe::totals({&one, 1});
    QCOMPARE(totals.requests, 5U);
    QCOMPARE(totals.failures, 2U);
    QCOMPARE(totals.promptTokens, 50U);
}

void TestWorkerMetrics::modelBecomesLabelOnlyWhenServed()
{
    WorkerMetrics metrics;
    metrics.settle(record("a", "typo", 404));
    metrics.settle(record("a", "", 400));
    QCOMPARE(requests(metrics, "a", "typo", 404), 0U);
    QCOMPARE(requests(metrics, "a", "other", 404), 1U);
    QCOMPARE(requests(metrics, "a", "", 400), 1U);
    metrics.settle(record("a", "typo", 200));
    metrics.settle(record("a", "typo", 404));
    QCOMPARE(requests(metrics, "a", "typo", 200), 1U);
    QCOMPARE(requests(metrics, "a", "typo", 404), 1U); // known by now
}

void TestWorkerMetrics::tenThousandModelsStayBounded()
{
    WorkerMetrics metrics;
    for (int i = 0; i < 10'000; ++i) {
        metrics.settle(record("a", std::string(100, 'x') + std::to_string(i)));
    }
    QCOMPARE(metrics.models().size(), WorkerMetrics::MaxModels + 2);
    QCOMPARE(requests(metrics, "a", "other", 200), 10'000U - WorkerMetrics::MaxModels);
    const WorkerMetrics *one = &metrics;
    QCOMPARE(observe::totals({&one, 1}).requests, 10'000U);
    const std::string page = observe::metricsPage({{&one, 1}, {}, {}, {}, "1"});
    QVERIFY2(page.size() < 2'000'000, qPrintable(QString::number(page.size())));
}

void TestWorkerMetrics::fullTablesLoseNothing()
{
    WorkerMetrics metrics;
    std::uint64_t settled = 0;
    for (int backend = 0; backend < 300; ++backend) {
        for (int model = 0; model < 20; ++model) {
            for (const std::uint16_t status : {200, 201, 503}) {
                metrics.settle(
                    record("b" + std::to_string(backend), "m" + std::to_string(model), status));
                ++settled;
            }
        }
    }
    QCOMPARE(metrics.backends().size(), WorkerMetrics::MaxBackends + 2);
    QCOMPARE(metrics.pairs().size(), WorkerMetrics::MaxPairs + 1);
    QCOMPARE(metrics.requests().size(), WorkerMetrics::MaxRequests + 1);
    const WorkerMetrics *one = &metrics;
    QCOMPARE(observe::totals({&one, 1}).requests, settled);
}

void TestWorkerMetrics::strangeStatusIsOther()
{
    WorkerMetrics metrics;
    metrics.settle(record("a", "m", 0));
    metrics.settle(record("a", "m", 65'535));
    QCOMPARE(requests(metrics, "a", "other", 0), 2U);
}

void TestWorkerMetrics::histogramBoundsAreInclusive()
{
    observe::Histogram<observe::bounds::Latency> histogram;
    for (const std::uint64_t micros : {0ULL, 10'000ULL, 10'001ULL, 10'000'000ULL, 10'000'001ULL,
                                       static_cast<unsigned long long>(UINT32_MAX) * 2}) {
        histogram.observe(micros);
    }
    QCOMPARE(histogram.bucket(0), 2U);
    QCOMPARE(histogram.bucket(1), 1U);
    QCOMPARE(histogram.bucket(9), 1U);
    QCOMPARE(histogram.bucket(10), 2U);
    QCOMPARE(histogram.sum(), 20'020'002ULL + static_cast<unsigned long long>(UINT32_MAX) * 2);
}

/// Against the definition: how many bounds are below the value.
template <const auto &Bounds>
bool findsLikeCounting()
{
    const auto counted = [](std::uint64_t value) {
        return static_cast<std::size_t>(std::count_if(
            Bounds.begin(), Bounds.end(), [value](std::uint32_t bound) { return value > bound; }));
    };
    std::vector<std::uint64_t> values{0, 1, UINT32_MAX, UINT32_MAX + 1ULL, UINT64_MAX};
    for (const std::uint32_t bound : Bounds) {
        values.insert(values.end(), {bound - 1ULL, bound, bound + 1ULL});
    }
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t power = 1ULL << bit;
        values.insert(values.end(), {power - 1, power, power + 1});
    }
    return std::all_of(values.begin(), values.end(), [&](std::uint64_t value) {
        return observe::BucketFinder<Bounds>::find(value) == counted(value);
    });
}

void TestWorkerMetrics::everyBoundFindsItsBucket()
{
    namespace bounds = observe::bounds;
    QVERIFY(findsLikeCounting<bounds::Exchange>());
    QVERIFY(findsLikeCounting<bounds::Head>());
    QVERIFY(findsLikeCounting<bounds::Overhead>());
    QVERIFY(findsLikeCounting<bounds::Stage>());
    QVERIFY(findsLikeCounting<bounds::Turn>());
    QVERIFY(findsLikeCounting<bounds::QueueWait>());
    QVERIFY(findsLikeCounting<bounds::MelisBackend>());
    QVERIFY(findsLikeCounting<bounds::GenAiPerToken>());
    QVERIFY(findsLikeCounting<bounds::GenAiTokens>());
}

void TestWorkerMetrics::tokensAndTimesByRequest()
{
    using namespace std::chrono_literals;
    WorkerMetrics metrics;
    model::RequestRecord one = record("a", "m");
    one.stageMicros[static_cast<std::size_t>(model::Stage::Lease)] = 30;
    one.stageMicros[static_cast<std::size_t>(model::Stage::Send)] = 500;
    one.stageMicros[static_cast<std::size_t>(model::Stage::Relay)] = 7'000;
    metrics.settle(one);
    one.attempts = 0; // refused before any backend was asked
    one.hasUsage = false;
    one.firstByte = 0ns;
    metrics.settle(one);
    const observe::RequestCells &plain = metrics.requests()[1];
    QCOMPARE(plain.latency.count(), 2U);
    QCOMPARE(plain.firstByte.count(), 1U);
    QCOMPARE(plain.firstByte.sum(), 5'500U);
    QCOMPARE(plain.upstream.count(), 1U);
    QCOMPARE(plain.upstream.sum(), 7'530U);
    QCOMPARE(plain.promptTokens.sum(), 10U);
    QCOMPARE(plain.completionTokens.count(), 1U);
    QCOMPARE(plain.perToken.count(), 0U); // no stream

    one = record("a", "m");
    one.stream = true;
    one.latency = 1'005'500us;
    one.completionTokens = 101;
    metrics.settle(one); // 1 s after the head, over 100 tokens
    one.completionTokens = 1;
    metrics.settle(one); // no second token
    one.completionTokens = 101;
    one.firstByte = 0ns;
    metrics.settle(one); // no head
    const observe::RequestCells &streamed = metrics.requests()[2];
    QCOMPARE(streamed.latency.count(), 3U);
    QCOMPARE(streamed.perToken.count(), 1U);
    QCOMPARE(streamed.perToken.sum(), 10'000U);
}

void TestWorkerMetrics::surfacesAreASet_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("label");
    for (const char *same : {"/v1/chat/completions", "/v1/completions", "/v1/embeddings",
                             "/v1/responses", "/v1/rerank", "/v1/moderations", "/v1/messages",
                             "/api/chat", "/api/generate", "/api/embed"}) {
        QTest::addRow("%s", same) << QByteArray(same) << QByteArray(same);
    }
    QTest::addRow("speech") << QByteArray("/v1/audio/speech") << QByteArray("/v1/audio");
    QTest::addRow("edits") << QByteArray("/v1/images/edits") << QByteArray("/v1/images");
    QTest::addRow("gemini") << QByteArray("/v1beta/models/g:generateContent")
                            << QByteArray(":generateContent");
    QTest::addRow("gemini streams")
        << QByteArray("/v1beta/models/g:streamGenerateContent") << QByteArray(":generateContent");
    QTest::addRow("gemini embeds")
        << QByteArray("/v1beta/models/g:batchEmbedContents") << QByteArray(":embedContent");
    QTest::addRow("gemini counts")
        << QByteArray("/v1beta/models/g:countTokens") << QByteArray("other");
    QTest::addRow("counting") << QByteArray("/v1/messages/count_tokens") << QByteArray("other");
    QTest::addRow("longer") << QByteArray("/v1/embeddings/x") << QByteArray("other");
    QTest::addRow("none") << QByteArray("") << QByteArray("other");
}

void TestWorkerMetrics::surfacesAreASet()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, label);
    const observe::SurfaceKind kind = observe::surfaceKind(path.toStdString());
    QCOMPARE(QByteArray::fromStdString(std::string(observe::surfacePath(kind))), label);
    QCOMPARE(observe::operationName(kind).empty(), label == "other");
}

void TestWorkerMetrics::failoversStayBounded()
{
    WorkerMetrics metrics;
    model::AttemptRecord attempt;
    for (int backend = 0; backend < 20; ++backend) {
        for (std::uint16_t status = 500; status < 600; ++status) {
            attempt.status = status;
            metrics.failover("b" + std::to_string(backend), attempt);
        }
    }
    QCOMPARE(metrics.failovers().size(), WorkerMetrics::MaxFailovers + 1);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < metrics.failovers().size(); ++i) {
        sum += metrics.failovers()[i].count.value();
    }
    QCOMPARE(sum, 2'000U);
}

void TestWorkerMetrics::queueAndTiers()
{
    WorkerMetrics metrics;
    model::RequestRecord one = record();
    metrics.settle(one);
    QCOMPARE(metrics.queueWait().count(), 0U);
    one.queued = std::chrono::milliseconds(25);
    for (const std::string_view tier : {"long_prompt", "long_decode", "default", "default"}) {
        one.tier = tier;
        metrics.settle(one);
    }
    QCOMPARE(metrics.queueWait().count(), 4U);
    QCOMPARE(metrics.queueWait().sum(), 100'000U);
    QCOMPARE(metrics.tier(observe::Tier::LongPrompt), 1U);
    QCOMPARE(metrics.tier(observe::Tier::LongDecode), 1U);
    QCOMPARE(metrics.tier(observe::Tier::Default), 2U);
}

void TestWorkerMetrics::queueIsNobodysTime_data()
{
    QTest::addColumn<int>("stage"); // that the wait was clocked in
    QTest::addRow("route") << static_cast<int>(model::Stage::Route);
    QTest::addRow("lease") << static_cast<int>(model::Stage::Lease);
}

void TestWorkerMetrics::queueIsNobodysTime()
{
    QFETCH(int, stage);
    WorkerMetrics metrics;
    model::RequestRecord waited = record();
    waited.queued = std::chrono::seconds(1);
    waited.stageMicros[static_cast<std::size_t>(model::Stage::Filter)] = 40;
    waited.stageMicros[static_cast<std::size_t>(model::Stage::Send)] = 500;
    waited.stageMicros[static_cast<std::size_t>(stage)] = 1'000'030;
    metrics.settle(waited);
    const std::uint64_t overhead = metrics.backends()[2].overhead.sum();
    const std::uint64_t upstream = metrics.requests()[1].upstream.sum();
    QCOMPARE(overhead + upstream, 570U);
    QCOMPARE(upstream, stage == static_cast<int>(model::Stage::Lease) ? 530U : 500U);
    QCOMPARE(metrics.queueWait().sum(), 1'000'000U);

    waited.queued = std::chrono::seconds(9); // more than any stage took: nothing below zero
    metrics.settle(waited);
    QVERIFY(metrics.backends()[2].overhead.sum() <= overhead + 40);
    QCOMPARE(metrics.requests()[1].upstream.sum(), upstream + 500);

    waited.queued = std::chrono::nanoseconds(900); // free at once: no wait
    metrics.settle(waited);
    QCOMPARE(metrics.queueWait().count(), 2U);
}

void TestWorkerMetrics::stagesEndWhereTheExchangeWasDecided()
{
    WorkerMetrics metrics;
    model::RequestRecord denied = record("", "", 401);
    denied.lastStage = model::Stage::Identify;
    metrics.settle(denied);
    QCOMPARE(metrics.stage(model::Stage::Identify).bucket(0), 1U);
    QCOMPARE(metrics.stage(model::Stage::Collect).bucket(0), 0U);
    QCOMPARE(metrics.stage(model::Stage::Relay).bucket(0), 0U);
    QCOMPARE(metrics.stage(model::Stage::Settle).bucket(0), 1U);
}

void TestWorkerMetrics::overheadLeavesWaitingOut()
{
    WorkerMetrics metrics;
    model::RequestRecord slow = record();
    slow.stageMicros.fill(1);
    for (const auto stage :
         {model::Stage::Collect, model::Stage::Lease, model::Stage::Send, model::Stage::Relay}) {
        slow.stageMicros[static_cast<std::size_t>(stage)] = 1'000'000;
    }
    metrics.settle(slow);
    QCOMPARE(metrics.backends()[2].overhead.sum(), 8U);
    QCOMPARE(metrics.stage(model::Stage::Relay).sum(), 1'000'000U);
}

void TestWorkerMetrics::countersAndGauge()
{
    WorkerMetrics metrics;
    metrics.count(Counter::Failovers);
    metrics.count(Counter::Timeouts);
    metrics.count(Counter::Timeouts);
    metrics.connectionOpened();
    metrics.connectionOpened();
    metrics.connectionClosed();
    metrics.turn(std::chrono::microseconds(30));
    QCOMPARE(metrics.counter(Counter::Failovers), 1U);
    QCOMPARE(metrics.counter(Counter::Timeouts), 2U);
    QCOMPARE(metrics.counter(Counter::ClientGone), 0U);
    QCOMPARE(metrics.connectionsOpen(), 1U);
    QCOMPARE(metrics.turns().bucket(2), 1U);
}

/// Meant for ThreadSanitizer too: the reader walks every table while the writer grows them.
void TestWorkerMetrics::scrapeWhileWriting()
{
    auto metrics = std::make_unique<WorkerMetrics>();
    constexpr std::uint64_t Exchanges = 50'000;
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (std::uint64_t i = 0; i < Exchanges; ++i) {
            metrics->settle(record("b" + std::to_string(i % 50), "m" + std::to_string(i % 300)));
        }
        done.store(true, std::memory_order_release);
    });

    const WorkerMetrics *one = metrics.get();
    std::uint64_t last = 0;
    int scrapes = 0;
    bool monotonic = true;
    do {
        const std::uint64_t now = observe::totals({&one, 1}).requests;
        monotonic = monotonic && now >= last;
        last = now;
        const std::string page = observe::metricsPage({{&one, 1}, {}, {}, {}, "1"});
        monotonic = monotonic && page.find("meridian_requests_total") != std::string::npos;
        ++scrapes;
    } while (!done.load(std::memory_order_acquire));
    writer.join();

    QVERIFY(monotonic);
    QVERIFY(scrapes > 0);
    QCOMPARE(observe::totals({&one, 1}).requests, Exchanges);
}

void TestWorkerMetrics::settleCost()
{
    auto metrics = std::make_unique<WorkerMetrics>();
    model::RequestRecord records[] = {record("fast", "llama-3.1-8b-instruct"),
                                      record("slow", "qwen2.5-coder-32b")};
    for (model::RequestRecord &one : records) {
        one.stageMicros = {2, 11, 1, 0, 14, 6, 3, 2, 60, 25, 12'000, 8};
    }
    std::size_t i = 0;
    QBENCHMARK
    {
        metrics->settle(records[i++ & 1U]);
    }
    const WorkerMetrics *one = metrics.get();
    QVERIFY(observe::totals({&one, 1}).requests >= 1);
}

QTEST_GUILESS_MAIN(TestWorkerMetrics)
#include "tst_workermetrics.moc"
