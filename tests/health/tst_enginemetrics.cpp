// SPDX-License-Identifier: MIT
// Recordings of each engine give the signals a person would read from them; lies give none.
#include "core/health/enginemetrics.h"
#include "tests/health/signalwords.h"

#include <QtTest>

using namespace meridian::health;
using namespace std::chrono_literals;

namespace {

class Reader
{
public:
    explicit Reader(const char *engine = "vllm", std::string model = {})
        : m_metrics(engine, std::move(model))
    {
    }

    /// A page read `after` the one before.
    QByteArray page(const std::string &text, std::chrono::nanoseconds after = 5s)
    {
        m_now += after;
        m_metrics.beginPage();
        PrometheusText reader([this](const PrometheusSample &sample) { m_metrics.add(sample); });
        reader.feed(text);
        return inShort(m_metrics.endPage(m_now));
    }

private:
    EngineMetrics m_metrics;
    std::chrono::steady_clock::time_point m_now{};
};

} // namespace

class TestEngineMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void readsRecordings_data()
    {
        QTest::addColumn<QByteArray>("engine");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *engine, const char *expected) {
            QTest::newRow(name) << QByteArray(engine) << QByteArray(expected);
        };
        row("vllm-0.6.prom", "vllm", "7 24 913.25 0.618456");
        row("vllm-0.11-page1.prom", "vllm", "5 77 - 0.8733");
        row("sglang-0.4.prom", "sglang", "333 118 1640.27 0.47");
        row("sglang-0.5-ranks.prom", "sglang", "9 40 1820.4 0.51");
        row("sglang-0.5-dataparallel.prom", "sglang", "6 26 600 0.97");
        row("trtllm-serve.prom", "tensorrt-llm", "4 11 - 0.55");
        row("triton-24.prom", "tensorrt-llm", "- 17 - 0.25");
        row("triton-25.prom", "triton", "5 17 - 0.28");
        row("llamacpp-2024.prom", "llama.cpp", "46 2 61.75 0.3125");
        row("llamacpp-2025.prom", "llamacpp", "0 3 - -");
    }

    /// The engine is known by its metrics' names; the configured one only decides between two.
    void readsRecordings()
    {
        QFETCH(QByteArray, engine);
        QFETCH(QByteArray, expected);
        const std::string text = recording(QTest::currentDataTag());
        QCOMPARE(Reader(engine.constData()).page(text), expected);
        QCOMPARE(Reader("something else").page(text), expected);
    }

    void countersGiveRates()
    {
        Reader vllm;
        QCOMPARE(vllm.page(recording("vllm-0.11-page1.prom")), QByteArray("5 77 - 0.8733"));
        QCOMPARE(vllm.page(recording("vllm-0.11-page2.prom"), 10s),
                 QByteArray("5 77 500 0.8733")); // 4000 and 1000 tokens
        QCOMPARE(vllm.page(recording("vllm-0.11-page2.prom"), 5s), QByteArray("5 77 0 0.8733"));
        QCOMPARE(vllm.page(recording("vllm-0.11-page1.prom"), 5s),
                 QByteArray("5 77 - 0.8733")); // the engine was restarted
        Reader trt("trtllm");
        QCOMPARE(trt.page("trtllm_generation_tokens_total 100\n"), QByteArray("- - - -"));
        QCOMPARE(trt.page("trtllm_generation_tokens_total 350\n", 2s), QByteArray("- - 125 -"));
        QCOMPARE(trt.page("trtllm_generation_tokens_total 351\n", 1ms), QByteArray("- - - -"));
        QCOMPARE(trt.page("trtllm_generation_tokens_total 450\n", 999ms), QByteArray("- - 100 -"));
        Reader llama("llamacpp");
        QCOMPARE(llama.page(recording("llamacpp-2025.prom")), QByteArray("0 3 - -"));
        QCOMPARE(llama.page("llamacpp:tokens_predicted_total 2260\n"), QByteArray("- - 10 -"));
    }

    void aRateNeedsTheSameSeries()
    {
        Reader vllm("vllm", "m");
        (void)vllm.page("vllm:generation_tokens_total{model_name=\"other\"} 10\n");
        QCOMPARE(vllm.page("vllm:generation_tokens_total{model_name=\"m\"} 1000\n"),
                 QByteArray("- - - -"));
        QCOMPARE(vllm.page("vllm:generation_tokens_total{model_name=\"m\"} 1050\n"),
                 QByteArray("- - 10 -"));
    }

    void theConfiguredModelCounts_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("any") << QByteArray() << QByteArray("111 - - 0.9");
        QTest::newRow("one") << QByteArray("a-1") << QByteArray("11 - - 0.1");
        QTest::newRow("pattern") << QByteArray("a-*") << QByteArray("111 - - 0.9");
        QTest::newRow("no match") << QByteArray("b") << QByteArray("111 - - 0.9");
    }

    void theConfiguredModelCounts()
    {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, expected);
        // 10 and 1 waiting for a-1 and for no named model; nothing but a-2 has a fuller cache
        const std::string page = "vllm:num_requests_waiting{model_name=\"a-1\"} 10\n"
                                 "vllm:num_requests_waiting{model_name=\"a-2\"} 100\n"
                                 "vllm:num_requests_waiting 1\n"
                                 "vllm:kv_cache_usage_perc{model_name=\"a-1\"} 0.1\n"
                                 "vllm:kv_cache_usage_perc{model_name=\"a-2\"} 0.9\n";
        QCOMPARE(Reader("vllm", model.toStdString()).page(page), expected);
    }

    /// A metric that only another model has is not ours either.
    void otherModelsMetricsAreLeftOut()
    {
        QCOMPARE(Reader("vllm", "a")
                     .page("vllm:num_requests_waiting{model_name=\"a\"} 1\n"
                           "vllm:kv_cache_usage_perc{model_name=\"b\"} 0.9\n"),
                 QByteArray("1 - - -"));
    }

    void takesTheConfiguredEngineOfTwo()
    {
        const std::string page = "vllm:num_requests_waiting 1\nsglang:num_queue_reqs 2\n";
        QCOMPARE(Reader("vllm").page(page), QByteArray("1 - - -"));
        QCOMPARE(Reader("sglang").page(page), QByteArray("2 - - -"));
    }

    void readsUnderlinesForColons()
    {
        QCOMPARE(Reader().page("vllm_num_requests_waiting 3\nvllm_kv_cache_usage_perc 0.5\n"),
                 QByteArray("3 - - 0.5"));
    }

    void leavesLiesOut_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << text << QByteArray(expected);
        };
        row("negative",
            "vllm:num_requests_waiting -1\nvllm:num_requests_running 2\n"
            "vllm:kv_cache_usage_perc -0.5\nvllm:avg_generation_throughput_toks_per_s -9\n",
            "- 2 - -");
        row("not finite",
            "vllm:num_requests_waiting NaN\nvllm:num_requests_running +Inf\n"
            "vllm:kv_cache_usage_perc NaN\nvllm:avg_generation_throughput_toks_per_s 1e999\n",
            "none");
        row("huge",
            "vllm:num_requests_waiting 1e308\nvllm:num_requests_running 1e18\n"
            "vllm:avg_generation_throughput_toks_per_s 1e308\n",
            "1000000 1000000 - -");
        row("sums beyond double",
            "vllm:num_requests_waiting{engine=\"0\"} 1.7e308\n"
            "vllm:num_requests_waiting{engine=\"1\"} 1.7e308\n",
            "1000000 - - -");
        row("no fraction", "vllm:num_requests_waiting 1\nvllm:kv_cache_usage_perc 7\n", "1 - - -");
        row("one fraction of two",
            "vllm:kv_cache_usage_perc{engine=\"0\"} 7\nvllm:kv_cache_usage_perc{engine=\"1\"} "
            "0.3\n",
            "- - - 0.3");
        row("rounded", "vllm:kv_cache_usage_perc 1.0000001\n", "- - - 1");
        row("fractions of requests", "vllm:num_requests_waiting 2.6\n", "3 - - -");
        row("more used than there is",
            "trtllm_kv_cache_used_blocks 9\ntrtllm_kv_cache_max_blocks 3\n", "- - - -");
        row("no blocks", "trtllm_kv_cache_used_blocks 0\ntrtllm_kv_cache_max_blocks 0\n",
            "- - - -");
        row("other metrics", "up 1\nvllm:num_requests_waiting_total 4\nvllm:num_requests 1\n",
            "none");
        row("an empty page", "", "none");
    }

    void leavesLiesOut()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(Reader().page(text.toStdString()), expected);
    }

    void pagesDoNotMix()
    {
        Reader reader;
        QCOMPARE(reader.page("vllm:num_requests_waiting 4\n"), QByteArray("4 - - -"));
        QCOMPARE(reader.page("vllm:num_requests_running 1\n"), QByteArray("- 1 - -"));
    }
};

QTEST_GUILESS_MAIN(TestEngineMetrics)
#include "tst_enginemetrics.moc"
