// SPDX-License-Identifier: MIT
// The reader takes metrics pages apart by the formats' rules, the same at every split, and stops at
// its limits.
#include "core/health/prometheustext.h"
#include "tests/health/signalwords.h"

#include <QtTest>

#include <cmath>

using namespace meridian::health;

namespace {

/// Samples as `name[labels]=value;`, then `!n` when n lines were malformed.
QByteArray read(const std::string &text, std::size_t first, std::size_t second)
{
    QByteArray notes;
    PrometheusText reader([&notes](const PrometheusSample &sample) {
        notes += QByteArray(sample.name.data(), static_cast<qsizetype>(sample.name.size())) + '[' +
                 QByteArray(sample.labels.data(), static_cast<qsizetype>(sample.labels.size())) +
                 "]=" + QByteArray::number(sample.value, 'g', 12) + ';';
    });
    for (std::string piece :
         {text.substr(0, first), text.substr(first, second - first), text.substr(second)}) {
        reader.feed(piece);
        piece.assign(piece.size(), '?'); // a view kept for too long would show
    }
    if (reader.malformed() > 0) {
        notes += '!' + QByteArray::number(static_cast<qulonglong>(reader.malformed()));
    }
    return notes;
}

PrometheusText::Status statusOf(const std::string &text, const PrometheusText::Limits &limits)
{
    PrometheusText reader([](const PrometheusSample &) {}, limits);
    reader.feed(std::string_view(text).substr(0, text.size() / 2));
    return reader.feed(std::string_view(text).substr(text.size() / 2));
}

constexpr std::string_view Labels = "a=\"1\",b = \"two\\nlines \\\"\\\\ \\x\",c=\"\",d=\"last\",";

} // namespace

class TestPrometheusText : public QObject
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
        row("nothing", "", "");
        row("plain", "a 1\nb 2.5\n", "a[]=1;b[]=2.5;");
        row("CRLF", "a 1\r\nb{x=\"y\"} 2\r\n", "a[]=1;b[x=\"y\"]=2;");
        row("comments", "# HELP a Words.\n# TYPE a gauge\n#\n  # c\na 1\n\n \n", "a[]=1;");
        row("labels", "a:b_c{x=\"1\",y=\"2\"} 3\n", "a:b_c[x=\"1\",y=\"2\"]=3;");
        row("last comma", "a{x=\"1\",} 3\n", "a[x=\"1\",]=3;");
        row("no labels", "a{} 3\n", "a[]=3;");
        row("blanks everywhere", " a { x = \"1\" , y=\"2\" }\t3 \n", "a[x = \"1\" , y=\"2\" ]=3;");
        row("no blank after braces", "a{x=\"1\"}3\n", "a[x=\"1\"]=3;");
        row("escapes and braces", "a{x=\"q\\\"}\\\\\",y=\"#{\"} 3\n",
            "a[x=\"q\\\"}\\\\\",y=\"#{\"]=3;");
        row("timestamp", "a 1 1395066363000\nb 1 -3\nc{x=\"1\"} 2 1395066363.123\n",
            "a[]=1;b[]=1;c[x=\"1\"]=2;");
        row("exemplar", "a_bucket{le=\"1\"} 3 # {trace_id=\"k\"} 0.67\nb 1 1.5 # {} 9 1.6\n",
            "a_bucket[le=\"1\"]=3;b[]=1;");
        row("numbers", "a 1e3\na -2.5E-1\na +7\na .5\na 5.\na 0\n",
            "a[]=1000;a[]=-0.25;a[]=7;a[]=0.5;a[]=5;a[]=0;");
        row("not finite", "a NaN\na nan\na +Inf\na -Inf\na inf\n",
            "a[]=nan;a[]=nan;a[]=inf;a[]=-inf;a[]=inf;");
        row("beyond double", "a 1e999\na 1\n", "a[]=inf;a[]=1;");
        row("the end", "a 1\n# EOF\nb 2\n", "a[]=1;");
        row("cut off in a number", "a 1\nb 12", "a[]=1;");
        row("cut off in labels", "a 1\nb{x=\"1", "a[]=1;");
        row("no value", "a\na \na{x=\"1\"}\nb 1\n", "b[]=1;!3");
        row("no number", "a one\na 0x10\na 1,5\na 1_0\na ++1\na +-1\na --1\nb 1\n", "b[]=1;!7");
        row("bad timestamp", "a 1 now\na 1 2 3\nb 1\n", "b[]=1;!2");
        row("bad name", "1a 1\n-a 1\na.b 1\na-b 1\n\xc3\xa4 1\nb 1\n", "b[]=1;!5");
        row("bad labels", "a{x} 1\na{x=1} 1\na{x=\"1} 1\na{x=\"1\" 1\na{x=\"1\"y=\"2\"} 1\nb 1\n",
            "b[]=1;!5");
        row("more bad labels", "a{,} 1\na{=\"1\"} 1\na{x=\"\\\na{\n{x=\"1\"} 1\na}{ 1\nb 1\n",
            "b[]=1;!6");
        row("zero bytes", QByteArray("a\0 1\nb 1\0\nc 1\n", 14), "c[]=1;!2");
        row("a web page", "<html>\n<body class=\"x\">1</body>\n</html>\n", "!3");
        row("JSON", "{\"queue_depth\": 4}\n", "!1");
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const std::string page = text.toStdString();
        for (std::size_t first = 0; first <= page.size(); ++first) {
            for (std::size_t second = first; second <= page.size(); ++second) {
                QCOMPARE(read(page, first, second), expected);
            }
        }
    }

    void findsLabels()
    {
        PrometheusSample sample;
        sample.labels = Labels;
        QCOMPARE(sample.label("a").value(), std::string("1"));
        QCOMPARE(sample.label("b").value(), std::string("two\nlines \"\\ x"));
        QCOMPARE(sample.label("c").value(), std::string());
        QCOMPARE(sample.label("d").value(), std::string("last"));
        QVERIFY(!sample.label("e"));
        QVERIFY(!sample.label("lines"));
        sample.labels = {};
        QVERIFY(!sample.label("a"));
    }

    void stopsAtItsLimits()
    {
        using Status = PrometheusText::Status;
        const PrometheusText::Limits small{40, 12, 3};
        QCOMPARE(statusOf("a 1\nb 1\nc 1\n", small), Status::Ok);
        QCOMPARE(statusOf("a 1\nb 1\nc 1\nd 1\n", small), Status::TooManySamples);
        QCOMPARE(statusOf("# 34567890ab\na 1\n", small), Status::Ok);
        QCOMPARE(statusOf("# 34567890abc\na 1\n", small), Status::LineTooLong);
        QCOMPARE(statusOf("# 34567890abcdefghijklmn", small), Status::LineTooLong);
        QCOMPARE(statusOf(std::string(40, '\n'), small), Status::Ok);
        QCOMPARE(statusOf(std::string(41, '\n'), small), Status::TooManyBytes);
    }

    void staysStopped()
    {
        int samples = 0;
        PrometheusText reader([&samples](const PrometheusSample &) { ++samples; }, {100, 10, 100});
        QCOMPARE(reader.feed("a 1\n"), PrometheusText::Status::Ok);
        QCOMPARE(reader.feed("abcdefghijk"), PrometheusText::Status::LineTooLong);
        QCOMPARE(reader.feed("\nb 1\n"), PrometheusText::Status::LineTooLong);
        QCOMPARE(samples, 1);
    }

    /// 4 MiB in pieces of one byte and lines of the longest: linear, or this does not end in time.
    void isLinear()
    {
        const std::string line = "a{x=\"" + std::string(60000, '\\') + "\"} 1\n";
        PrometheusText reader([](const PrometheusSample &) {});
        for (std::size_t bytes = 0; bytes + line.size() < 4000000; bytes += line.size()) {
            for (const char &c : line) {
                QCOMPARE(reader.feed({&c, 1}), PrometheusText::Status::Ok);
            }
        }
        QVERIFY(reader.samples() > 60);
        QCOMPARE(reader.malformed(), std::size_t(0));
    }

    void readsRecordingsWhole_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name :
             {"vllm-0.6.prom", "vllm-0.11-page1.prom", "sglang-0.4.prom", "sglang-0.5-ranks.prom",
              "trtllm-serve.prom", "triton-25.prom", "llamacpp-2024.prom", "llamacpp-2025.prom"}) {
            QTest::newRow(name) << QByteArray(name);
        }
    }

    void readsRecordingsWhole()
    {
        QFETCH(QByteArray, name);
        PrometheusText reader([](const PrometheusSample &) {});
        const std::string page = recording(name.constData());
        QCOMPARE(reader.feed(page), PrometheusText::Status::Ok);
        QCOMPARE(reader.malformed(), std::size_t(0));
        const auto lines = QByteArray::fromStdString(page).split('\n');
        std::size_t expected = 0;
        for (const QByteArray &line : lines) {
            expected += !line.isEmpty() && !line.startsWith('#') ? 1 : 0;
        }
        QVERIFY(expected > 4);
        QCOMPARE(reader.samples(), expected);
    }
};

QTEST_GUILESS_MAIN(TestPrometheusText)
#include "tst_prometheustext.moc"
