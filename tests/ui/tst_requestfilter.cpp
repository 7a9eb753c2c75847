// SPDX-License-Identifier: MIT
// The words of the filter box.
#include "ui/requestfilter.h"

#include <QTest>

#include <limits>

using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

class TstRequestFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_data();
    void words();
    void nonsense_data();
    void nonsense();
    void whatCanBeReadIsHeeded();
};

void TstRequestFilter::words_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *text, bool matches) {
        QTest::newRow(text) << QString::fromUtf8(text) << matches;
    };
    row("", true);
    row("   ", true);
    row("status:502", true);
    row("status:5xx", true);
    row("STATUS:5XX", true);
    row("status:4xx", false);
    row("-status:5xx", false);
    row("backend:FAST", true);
    row("backend:slow", false);
    row("model:llama", true);
    row("model:served", true);
    row("llama3:8b", true); // a model's name with a colon is no key
    row("\"my llama3\"", true);
    row("\"my llama4\"", false);
    row("caller:10.0", true);
    row("surface:chat", true);
    row("error", true);
    row("error:backend", true);
    row("stream", true);
    row("-stream", false);
    row("defects", false);
    row("translated", false);
    row("cached", true);
    row(">2s", true);
    row(">2500ms", false);
    row("<3s", true);
    row(">0.03m", true);
    row("ttft>1s", false);
    row("ttft<1s", false); // no first byte: neither more nor less
    row("mrdn-01", true);
    row("status:502 backend:fast >1s stream", true);
    row("status:502 backend:slow", false);
}

void TstRequestFilter::words()
{
    QFETCH(QString, text);
    RequestRow row;
    row.requestId = u"mrdn-0123"_s;
    row.model = u"my llama3:8b"_s;
    row.servedModel = u"served"_s;
    row.backend = u"gpu-fast"_s;
    row.errorType = u"backend_error"_s;
    row.caller = u"10.0.4.7"_s;
    row.surface = u"/v1/chat/completions"_s;
    row.status = 502;
    row.totalMs = 2'500;
    row.ttfbMs = std::numeric_limits<double>::quiet_NaN();
    row.cachedTokens = 3;
    row.isStream = true;
    const RequestFilter::Parsed parsed = RequestFilter::parse(text);
    QVERIFY2(parsed.error.isEmpty(), qPrintable(parsed.error));
    QTEST(parsed.filter.matches(row), "matches");
}

void TstRequestFilter::nonsense_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("status") << u"status:9xx"_s << u"status:9xx"_s;
    QTest::newRow("duration") << u">fast"_s << u">fast"_s;
    QTest::newRow("unit") << u"<3h"_s << u"<3h"_s;
    QTest::newRow("model") << u"model:"_s << u"model:"_s;
    QTest::newRow("backend") << u"backend:"_s << u"backend:"_s;
    QTest::newRow("long") << u"word "_s.repeated(40) << u"32"_s;
    QTest::newRow("huge") << u"x"_s.repeated(100'000) << u"32"_s;
}

void TstRequestFilter::nonsense()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const RequestFilter::Parsed parsed = RequestFilter::parse(text);
    QVERIFY2(parsed.error.contains(says), qPrintable(parsed.error));
}

void TstRequestFilter::whatCanBeReadIsHeeded()
{
    const RequestFilter::Parsed parsed = RequestFilter::parse(u"status:abc stream"_s);
    QVERIFY(!parsed.error.isEmpty());
    RequestRow row;
    QVERIFY(!parsed.filter.matches(row));
    row.isStream = true;
    QVERIFY(parsed.filter.matches(row));
}

QTEST_GUILESS_MAIN(TstRequestFilter)
#include "tst_requestfilter.moc"
