// SPDX-License-Identifier: MIT
// The /metrics page: byte for byte against a golden file, and the exposition format's escaping.
#include "core/observe/metricspage.h"
#include "core/observe/prometheus.h"
#include "core/observe/workermetrics.h"
#include "tests/observe/records.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>
#include <string>

using namespace meridian;
using observe::Counter;
using observe::PrometheusText;
using observe::WorkerMetrics;
using test::record;

class TestMetricsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden();
    void everySeriesOnce();
    void escaping();
    void numbers();
    void histogramIsCumulative();
    void processFigures();
};

void TestMetricsPage::golden()
{
    using namespace std::chrono_literals;
    WorkerMetrics first;
    WorkerMetrics second;
    model::RequestRecord streamed = record("slow", "demo-model");
    streamed.stream = true;
    streamed.latency = 1'800ms;
    streamed.firstByte = 310ms;
    streamed.stageMicros = {3, 12, 1, 0, 7, 9, 0, 2, 40, 800, 1'799'000, 11};
    first.settle(record("fast", "demo-model"));
    first.settle(streamed);
    second.settle(record("fast", "demo-model")); // the same series on another worker
    second.settle(record("", "nobody-has-this", 404));
    first.retry("fast");
    first.count(Counter::Failovers);
    second.count(Counter::ConnectionsAccepted);
    second.connectionOpened();
    first.turn(60us);
    const std::array<const WorkerMetrics *, 2> workers{&first, &second};
    const std::array<observe::BackendGauges, 2> backends{{{"fast", 3, true}, {"slow", 0, false}}};
    const observe::ProcessFigures process{1.25, 1'700'000'000.5, 20'971'520, 104'857'600, 42, 1024};
    const std::string page = observe::metricsPage({workers, backends, {7, 1, 2}, process, "1.0.0"});

    QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/observe/golden/metrics.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> expected = file.readAll().split('\n');
    // the families that the file names: those made later have golden files of their own
    QSet<QByteArray> families;
    for (const QByteArray &line : expected) {
        if (line.startsWith("# TYPE ")) {
            families.insert(line.split(' ').at(2));
        }
    }
    QList<QByteArray> actual;
    QByteArray family;
    for (const QByteArray &line : QByteArray::fromStdString(page).split('\n')) {
        family = line.startsWith("# ") ? line.split(' ').at(2) : family;
        if (families.contains(family) || line.isEmpty()) {
            actual.append(line);
        }
    }
    if (actual != expected) { // for a look, and to take over after a wanted change
        QFile fresh(QDir::temp().filePath(QStringLiteral("meridian-metrics-actual.txt")));
        QVERIFY(fresh.open(QIODevice::WriteOnly));
        fresh.write(actual.join('\n'));
    }
    for (qsizetype i = 0; i < std::min(expected.size(), actual.size()); ++i) {
        QCOMPARE(actual.at(i), expected.at(i));
    }
    QCOMPARE(actual.size(), expected.size());
}

/// Names that differ only in bytes that are not UTF-8 would be printed alike: one series then.
void TestMetricsPage::everySeriesOnce()
{
    WorkerMetrics metrics;
    metrics.settle(record("a", "bad\xFE"));
    metrics.settle(record("a", "bad\xFF"));
    metrics.settle(record("a", "unknown"));
    metrics.settle(record("a", ""));
    const WorkerMetrics *one = &metrics;
    std::istringstream page(observe::metricsPage({{&one, 1}, {}, {}, {}, "1"}));
    std::set<std::string> series;
    std::string line;
    while (std::getline(page, line)) {
        const std::string name = line.starts_with('#') ? line : line.substr(0, line.rfind(' '));
        QVERIFY2(series.insert(name).second, line.c_str());
    }
    QVERIFY(series.contains("meridian_requests_total{backend=\"a\",model=\"bad\xEF\xBF\xBD\","
                            "status=\"200\",stream=\"false\"}"));
}

void TestMetricsPage::escaping()
{
    PrometheusText text;
    text.family("x", "gauge", "Line\nand \\ and \"quote\".");
    text.sample({{"l", "a\"b\\c\nd\xFF"}}, std::uint64_t{1});
    QCOMPARE(text.take(), std::string("# HELP x Line\\nand \\\\ and \"quote\".\n# TYPE x gauge\n"
                                      "x{l=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\"} 1\n"));
}

void TestMetricsPage::numbers()
{
    PrometheusText text;
    text.family("x", "gauge", "h");
    for (const double value :
         {0.0, 0.1, 1e21, -2.5, std::numeric_limits<double>::infinity(), std::nan("")}) {
        text.sample({}, value);
    }
    text.sample({}, std::uint64_t{18'446'744'073'709'551'615U});
    QCOMPARE(text.take(),
             std::string("# HELP x h\n# TYPE x gauge\nx 0\nx 0.1\nx 1e+21\nx -2.5\nx +Inf\nx NaN\n"
                         "x 18446744073709551615\n"));
}

void TestMetricsPage::histogramIsCumulative()
{
    PrometheusText text;
    text.family("x", "histogram", "h");
    const std::array<double, 2> bounds{0.5, 1};
    const std::array<std::uint64_t, 3> counts{1, 0, 2};
    text.histogram({{"a", "b"}}, bounds, counts, 7.5);
    QCOMPARE(
        text.take(),
        std::string("# HELP x h\n# TYPE x histogram\n"
                    "x_bucket{a=\"b\",le=\"0.5\"} 1\nx_bucket{a=\"b\",le=\"1\"} 1\n"
                    "x_bucket{a=\"b\",le=\"+Inf\"} 3\nx_sum{a=\"b\"} 7.5\nx_count{a=\"b\"} 3\n"));
}

void TestMetricsPage::processFigures()
{
    const observe::ProcessFigures before = observe::readProcessFigures();
    QFile one(QStringLiteral("/proc/self/status"));
    QVERIFY(one.open(QIODevice::ReadOnly));
    const observe::ProcessFigures after = observe::readProcessFigures();
    QVERIFY(before.residentBytes.value() > 1'000'000);
    QVERIFY(before.cpuSeconds.value() >= 0);
    QCOMPARE(after.openDescriptors.value(), before.openDescriptors.value() + 1);
    QVERIFY(after.maxDescriptors.value() > after.openDescriptors.value());
    const double now = QDateTime::currentMSecsSinceEpoch() / 1000.0;
    QVERIFY(after.startTimeSeconds.value() <= now + 1);
    QVERIFY(after.startTimeSeconds.value() > now - 600);
}

QTEST_GUILESS_MAIN(TestMetricsPage)
#include "tst_metricspage.moc"
