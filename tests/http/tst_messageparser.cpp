// SPDX-License-Identifier: MIT
// Messages mean the same at every split; what could be read two ways is refused.
#include "core/http/messageparser.h"

#include <QtTest>

#include <algorithm>
#include <string>

using namespace meridian::http;
using Kind = MessageParser::Kind;
using State = MessageParser::State;
using Fault = MessageParser::Fault;

namespace {

class Body final : public BodySink
{
public:
    void onBodyBytes(std::string_view bytes) override { text.append(bytes); }

    std::string text;
};

/// Everything an owner of the parser can see.
struct Reading
{
    State state = State::Head;
    Fault fault = Fault::None;
    std::string head;
    std::string body;
    std::size_t consumed = 0;
};

std::string describe(const MessageHead &head)
{
    std::string text(head.method);
    text.append("|").append(head.target).append("|").append(std::to_string(head.status));
    text.append("|").append(head.reason).append("|1.").append(std::to_string(head.minorVersion));
    text.append(head.isChunked ? "|chunked" : "|");
    text.append(head.contentLength ? "|" + std::to_string(*head.contentLength) : "|-");
    text.append(head.keepAlive ? "|keep" : "|close");
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        text.append("|").append(head.headers[i].name).append("=").append(head.headers[i].value);
    }
    return text;
}

Reading read(MessageParser &parser, std::string_view bytes, std::size_t first, std::size_t second)
{
    Reading reading;
    Body body;
    for (const std::size_t end : {first, second, bytes.size()}) {
        while (reading.consumed < end && parser.state() != State::Complete &&
               parser.state() != State::Failed) {
            const std::string piece(bytes.substr(reading.consumed, end - reading.consumed));
            const State before = parser.state();
            const std::size_t taken = parser.feed(piece, body);
            reading.consumed += taken;
            if (taken == 0 && parser.state() == before) {
                qFatal("no progress");
            }
        }
    }
    reading.state = parser.state();
    reading.fault = parser.fault();
    reading.body = body.text;
    if (reading.state == State::Body || reading.state == State::Complete) {
        reading.head = describe(parser.head());
    }
    return reading;
}

Reading readWhole(Kind kind, std::string_view bytes)
{
    MessageParser parser(kind, {});
    return read(parser, bytes, bytes.size(), bytes.size());
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

const QByteArray Ask("POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a\r\n");
const QByteArray Answer("HTTP/1.1 200 Fine\r\n");

} // namespace

class TestMessageParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everySplit_data()
    {
        QTest::addColumn<bool>("isRequest");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("consumed");
        const auto row = [](const char *name, bool isRequest, QByteArray text, QByteArray head,
                            QByteArray body, QByteArray rest = {}) {
            QTest::newRow(name) << isRequest << text + rest << head << body << int(text.size());
        };
        const QByteArray target("POST|/v1/chat/completions?x=1|0||1.1");
        row("length", true, Ask + "Content-Length: 5\r\n\r\nhello",
            target + "||5|keep|Host=a|Content-Length=5", "hello");
        row("length, pipelined", true, Ask + "Content-Length: 5\r\n\r\nhello",
            target + "||5|keep|Host=a|Content-Length=5", "hello", "GET / HTTP/1.1\r\n");
        row("no body, pipelined", true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET|/|0||1.1||-|keep|Host=a", "", "GET /2 HTTP/1.1\r\n");
        row("length 0", true, Ask + "Content-Length: 0\r\n\r\n",
            target + "||0|keep|Host=a|Content-Length=0", "", "X");
        row("chunked", true,
            Ask + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
            target + "|chunked|-|keep|Host=a|Transfer-Encoding=chunked", "abc0123456789", "GET ");
        row("chunk extensions, trailers", true,
            Ask +
                "Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n000;c\r\nX-T: 1\r\nY: 2\r\n\r\n",
            target + "|chunked|-|keep|Host=a|Transfer-Encoding=Chunked", "abc", "\r\nGET ");
        row("HTTP/1.0", true, "GET http://h/p HTTP/1.0\r\n\r\n", "GET|http://h/p|0||1.0||-|close",
            "");
        row("close, value trimmed", true,
            "GET / HTTP/1.1\r\nHOST:\t a \r\nConnection: close\r\nX:\r\n\r\n",
            "GET|/|0||1.1||-|close|HOST=a|Connection=close|X=", "");
        row("leading empty line", true, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET|/|0||1.1||-|keep|Host=a", "");
        row("upgrade is ignored", true,
            Ask + "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi",
            target + "||2|keep|Host=a|Connection=Upgrade|Upgrade=h2c|Content-Length=2", "hi",
            "GET ");
        row("answer with length", false, Answer + "Content-Length: 3\r\n\r\nabc",
            "||200|Fine|1.1||3|keep|Content-Length=3", "abc", "HTTP/1.1 ");
        row("answer in chunks", false,
            Answer + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n\r\n",
            "||200|Fine|1.1|chunked|-|keep|Transfer-Encoding=chunked", "a", "HTTP/1.1 ");
        row("204", false, "HTTP/1.1 204 No Content\r\n\r\n", "||204|No Content|1.1||-|keep", "",
            "HTTP/1.1 ");
        row("304 with length", false, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            "||304|Not Modified|1.1||9|keep|Content-Length=9", "", "HTTP/1.1 ");
        row("204 with length", false, "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n",
            "||204|No Content|1.1||9|keep|Content-Length=9", "", "HTTP/1.1 ");
        row("100, then the answer", false, "HTTP/1.1 100 Continue\r\n\r\n",
            "||100|Continue|1.1||-|keep", "", "HTTP/1.1 200 OK\r\n");
        row("103", false, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
            "||103|Early Hints|1.1||-|keep|Link=</x>", "", "HTTP/1.1 200 OK\r\n");
        row("no reason", false, "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
            "||200||1.1||0|keep|Content-Length=0", "");
    }

    void everySplit()
    {
        QFETCH(bool, isRequest);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, body);
        QFETCH(int, consumed);
        MessageParser parser(isRequest ? Kind::Request : Kind::Response, {});
        const std::size_t size = std::size_t(text.size());
        for (std::size_t first = 0; first <= size; ++first) {
            for (const std::size_t second : {first, std::min(first + 1, size), size}) {
                parser.reset(); // one parser for all: nothing of the last message may stay
                QVERIFY(!parser.hasStarted());
                const Reading reading = read(parser, view(text), first, second);
                QCOMPARE(int(reading.state), int(State::Complete));
                QCOMPARE(QByteArray::fromStdString(reading.head), head);
                QCOMPARE(QByteArray::fromStdString(reading.body), body);
                QCOMPARE(int(reading.consumed), consumed);
                QVERIFY(parser.finish());
            }
        }
    }

    void refused_data()
    {
        QTest::addColumn<bool>("isRequest");
        QTest::addColumn<QByteArray>("text");
        const auto ask = [](const char *name, QByteArray text) {
            QTest::newRow(name) << true << text;
        };
        const auto answer = [](const char *name, QByteArray text) {
            QTest::newRow(name) << false << text;
        };
        const QByteArray chunked("Transfer-Encoding: chunked\r\n");
        const QByteArray five("Content-Length: 5\r\n");
        const QByteArray end("\r\n5\r\nhello\r\n0\r\n\r\n");
        ask("length and chunked", Ask + five + chunked + end);
        ask("chunked and length", Ask + chunked + five + end);
        ask("two lengths", Ask + five + "Content-Length: 6\r\n\r\nhello!");
        ask("two equal lengths", Ask + five + five + "\r\nhello");
        ask("length list", Ask + "Content-Length: 5, 5\r\n\r\nhello");
        ask("length with sign", Ask + "Content-Length: +5\r\n\r\nhello");
        ask("negative length", Ask + "Content-Length: -5\r\n\r\nhello");
        ask("hexadecimal length", Ask + "Content-Length: 0x5\r\n\r\nhello");
        ask("empty length", Ask + "Content-Length:\r\n\r\nhello");
        ask("length beyond 64 bits", Ask + "Content-Length: 18446744073709551617\r\n\r\nhello");
        ask("length with a space inside", Ask + "Content-Length: 1 5\r\n\r\nhello");
        ask("coding before chunked", Ask + "Transfer-Encoding: gzip, chunked\r\n" + end);
        ask("coding after chunked", Ask + "Transfer-Encoding: chunked, gzip\r\n" + end);
        ask("chunked twice", Ask + "Transfer-Encoding: chunked, chunked\r\n" + end);
        ask("two codings fields", Ask + chunked + "Transfer-Encoding: identity\r\n" + end);
        ask("two equal codings fields", Ask + chunked + chunked + end);
        ask("coding identity", Ask + "Transfer-Encoding: identity\r\n" + end);
        ask("coding with a look-alike", Ask + "Transfer-Encoding: xchunked\r\n" + end);
        ask("coding with a vertical tab", Ask + "Transfer-Encoding:\vchunked\r\n" + end);
        ask("empty coding", Ask + "Transfer-Encoding:\r\n" + end);
        ask("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\n" + chunked + end);
        ask("space before the colon", Ask + "Transfer-Encoding : chunked\r\n" + end);
        ask("space in a name", Ask + "Content Length: 5\r\n\r\nhello");
        ask("no name", Ask + ": x\r\n\r\n");
        ask("no colon", Ask + "novalue\r\n\r\n");
        ask("folded", Ask + "Transfer-Encoding:\r\n chunked\r\n" + end);
        ask("bare LF", "POST / HTTP/1.1\nHost: a\n\n");
        ask("bare LF before the end", "POST / HTTP/1.1\r\nHost: a\r\n\n");
        ask("bare CR in a value", Ask + "X: a\rTransfer-Encoding: chunked\r\n" + end);
        ask("CR alone after an empty value", Ask + "X:\r\n\rContent-Length: 5\r\n\r\nhello");
        ask("CR alone for the end", Ask + "Content-Length: 5\r\nX:\r\n\rhello\r\n\r\n");
        ask("NUL in a value", Ask + QByteArray("X: a\0b\r\n\r\n", 10));
        ask("NUL in a name", Ask + QByteArray("X\0: a\r\n\r\n", 9));
        ask("no Host", "GET / HTTP/1.1\r\n\r\n");
        ask("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
        ask("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n");
        ask("HTTP/0.9", "GET /\r\nHost: a\r\n\r\n");
        ask("RTSP", "DESCRIBE / RTSP/1.0\r\nHost: a\r\n\r\n");
        ask("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n");
        ask("tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n");
        ask("unknown method", "FROBNICATE / HTTP/1.1\r\nHost: a\r\n\r\n");
        ask("TLS hello", QByteArray("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11));
        ask("empty line inside the request line", "GET \r\n\r\n");
        ask("chunk size with sign", Ask + chunked + "\r\n+5\r\nhello\r\n0\r\n\r\n");
        ask("chunk size 0x5", Ask + chunked + "\r\n0x5\r\nhello\r\n0\r\n\r\n");
        ask("chunk size with space first", Ask + chunked + "\r\n 5\r\nhello\r\n0\r\n\r\n");
        ask("chunk size beyond 64 bits", Ask + chunked + "\r\n10000000000000005\r\nhello\r\n");
        ask("empty chunk size", Ask + chunked + "\r\n\r\nhello");
        ask("chunk size ends in LF", Ask + chunked + "\r\n5\nhello\r\n0\r\n\r\n");
        ask("chunk longer than its size", Ask + chunked + "\r\n4\r\nhello\r\n0\r\n\r\n");
        ask("chunk ends in LF", Ask + chunked + "\r\n5\r\nhello\n0\r\n\r\n");
        ask("last chunk ends in LF", Ask + chunked + "\r\n0\n\r\n");
        ask("trailer ends in LF", Ask + chunked + "\r\n0\r\nX: 1\n\r\n");
        ask("trailer section ends in LF", Ask + chunked + "\r\n0\r\nX: 1\r\n\n");
        ask("trailer folded", Ask + chunked + "\r\n0\r\nX: 1\r\n 2\r\n\r\n");
        ask("trailer without name", Ask + chunked + "\r\n0\r\n: 1\r\n\r\n");
        answer("length and chunked", Answer + five + chunked + end);
        answer("two lengths", Answer + five + "Content-Length: 6\r\n\r\nhello!");
        answer("coding before chunked", Answer + "Transfer-Encoding: gzip, chunked\r\n" + end);
        answer("two codings fields", Answer + chunked + "Transfer-Encoding: gzip\r\n" + end);
        answer("two codings fields, the other way",
               Answer + "Transfer-Encoding: gzip\r\n" + chunked + end);
        answer("two equal codings fields", Answer + chunked + chunked + end);
        answer("space before the colon", Answer + "Transfer-Encoding : chunked\r\n" + end);
        answer("CR alone for the end", Answer + five + "X:\r\n\rhello\r\n\r\n");
        answer("chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\n" + chunked + end);
        answer("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        answer("HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        answer("status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n");
        answer("status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n");
        answer("a request", Ask + "\r\n");
    }

    void refused()
    {
        QFETCH(bool, isRequest);
        QFETCH(QByteArray, text);
        const std::size_t size = std::size_t(text.size());
        MessageParser parser(isRequest ? Kind::Request : Kind::Response, {});
        for (std::size_t cut = 0; cut <= size; ++cut) {
            parser.reset();
            const Reading reading = read(parser, view(text), cut, size);
            QVERIFY2(reading.state == State::Failed, reading.head.c_str());
            QCOMPARE(int(reading.fault), int(Fault::Malformed));
            QVERIFY(std::string_view(parser.faultReason()).size() > 3);
            Body body; // nothing after an error is interpreted
            QCOMPARE(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", body), std::size_t{0});
            QVERIFY(parser.state() == State::Failed);
            QVERIFY(!parser.finish());
        }
    }

    void headLimitCountsTheWholeHead()
    {
        const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: 123\r\n\r\n";
        for (const std::size_t limit : {head.size(), head.size() - 1}) {
            MessageParser parser(Kind::Request, {.headBytes = limit, .headers = 100});
            for (std::size_t cut = 0; cut <= head.size(); ++cut) {
                parser.reset();
                const Reading reading = read(parser, head + "GET /", cut, head.size());
                QVERIFY(reading.state == (limit == head.size() ? State::Complete : State::Failed));
                QVERIFY(reading.fault ==
                        (limit == head.size() ? Fault::None : Fault::HeadTooLarge));
            }
        }
        MessageParser parser(Kind::Request, {.headBytes = 1000, .headers = 100});
        Body body; // an endless line is stopped without its end
        std::size_t fed = 0;
        while (parser.state() == State::Head && fed < 5000) {
            parser.feed("AAAAAAAAAA", body);
            fed += 10;
        }
        QVERIFY(parser.fault() == Fault::HeadTooLarge);
        QCOMPARE(fed, std::size_t{1010});
    }

    void fieldLimit()
    {
        for (const int count : {9, 10}) {
            std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
            for (int i = 0; i < count; ++i) {
                head += "X: 1\r\n";
            }
            MessageParser parser(Kind::Request, {.headBytes = 4096, .headers = 10});
            const Reading reading = read(parser, head + "\r\n", 7, 8);
            QVERIFY(reading.state == (count == 9 ? State::Complete : State::Failed));
            QVERIFY(reading.fault == (count == 9 ? Fault::None : Fault::TooManyHeaders));
        }
    }

    void trailersAreBounded()
    {
        MessageParser parser(Kind::Request, {});
        Body body;
        std::string text = (Ask + "Transfer-Encoding: chunked\r\n\r\n0\r\n").toStdString();
        const Reading reading = read(parser, text, 0, 0);
        QVERIFY(reading.state == State::Body);
        std::size_t fed = 0;
        while (parser.state() == State::Body && fed < 100'000) {
            fed += parser.feed("X-Trailer: 0123456789\r\n", body);
        }
        QVERIFY(parser.fault() == Fault::Malformed);
        QVERIFY(fed > 4096 && fed < 16 * 1024);
        QCOMPARE(parser.head().headers.size(), std::size_t{2}); // none was kept
        QVERIFY(body.text.empty());
    }

    void stopsBetweenHeadAndBody()
    {
        MessageParser parser(Kind::Request, {});
        Body body;
        const std::string head = (Ask + "Content-Length: 5\r\n\r\n").toStdString();
        QCOMPARE(parser.feed(head + "hello", body), head.size());
        QVERIFY(parser.state() == State::Body);
        QVERIFY(body.text.empty()); // the owner decides first
        QCOMPARE(parser.feed("hel", body), std::size_t{3});
        QVERIFY(!parser.finish()); // cut off
        QCOMPARE(parser.feed("loGET", body), std::size_t{2});
        QVERIFY(parser.state() == State::Complete);
        QCOMPARE(parser.feed("GET", body), std::size_t{0});
        QCOMPARE(body.text, std::string("hello"));
    }

    void secretsAreRecognised_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isSecret");
        for (const char *name :
             {"authorization", "Authorization", "X-API-KEY", "api-key", "x-goog-api-key",
              "Proxy-Authorization", "x-meridian-byok-oci_genai", "X-ModelMeld-BYOK-anthropic"}) {
            QTest::newRow(name) << QByteArray(name) << true;
        }
        for (const char *name :
             {"a", "accept", "x-model", "x-meridian-model", "authorisation", "x-stainless-lang",
              "x-meridian-explains", "content-type", "accept-language", "x-request-id-of-mine"}) {
            QTest::newRow(name) << QByteArray(name) << false;
        }
    }

    void secretsAreRecognised()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, isSecret);
        for (const bool isWhole : {true, false}) {
            MessageParser parser(Kind::Request, {});
            Body body;
            const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n" + name.toStdString() +
                                     ": 0123456789\r\nAccept: b\r\n\r\n";
            const std::size_t first = isWhole ? 0 : head.size() - 4;
            if (!isWhole) {
                static_cast<void>(parser.feed(head.substr(0, first), body));
                QVERIFY(parser.holdsSecret()); // who knows
            }
            static_cast<void>(parser.feed(head.substr(first), body));
            QVERIFY(parser.state() == State::Complete);
            QCOMPARE(parser.holdsSecret(), isSecret);
            const std::string_view value =
                parser.head().headers[1].value; // reset() keeps the memory
            QCOMPARE(value, std::string_view("0123456789"));
            parser.reset();
            QCOMPARE(value == std::string_view("\0\0\0\0\0\0\0\0\0\0", 10), isSecret);
            QVERIFY(!parser.holdsSecret());
        }
    }

    void queriesAndMalformedHeadsAreSecret()
    {
        MessageParser parser(Kind::Request, {});
        Body body;
        static_cast<void>(parser.feed("GET /a?key=b HTTP/1.1\r\nHost: a\r\n\r\n", body));
        QVERIFY(parser.state() == State::Complete && parser.holdsSecret());
        parser.reset();
        static_cast<void>(parser.feed("GET / HTTP/1.1\r\nHost a\r\n\r\n", body));
        QVERIFY(parser.state() == State::Failed && parser.holdsSecret());
        MessageParser answers(Kind::Response, {});
        static_cast<void>(answers.feed("HTTP/1.1 200 OK\r\nAuthorization: a\r\n", body));
        QVERIFY(!answers.holdsSecret());
    }

    void answerToHeadHasNoBody()
    {
        for (const QByteArray &framing :
             {QByteArray("Content-Length: 5\r\n"), QByteArray("Transfer-Encoding: chunked\r\n"),
              QByteArray()}) {
            MessageParser parser(Kind::Response, {});
            parser.expectNoBody();
            const QByteArray text = Answer + framing + "\r\n";
            Body body;
            QCOMPARE(parser.feed(view(text + "HTTP/1.1 "), body), std::size_t(text.size()));
            QVERIFY(parser.state() == State::Complete);
            parser.reset(); // for the next answer it counts no more
            QVERIFY(read(parser, view(Answer + "Content-Length: 5\r\n\r\n"), 0, 0).state ==
                    State::Body);
        }
    }

    void onlyABodyWithoutLengthEndsByClosing()
    {
        MessageParser parser(Kind::Response, {});
        Reading reading = read(parser, view(Answer + "\r\nsome text"), 3, 25);
        QVERIFY(reading.state == State::Body);
        QCOMPARE(reading.body, std::string("some text"));
        QVERIFY(!parser.head().keepAlive);
        QVERIFY(parser.finish());
        QVERIFY(parser.state() == State::Complete);

        const QByteArray cutOff[] = {"HTTP/1.1 200 O", Answer + "Content-Length: 5\r\n\r\nhell",
                                     Answer + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                                     Answer + "Transfer-Encoding: chunked\r\n\r\n0\r\n"};
        for (const QByteArray &text : cutOff) {
            parser.reset();
            reading = read(parser, view(text), 3, 4);
            QVERIFY(!parser.finish());
            QVERIFY(parser.state() != State::Complete);
        }
        QVERIFY(readWhole(Kind::Request, "GET / HTTP/1.1\r\nHost: a\r\n").state == State::Head);
    }

    void releaseForgetsEverything()
    {
        MessageParser parser(Kind::Request, {});
        read(parser, "GET / HT", 0, 0);
        QVERIFY(parser.hasStarted());
        parser.release();
        QVERIFY(!parser.hasStarted());
        QVERIFY(read(parser, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, 2).state == State::Complete);
    }
};

QTEST_GUILESS_MAIN(TestMessageParser)
#include "tst_messageparser.moc"
