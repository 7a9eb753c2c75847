// SPDX-License-Identifier: MIT
// Trace context: what a traceparent may look like, who decides about sampling, and span ids.
#include "core/observe/tracecontext.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace meridian;
using namespace meridian::observe;

namespace {

constexpr const char *Good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr TraceId GoodTrace{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6,
                            0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36};
constexpr SpanId GoodSpan{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7};

template <std::size_t N>
bool isZero(const std::array<std::uint8_t, N> &id)
{
    return std::all_of(id.begin(), id.end(), [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

class TestTraceContext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void everyDamagedByteIsRefused();
    void roundTrip();
    void followsTheCaller();
    void startsATrace();
    void ratio_data();
    void ratio();
    void ratioLooksAtTheLowBytes();
    void spanIdsAreDistinct();
};

void TestTraceContext::parses_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isGood");
    QTest::addColumn<bool>("isSampled");
    const QByteArray good(Good);
    const QByteArray ids = good.mid(2, 50); // with both hyphens
    QTest::newRow("sampled") << good << true << true;
    QTest::newRow("not sampled") << "00" + ids + "-00" << true << false;
    QTest::newRow("unknown flags") << "00" + ids + "-fe" << true << false;
    QTest::newRow("unknown flags, sampled") << "00" + ids + "-ff" << true << true;
    QTest::newRow("later version") << "01" + ids + "-01" << true << true;
    QTest::newRow("later version, more") << "cc" + ids + "-01-what-the-future" << true << true;
    QTest::newRow("later version, empty more") << "cc" + ids + "-01-" << true << true;
    QTest::newRow("later version, longer flags") << "cc" + ids + "-010" << false << false;
    QTest::newRow("version ff") << "ff" + ids + "-01" << false << false;
    QTest::newRow("version 00, more") << good + "-what" << false << false;
    QTest::newRow("version 00, hyphen") << good + "-" << false << false;
    QTest::newRow("empty") << QByteArray() << false << false;
    QTest::newRow("short") << good.chopped(1) << false << false;
    QTest::newRow("capitals") << good.toUpper() << false << false;
    QTest::newRow("blank in front") << " " + good.chopped(1) << false << false;
    QTest::newRow("zero trace id")
        << QByteArray("00-00000000000000000000000000000000-00f067aa0ba902b7-01") << false << false;
    QTest::newRow("zero span id") << QByteArray(
                                         "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")
                                  << false << false;
}

void TestTraceContext::parses()
{
    QFETCH(QByteArray, value);
    QFETCH(bool, isGood);
    QFETCH(bool, isSampled);
    const auto parsed = parseTraceparent({value.data(), static_cast<std::size_t>(value.size())});
    QCOMPARE(parsed.has_value(), isGood);
    if (isGood) {
        QVERIFY(parsed->traceId == GoodTrace);
        QVERIFY(parsed->spanId == GoodSpan);
        QCOMPARE(parsed->isSampled, isSampled);
    }
}

void TestTraceContext::everyDamagedByteIsRefused()
{
    for (std::size_t i = 0; i < TraceparentSize; ++i) {
        for (const char bad : {'g', 'A', '/', ':', '\0', ' ', '\xC3'}) {
            std::string value(Good);
            value[i] = bad;
            QVERIFY2(!parseTraceparent(value), value.c_str());
        }
    }
}

void TestTraceContext::roundTrip()
{
    const auto context = startTrace(parseTraceparent(Good), 0.0);
    std::string out = "x";
    appendTraceparent(out, context, GoodSpan);
    QCOMPARE(out, std::string("x") + Good);
    const auto fresh = startTrace(std::nullopt, 0.0);
    out.clear();
    appendTraceparent(out, fresh, fresh.spanId);
    QVERIFY(out.ends_with("-00"));
    const auto back = parseTraceparent(out);
    QVERIFY(back.has_value());
    QVERIFY(back->traceId == fresh.traceId);
    QVERIFY(back->spanId == fresh.spanId);
}

void TestTraceContext::followsTheCaller()
{
    for (const bool isSampled : {false, true}) {
        const Traceparent incoming{GoodTrace, GoodSpan, isSampled};
        const auto context = startTrace(incoming, isSampled ? 0.0 : 1.0); // the ratio is not asked
        QVERIFY(context.traceId == GoodTrace);
        QVERIFY(context.parentId == GoodSpan);
        QVERIFY(context.spanId != GoodSpan);
        QVERIFY(!isZero(context.spanId));
        QCOMPARE(context.isSampled, isSampled);
    }
}

void TestTraceContext::startsATrace()
{
    std::set<TraceId> traces;
    std::set<SpanId> spans;
    for (int i = 0; i < 10'000; ++i) {
        const auto context = startTrace(std::nullopt, 1.0);
        QVERIFY(context.hasTrace());
        QVERIFY(context.isSampled);
        QVERIFY(isZero(context.parentId));
        QVERIFY(!isZero(context.spanId));
        traces.insert(context.traceId);
        spans.insert(context.spanId);
    }
    QCOMPARE(traces.size(), 10'000U);
    QCOMPARE(spans.size(), 10'000U);
}

void TestTraceContext::ratio_data()
{
    QTest::addColumn<double>("share");
    for (const double share : {0.0, 0.01, 0.25, 0.5, 0.99, 1.0}) {
        QTest::addRow("%g", share) << share;
    }
}

void TestTraceContext::ratio()
{
    QFETCH(double, share);
    constexpr int Count = 40'000;
    int sampled = 0;
    for (int i = 0; i < Count; ++i) {
        const auto context = startTrace(std::nullopt, share);
        sampled += context.isSampled ? 1 : 0;
        QCOMPARE(isSampledByRatio(context.traceId, share), context.isSampled);
        // what a small ratio takes a larger one takes too
        QVERIFY(!context.isSampled || isSampledByRatio(context.traceId, share + 0.1));
    }
    const double found = static_cast<double>(sampled) / Count;
    const double deviation = 5 * std::sqrt(share * (1 - share) / Count); // five sigma
    QVERIFY2(std::abs(found - share) <= deviation, std::to_string(found).c_str());
}

void TestTraceContext::ratioLooksAtTheLowBytes()
{
    TraceId id{};
    std::fill(id.begin(), id.begin() + 8, 0xFF); // the high half says nothing
    id[15] = 1;
    QVERIFY(isSampledByRatio(id, 1e-9));
    id[8] = 0x7F; // just below one half of the range
    id[9] = 0xFF;
    QVERIFY(isSampledByRatio(id, 0.5));
    QVERIFY(!isSampledByRatio(id, 0.49));
    id[8] = 0x80;
    id[9] = 0;
    QVERIFY(!isSampledByRatio(id, 0.5));
    std::fill(id.begin(), id.end(), 0xFF);
    QVERIFY(!isSampledByRatio(id, 0.999));
    QVERIFY(isSampledByRatio(id, 1.0));
    QVERIFY(!isSampledByRatio(id, std::nan("")));
    QVERIFY(!isSampledByRatio(id, -1.0));
}

void TestTraceContext::spanIdsAreDistinct()
{
    for (int i = 0; i < 200; ++i) {
        const auto context = startTrace(std::nullopt, 1.0);
        std::set<SpanId> ids{context.spanId};
        for (std::size_t attempt = 0; attempt < 300; ++attempt) {
            const SpanId id = attemptSpanId(context, attempt);
            QVERIFY(!isZero(id));
            QVERIFY(id == attemptSpanId(context, attempt)); // can be made again
            ids.insert(id);
        }
        for (std::size_t stage = 0; stage < model::StageCount; ++stage) {
            ids.insert(stageSpanId(context, static_cast<model::Stage>(stage)));
        }
        QCOMPARE(ids.size(), 1U + 300U + model::StageCount);
    }
}

QTEST_GUILESS_MAIN(TestTraceContext)
#include "tst_tracecontext.moc"
