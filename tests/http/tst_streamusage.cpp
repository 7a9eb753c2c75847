// SPDX-License-Identifier: MIT
// Token counts and the end of a stream are seen as whole events pass, however they arrive.
#include "core/http/sseboundary.h"
#include "core/http/streamusage.h"

#include <QtTest>

#include <string>

using namespace meridian::http;

namespace {

const std::string Stream =
    "data: {\"choices\":[{\"delta\":{\"content\":\"[DONE]\"}}],\"usage\":null}\n\n"
    "data: "
    "{\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}\"}}],"
    "\"usage\":null}\n\n"
    ": data: [DONE]\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}\n\n"
    "data: {\"choices\":[],\"usage\":null}\n\n"
    "data: [DONE]\n\n";

/// As a relay does it: only whole events are passed on.
StreamUsage relay(std::string_view stream, std::size_t first, std::size_t second)
{
    StreamUsage usage;
    SseBoundary boundary;
    std::string held;
    for (const std::string_view piece :
         {stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}) {
        const std::size_t whole = boundary.completePrefix(piece);
        if (whole == 0) {
            held += piece;
            continue;
        }
        held += piece.substr(0, whole);
        usage.feed(held);
        held = piece.substr(whole);
    }
    return usage;
}

} // namespace

class TestStreamUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void seesUsageAndEndAtEverySplit()
    {
        for (std::size_t first = 0; first <= Stream.size(); ++first) {
            for (std::size_t second = first; second <= Stream.size(); second += 3) {
                const StreamUsage seen = relay(Stream, first, second);
                QVERIFY(seen.isDone());
                QVERIFY(seen.usage().found);
                QCOMPARE(seen.usage().prompt, 5U);
                QCOMPARE(seen.usage().completion, 7U);
            }
        }
    }

    void isNotDoneBeforeTheLastEvent()
    {
        const std::string_view cut =
            std::string_view(Stream).substr(0, Stream.rfind("data: [DONE]"));
        for (std::size_t at = 0; at <= cut.size(); ++at) {
            QVERIFY(!relay(cut, at, at).isDone());
        }
    }

    void done_data()
    {
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<bool>("isDone");
        QTest::newRow("LF") << QByteArray("data: [DONE]\n\n") << true;
        QTest::newRow("CRLF") << QByteArray("data: x\r\n\r\ndata: [DONE]\r\n\r\n") << true;
        QTest::newRow("CR") << QByteArray("data: x\r\rdata: [DONE]\r\r") << true;
        QTest::newRow("no space") << QByteArray("data:[DONE]\n\n") << true;
        QTest::newRow("something follows") << QByteArray("data: [DONE]\n\n: bye\n\n") << true;
        QTest::newRow("two spaces") << QByteArray("data:  [DONE]\n\n") << false;
        QTest::newRow("more on the line") << QByteArray("data: [DONE].\n\n") << false;
        QTest::newRow("other field")
            << QByteArray("xdata: [DONE]\n\nid: [DONE]\n\n: data: [DONE]\n\n") << false;
        QTest::newRow("in content")
            << QByteArray("data: {\"content\":\"data: [DONE]\"}\n\n") << false;
        QTest::newRow("in content, then real")
            << QByteArray("data: \"[DONE]\"\n\ndata: [DONE]\n\n") << true;
        QTest::newRow("nothing") << QByteArray() << false;
    }

    void done()
    {
        QFETCH(QByteArray, events);
        QFETCH(bool, isDone);
        StreamUsage seen;
        seen.feed({events.constData(), std::size_t(events.size())});
        QCOMPARE(seen.isDone(), isDone);
        seen.feed("data: x\n\n");
        QCOMPARE(seen.isDone(), isDone);
    }
};

QTEST_GUILESS_MAIN(TestStreamUsage)
#include "tst_streamusage.moc"
