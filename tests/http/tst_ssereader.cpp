// SPDX-License-Identifier: MIT
// The reader takes streams apart by the standard's rules, the same at every split; the writer is
// its inverse.
#include "core/http/ssereader.h"
#include "core/http/ssewriter.h"

#include <QtTest>

#include <string>

using namespace meridian::http;

namespace {

/// Writes down what it is told: `name=data;` for events, `<field>value;` for other lines.
class Notes : public SseHandler
{
public:
    void sseEvent(std::string_view name, std::string_view data) override
    {
        m_text.append(name).append("=").append(data).append(";");
    }

    void sseLine(std::string_view field, std::string_view value) override
    {
        m_text.append("<").append(field).append(">").append(value).append(";");
    }

    [[nodiscard]] QByteArray text() const { return QByteArray::fromStdString(m_text); }

private:
    std::string m_text;
};

/// What a reader says about `text` cut at two places. Each piece is a copy that is gone afterwards,
/// so that a view kept for too long shows.
QByteArray read(const std::string &text,
                std::size_t first,
                std::size_t second,
                std::size_t limit = SseReader::DefaultLimit)
{
    Notes notes;
    SseReader reader(notes, limit);
    auto status = SseReader::Status::Ok;
    for (std::string piece :
         {text.substr(0, first), text.substr(first, second - first), text.substr(second)}) {
        status = reader.feed(piece);
        piece.assign(piece.size(), '?');
    }
    return notes.text() + (status == SseReader::Status::TooLarge ? "TOO LARGE" : "");
}

} // namespace

class TestSseReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, QByteArray text, const char *expected) {
            QTest::newRow(name) << text << QByteArray(expected);
        };
        row("nothing", "", "");
        row("one", "data: a\n\n", "=a;");
        row("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "=a;=b;");
        row("CR", "data: a\r\rdata: b\r\r", "=a;=b;");
        row("mixed ends", "data: a\ndata: b\r\ndata: c\r\n\ndata: d\n\r", "=a\nb\nc;=d;");
        row("name", "event: x\ndata: a\n\ndata: b\n\n", "x=a;=b;");
        row("last name wins", "event: x\nevent: y\ndata: a\n\n", "y=a;");
        row("name without data", "event: x\n\ndata: a\n\n", "=a;");
        row("one space is taken", "data:a\n\ndata:  b \n\n", "=a;= b ;");
        row("many lines", "data: a\ndata:\ndata: c\n\n", "=a\n\nc;");
        row("empty data is an event", "data\n\ndata:\n\ndata\ndata\n\n", "=;=;=\n;");
        row("empty, then more", "data:\ndata: b\n\n", "=\nb;");
        row("comments and others", ": ping\n:\nid: 7\nretry: 10\nfoo: bar\nfoo\ndata: a\n\n",
            "<>ping;<>;<id>7;<retry>10;<foo>bar;<foo>;=a;");
        row("colons in values", "data: a: b:c\n\n", "=a: b:c;");
        row("other names", " data: a\nDATA: b\ndatas: c\n\n", "< data>a;<DATA>b;<datas>c;");
        row("unfinished", "data: a\n\ndata: b\n", "=a;");
        row("no end of line", "data: a", "");
        row("blank lines", "\n\n\r\n\rdata: a\n\n\n\n", "=a;");
        row("byte order mark",
            "\xEF\xBB\xBF"
            "data: a\n\n",
            "=a;");
        row("mark only at the start",
            "data: a\n\n\xEF\xBB\xBF"
            "data: b\n\n",
            "=a;<\xEF\xBB\xBF"
            "data>b;");
        row("utf-8", "data: \xE6\xA8\xA1\xF0\x9F\x98\x80\n\n", "=\xE6\xA8\xA1\xF0\x9F\x98\x80;");
        row("nul", QByteArray("data: a\0b\n\n", 11), "");
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        if (text.contains('\0')) {
            expected = QByteArray("=a\0b;", 5);
        }
        const std::string stream = text.toStdString();
        for (std::size_t first = 0; first <= stream.size(); ++first) {
            for (std::size_t second = first; second <= stream.size(); ++second) {
                QCOMPARE(read(stream, first, second), expected);
            }
        }
    }

    void readsByteByByte()
    {
        Notes notes;
        SseReader reader(notes);
        for (const char byte : std::string("event: x\r\ndata: a\r\ndata: b\r\n\r\n: c\r\n")) {
            QCOMPARE(reader.feed({&byte, 1}), SseReader::Status::Ok);
        }
        QCOMPARE(notes.text(), QByteArray("x=a\nb;<>c;"));
    }

    void limits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        // the limit is 12 bytes
        QTest::newRow("line fits") << QByteArray("data: 123456\n\n") << QByteArray("=123456;");
        QTest::newRow("line does not")
            << QByteArray("data: a\n\ndata: 1234567\n\ndata: b\n\n") << QByteArray("=a;TOO LARGE");
        QTest::newRow("line without end") << QByteArray("data: 1234567") << QByteArray("TOO LARGE");
        QTest::newRow("data fits")
            << QByteArray("data: 123456\ndata: 12345\n\n") << QByteArray("=123456\n12345;");
        QTest::newRow("data does not")
            << QByteArray("data: 123456\ndata: 123456\n\ndata: b\n\n") << QByteArray("TOO LARGE");
        QTest::newRow("empty lines count") << QByteArray("data\n").repeated(13) + "\n"
                                           << QByteArray("=" + QByteArray("\n").repeated(12) + ";");
        QTest::newRow("too many empty lines") << QByteArray("data\n").repeated(14) + "\n"
                                              << QByteArray("TOO LARGE");
        QTest::newRow("comment") << QByteArray(":123456789012\n") << QByteArray("TOO LARGE");
    }

    void limits()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const std::string stream = text.toStdString();
        for (std::size_t first = 0; first <= stream.size(); ++first) {
            for (std::size_t second = first; second <= stream.size(); ++second) {
                QCOMPARE(read(stream, first, second, 12), expected);
            }
        }
    }

    void manyReturnsAreCheap()
    {
        Notes notes;
        SseReader reader(notes);
        QCOMPARE(reader.feed(std::string(2000000, '\r')), SseReader::Status::Ok);
        // quadratic would take minutes: the test's deadline would tell
    }

    void writes()
    {
        std::string out;
        appendSseEvent(out, "", "{}");
        appendSseEvent(out, "error", "a\nb\r\nc\rd\n");
        appendSseEvent(out, "", "");
        QCOMPARE(QByteArray::fromStdString(out),
                 QByteArray("data: {}\n\nevent: error\ndata: a\ndata: b\ndata: c\ndata: d\ndata: "
                            "\n\ndata: \n\n"));
        QCOMPARE(read(out, 0, 0), QByteArray("={};error=a\nb\nc\nd\n;=;"));
    }
};

QTEST_GUILESS_MAIN(TestSseReader)
#include "tst_ssereader.moc"
