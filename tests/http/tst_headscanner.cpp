// SPDX-License-Identifier: MIT
// The scanner finds the end of a head, and every line end it must refuse, at every split.
#include "core/http/headscanner.h"

#include <QtTest>

#include <string>

using namespace meridian::http;
using Outcome = HeadScanner::Outcome;

namespace {

struct Finding
{
    Outcome outcome = Outcome::NeedMore;
    std::size_t end = 0; // of the head in the whole text, when Complete
};

Finding scanInTwo(std::string_view text, std::size_t cut, bool isTrailer)
{
    HeadScanner scanner;
    if (isTrailer) {
        scanner.resetForTrailers();
    }
    Finding finding;
    finding.outcome = scanner.scan(text.substr(0, cut));
    std::size_t before = 0;
    if (finding.outcome == Outcome::NeedMore) {
        finding.outcome = scanner.scan(text.substr(cut));
        before = cut;
    }
    if (finding.outcome == Outcome::Complete) {
        finding.end = before + scanner.end();
    }
    return finding;
}

} // namespace

Q_DECLARE_METATYPE(Outcome)

class TestHeadScanner : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everySplit_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<int>("end");
        QTest::addColumn<bool>("isTrailer");
        const auto row = [](const char *name, QByteArray text, Outcome outcome, int end = 0,
                            bool isTrailer = false) {
            QTest::newRow(name) << text << outcome << end << isTrailer;
        };
        row("whole", "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody", Outcome::Complete, 27);
        row("no fields", "GET / HTTP/1.1\r\n\r\n", Outcome::Complete, 18);
        row("leading empty lines", "\r\n\r\nA\r\n\r\n", Outcome::Complete, 9);
        row("unfinished", "GET / HTTP/1.1\r\nHost: a\r\n\r", Outcome::NeedMore);
        row("only empty lines", "\r\n\r\n\r\n", Outcome::NeedMore);
        row("colon and space inside", "A\r\nb:  : \t:\r\n\r\n", Outcome::Complete, 15);
        row("LF after the first line", "GET / HTTP/1.1\nHost: a\r\n\r\n", Outcome::BareLineFeed);
        row("LF after a field", "A\r\nb: c\n\r\n\r\n", Outcome::BareLineFeed);
        row("LF as the empty line", "A\r\nb: c\r\n\n", Outcome::BareLineFeed);
        row("LF first", "\nA\r\n\r\n", Outcome::BareLineFeed);
        row("folded by space", "A\r\nb: c\r\n d\r\n\r\n", Outcome::Folded);
        row("folded by tab", "A\r\nb: c\r\n\td\r\n\r\n", Outcome::Folded);
        row("space before the first field", "A\r\n b: c\r\n\r\n", Outcome::Folded);
        row("no name", "A\r\n: c\r\n\r\n", Outcome::EmptyName);
        row("CR CR LF", "A\r\n\r\r\n\r\n", Outcome::BareCarriageReturn);
        row("CR alone in a value", "A\r\nb: c\rd\r\n\r\n", Outcome::BareCarriageReturn);
        row("CR alone as the end", "A\r\nb:\r\n\rc: d\r\n\r\n", Outcome::BareCarriageReturn);
        row("CR alone first", "\rA\r\n\r\n", Outcome::BareCarriageReturn);
        row("trailers: none", "\r\nX", Outcome::Complete, 2, true);
        row("trailers: one", "a: b\r\n\r\nX", Outcome::Complete, 8, true);
        row("trailers: folded at once", " a: b\r\n\r\n", Outcome::Folded, 0, true);
        row("trailers: bare LF", "a: b\n\r\n", Outcome::BareLineFeed, 0, true);
    }

    void everySplit()
    {
        QFETCH(QByteArray, text);
        QFETCH(Outcome, outcome);
        QFETCH(int, end);
        QFETCH(bool, isTrailer);
        const std::string_view bytes(text.constData(), std::size_t(text.size()));
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            const Finding finding = scanInTwo(bytes, cut, isTrailer);
            QCOMPARE(int(finding.outcome), int(outcome));
            QCOMPARE(finding.end, std::size_t(end));
        }
    }

    void resetForgets()
    {
        HeadScanner scanner;
        QVERIFY(scanner.scan("A\r\nb: c\r\n\r") == Outcome::NeedMore);
        scanner.reset();
        QVERIFY(scanner.scan("\n") == Outcome::BareLineFeed);
        scanner.reset();
        QVERIFY(scanner.scan("\r\n") == Outcome::NeedMore); // no line yet
    }
};

QTEST_GUILESS_MAIN(TestHeadScanner)
#include "tst_headscanner.moc"
