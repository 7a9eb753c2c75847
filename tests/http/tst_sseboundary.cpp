// SPDX-License-Identifier: MIT
// The boundary finder agrees, at every split, with a plain reading of the standard's line rules.
#include "core/http/sseboundary.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace meridian::http;

namespace {

/// How many bytes of `text` are whole events: line by line, as slow and plain as can be.
std::size_t wholeEvents(std::string_view text)
{
    std::size_t whole = 0;
    std::size_t lineStart = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\n' && text[i] != '\r') {
            continue;
        }
        const bool isBlank = i == lineStart;
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
            ++i;
        }
        lineStart = i + 1;
        if (isBlank) {
            whole = i + 1;
        }
    }
    return whole;
}

/// Feeds `text` in the given pieces and compares what may be passed on after each with the plain
/// reading.
bool agrees(std::string_view text, const std::vector<std::size_t> &cuts)
{
    SseBoundary boundary;
    std::size_t begin = 0;
    std::size_t passed = 0;
    for (const std::size_t end : cuts) {
        const std::size_t prefix = boundary.completePrefix(text.substr(begin, end - begin));
        if (prefix > 0) {
            passed = begin + prefix;
        }
        if (passed != wholeEvents(text.substr(0, end)) ||
            boundary.isBetweenEvents() != (passed == end)) {
            return false;
        }
        begin = end;
    }
    return true;
}

bool agreesAtEverySplit(const std::string &text)
{
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); ++second) {
            if (!agrees(text, {first, second, text.size()})) {
                return false;
            }
        }
    }
    return true;
}

std::string repeated(const std::string &text, int times)
{
    std::string out;
    while (times-- > 0) {
        out += text;
    }
    return out;
}

} // namespace

class TestSseBoundary : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everyShortTextAtEverySplit()
    {
        constexpr std::string_view Alphabet = "a\n\r";
        constexpr std::size_t Longest = 7;
        std::vector<std::string> texts{""};
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QVERIFY2(agreesAtEverySplit(texts[i]),
                     QByteArray::fromStdString(texts[i]).toPercentEncoding().constData());
            if (texts[i].size() < Longest) {
                for (const char letter : Alphabet) {
                    texts.push_back(texts[i] + letter);
                }
            }
        }
        QCOMPARE(texts.size(), std::size_t{3280}); // 3^0 + … + 3^7
    }

    void realStreams_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray utf8("data: {\"content\":\"\xE6\xA8\xA1 \\n\\n\"}");
        QTest::newRow("LF") << utf8 +
                                   "\n\nevent: x\ndata: 1\ndata: 2\n\n: ping\n\ndata: [DONE]\n\n";
        QTest::newRow("CRLF") << utf8 + "\r\n\r\nevent: x\r\ndata: 1\r\n\r\ndata: [DONE]\r\n\r\n";
        QTest::newRow("CR") << utf8 + "\r\revent: x\rdata: 1\r\rdata: [DONE]\r\r";
        QTest::newRow("mixed, unfinished") << utf8 + "\n\r\nx\r\n\ny\r\n\rz\n\rdata: half";
    }

    void realStreams()
    {
        QFETCH(QByteArray, text);
        const std::string stream = text.toStdString();
        QVERIFY(agreesAtEverySplit(stream));
        std::vector<std::size_t> everyByte;
        for (std::size_t end = 1; end <= stream.size(); ++end) {
            everyByte.push_back(end);
        }
        QVERIFY(agrees(stream, everyByte));
    }

    void holdsBackOnlyTheUnfinishedEvent()
    {
        SseBoundary boundary;
        QVERIFY(boundary.isBetweenEvents());
        QCOMPARE(boundary.completePrefix("data: 1\n\ndata: 2\n\ndata"), std::size_t{18});
        QVERIFY(!boundary.isBetweenEvents());
        QCOMPARE(boundary.completePrefix(": 3\n"), std::size_t{0});
        QCOMPARE(boundary.completePrefix("\n"), std::size_t{1});
        QVERIFY(boundary.isBetweenEvents());
        QCOMPARE(boundary.completePrefix(""), std::size_t{0});
        QVERIFY(boundary.isBetweenEvents());
    }

    void longTailsWithManyLines()
    {
        const std::string lines = repeated("data: x\n", 20000);
        SseBoundary boundary;
        QCOMPARE(boundary.completePrefix("\n\n" + lines), std::size_t{2});
        QCOMPARE(boundary.completePrefix(repeated("data: x\r\n", 20000)), std::size_t{0});
        QCOMPARE(boundary.completePrefix(repeated("data: x\r", 20000)), std::size_t{0});
        QCOMPARE(boundary.completePrefix("\r"), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestSseBoundary)
#include "tst_sseboundary.moc"
