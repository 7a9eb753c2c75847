// SPDX-License-Identifier: MIT
// What a collector says about a batch, in both encodings, whole and damaged; when to try again.
#include "core/export/partialsuccess.h"
#include "core/export/retrypolicy.h"

#include <QTest>

using namespace meridian::exporter;
using namespace std::chrono_literals;

namespace {

std::string_view view(const QByteArray &bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

class TestPartialSuccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void json_data();
    void json();
    void protobuf_data();
    void protobuf();
    void protobufCutAnywhere();
    void messageIsBounded();
    void delays();
    void retryableStatuses();
};

void TestPartialSuccess::json_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<quint64>("rejected");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("string")
        << QByteArray(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})")
        << quint64(3) << QByteArray("too old");
    QTest::newRow("number") << QByteArray(R"({"partialSuccess":{"rejectedSpans":4}})") << quint64(4)
                            << QByteArray();
    QTest::newRow("all well") << QByteArray(R"({"partialSuccess":{}})") << quint64(0)
                              << QByteArray();
    QTest::newRow("empty object") << QByteArray("{}") << quint64(0) << QByteArray();
    QTest::newRow("nothing") << QByteArray() << quint64(0) << QByteArray();
    QTest::newRow("negative") << QByteArray(R"({"partialSuccess":{"rejectedSpans":"-1"}})")
                              << quint64(0) << QByteArray();
    QTest::newRow("not json") << QByteArray("<html>") << quint64(0) << QByteArray();
}

void TestPartialSuccess::json()
{
    QFETCH(QByteArray, body);
    QFETCH(quint64, rejected);
    QFETCH(QByteArray, message);
    const PartialSuccess found = readJsonResponse(view(body));
    QCOMPARE(found.rejectedSpans, std::uint64_t{rejected});
    QCOMPARE(found.message, message.toStdString());
    QCOMPARE(found.isComplete(), rejected == 0);
}

void TestPartialSuccess::protobuf_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<quint64>("rejected");
    QTest::addColumn<QByteArray>("message");
    const auto hex = [](const char *text) { return QByteArray::fromHex(text); };
    QTest::newRow("both") << hex("0a0608031202") + "no" << quint64(3) << QByteArray("no");
    QTest::newRow("other order") << hex("0a0612026e6f0803") << quint64(3) << QByteArray("no");
    QTest::newRow("large") << hex("0a0308ac02") << quint64(300) << QByteArray();
    QTest::newRow("unknown fields")
        << hex("15010203041901020304050607080a0408051801") << quint64(5) << QByteArray();
    QTest::newRow("negative") << hex("0a0b08ffffffffffffffffff01") << quint64(0) << QByteArray();
    QTest::newRow("empty") << QByteArray() << quint64(0) << QByteArray();
    QTest::newRow("length beyond the end") << hex("0aff0108") << quint64(0) << QByteArray();
    QTest::newRow("varint without end")
        << hex("ffffffffffffffffffffffff") << quint64(0) << QByteArray();
    QTest::newRow("group") << hex("0b") << quint64(0) << QByteArray();
}

void TestPartialSuccess::protobuf()
{
    QFETCH(QByteArray, body);
    QFETCH(quint64, rejected);
    QFETCH(QByteArray, message);
    const PartialSuccess found = readProtobufResponse(view(body));
    QCOMPARE(found.rejectedSpans, std::uint64_t{rejected});
    QCOMPARE(found.message, message.toStdString());
}

/// Under a sanitizer this is the proof that nothing is read beyond the end.
void TestPartialSuccess::protobufCutAnywhere()
{
    const QByteArray whole = QByteArray::fromHex("0a0608ac0212026e6f");
    for (qsizetype size = 0; size < whole.size(); ++size) {
        const std::vector<char> exact(whole.begin(), whole.begin() + size);
        QVERIFY(readProtobufResponse({exact.data(), exact.size()}).rejectedSpans <= 300);
    }
}

void TestPartialSuccess::messageIsBounded()
{
    const QByteArray text = "line\nline\x01" + QByteArray(5000, 'x');
    const QByteArray body =
        R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"a\nb)" + text.mid(10) + R"("}})";
    const PartialSuccess found = readJsonResponse(view(body));
    QVERIFY(found.message.size() <= 200);
    QVERIFY(found.message.starts_with("a bxxx")); // nobody writes lines of their own into our log
}

void TestPartialSuccess::delays()
{
    const RetryPolicy policy;
    for (int retry = 1; retry <= 8; ++retry) {
        const std::chrono::nanoseconds plain =
            std::min<std::chrono::nanoseconds>(1s * (1 << (retry - 1)), 30s);
        for (int i = 0; i < 200; ++i) {
            const auto delay = policy.delay(retry, std::nullopt);
            QVERIFY(delay >= plain * 8 / 10);
            QVERIFY(delay <= plain * 12 / 10);
        }
    }
    QVERIFY(policy.delay(1, 7s) == 7s); // to the second, as asked
    QVERIFY(policy.delay(5, 0s) == 0s);
    QVERIFY(policy.delay(1, 24h) == policy.longestRetryAfter);
}

void TestPartialSuccess::retryableStatuses()
{
    for (int status = 100; status < 600; ++status) {
        const bool expected = status == 429 || status == 502 || status == 503 || status == 504;
        QCOMPARE(isRetryable(status), expected);
    }
}

QTEST_GUILESS_MAIN(TestPartialSuccess)
#include "tst_partialsuccess.moc"
