// SPDX-License-Identifier: MIT
// JSON telemetry: three optional numbers, each taken only in its type and range.
#include "core/health/telemetryjson.h"
#include "tests/health/signalwords.h"

#include <QtTest>

using namespace meridian::health;

class TestTelemetryJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << text << QByteArray(expected);
        };
        row("recorded", QByteArray::fromStdString(recording("telemetry.json")), "12 - 812.5 0.74");
        row("lies", QByteArray::fromStdString(recording("telemetry-lies.json")), "- - - -");
        row("empty object", "{}", "- - - -");
        row("zeros", R"({"queue_depth":0,"tokens_per_sec":0,"gpu_mem_util":0})", "0 - 0 0");
        row("a full memory", R"({"gpu_mem_util":1})", "- - - 1");
        row("whole as a decimal", R"({"queue_depth":4.0})", "4 - - -");
        row("half a request", R"({"queue_depth":1.5,"tokens_per_sec":1.5})", "- - 1.5 -");
        row("booleans", R"({"queue_depth":true,"tokens_per_sec":true,"gpu_mem_util":false})",
            "- - - -");
        row("strings", R"({"queue_depth":"4","tokens_per_sec":"4","gpu_mem_util":"0.4"})",
            "- - - -");
        row("null and nesting", R"({"queue_depth":null,"tokens_per_sec":[1],"gpu_mem_util":{}})",
            "- - - -");
        row("negative", R"({"queue_depth":-1,"tokens_per_sec":-0.1,"gpu_mem_util":-0.1})",
            "- - - -");
        row("too much", R"({"queue_depth":1e308,"tokens_per_sec":1e308,"gpu_mem_util":1.01})",
            "- - - -");
        row("a queue is capped", R"({"queue_depth":4000000000})", "1000000 - - -");
        row("one bad, others good", R"({"queue_depth":"x","tokens_per_sec":9,"gpu_mem_util":0.5})",
            "- - 9 0.5");
        row("unknown keys", R"({"running":3,"queue_depth":2})", "2 - - -");
        row("empty", "", "none");
        row("an array", "[1]", "none");
        row("a number", "4", "none");
        row("cut off", R"({"queue_depth":4)", "none");
        row("NaN is no JSON", R"({"tokens_per_sec":NaN})", "none");
        row("a page", "<html></html>", "none");
        row("too long", R"({"queue_depth":4})" + QByteArray(MaxTelemetryJson, ' '), "none");
        row("too deep", QByteArray(5000, '['), "none");
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(inShort(parseTelemetryJson(text.toStdString())), expected);
    }
};

QTEST_GUILESS_MAIN(TestTelemetryJson)
#include "tst_telemetryjson.moc"
