// SPDX-License-Identifier: MIT
// Promise: every shape of ambiguous framing gets 400 and a closed connection; nothing hidden in it
// reaches a backend.
#include "tests/support/scenario.h"

#include <QTest>

#include <memory>

using namespace meridian::support;

namespace {

const QByteArray Json = R"({"model":"test-model"})"; // 22 bytes
const QByteArray Hidden =
    "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nx-hidden: 1\r\nContent-Type: application/json\r\n"
    "Content-Length: 22\r\n\r\n{\"model\":\"test-model\"}";

QByteArray post(const QByteArray &framing, const QByteArray &body = Json)
{
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
           framing + "\r\n\r\n" + body;
}

QByteArray chunkedPost(const QByteArray &body)
{
    return post("Transfer-Encoding: chunked", body);
}

QByteArray get(const QByteArray &lines)
{
    return "GET /v1/models HTTP/1.1\r\n" + lines + "\r\n\r\n";
}

QByteArray withNul(const char *front, const char *back)
{
    return QByteArray(front) + '\0' + back;
}

void add(const char *name, const QByteArray &bytes)
{
    QTest::newRow(name) << bytes;
}

} // namespace

class TstSmuggling : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void refused_data();
    void refused();

    void refusedByteByByte_data() { refused_data(); }

    void refusedByteByByte();
    void harmless_data();
    void harmless();

private:
    void check(bool isByteByByte);

    std::unique_ptr<Scenario> m_scenario;
    FakeUpstream *m_backend = nullptr;
};

void TstSmuggling::init()
{
    // One gateway for all rows: a crash in one is seen by the next.
    if (!m_scenario) {
        m_scenario = std::make_unique<Scenario>();
        m_backend = &m_scenario->addBackend("a");
        m_scenario->config.set("gateway", "head_timeout_s", "3")
            .set("gateway", "body_timeout_s", "3");
        START_OR_FAIL(*m_scenario);
    }
    m_backend->log.clearRequests();
}

void TstSmuggling::cleanup()
{
    if (QTest::currentTestFailed()) {
        m_scenario.reset();
    }
}

void TstSmuggling::refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray zero = "0\r\n\r\n";
    // two framings
    add("CL then TE", post("Content-Length: 22\r\nTransfer-Encoding: chunked", zero));
    add("TE then CL", post("Transfer-Encoding: chunked\r\nContent-Length: 22", zero));
    add("two equal CL", post("Content-Length: 22\r\nContent-Length: 22"));
    add("two different CL", post("Content-Length: 22\r\nContent-Length: 0"));
    add("CL list, equal", post("Content-Length: 22, 22"));
    add("CL list, different", post("Content-Length: 22, 0"));
    // Content-Length
    add("CL plus", post("Content-Length: +22"));
    add("CL minus", post("Content-Length: -22"));
    add("CL hex", post("Content-Length: 0x16"));
    add("CL inner space", post("Content-Length: 2 2"));
    add("CL overflow", post("Content-Length: 18446744073709551638")); // 2^64 + 22
    add("CL huge", post("Content-Length: 99999999999999999999999999"));
    add("CL empty", post("Content-Length: "));
    add("CL letters", post("Content-Length: 22abc"));
    add("CL fraction", post("Content-Length: 22.0"));
    add("CL space before colon", post("Content-Length : 22"));
    // Transfer-Encoding
    add("TE identity", post("Transfer-Encoding: identity", zero));
    add("TE xchunked", post("Transfer-Encoding: xchunked", zero));
    add("TE chunkedx", post("Transfer-Encoding: chunkedx", zero));
    add("TE gzip, chunked", post("Transfer-Encoding: gzip, chunked", zero));
    add("TE chunked, identity", post("Transfer-Encoding: chunked, identity", zero));
    add("TE chunked, chunked", post("Transfer-Encoding: chunked, chunked", zero));
    add("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", zero));
    add("TE twice, differing",
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", zero));
    add("TE space before colon", post("Transfer-Encoding : chunked", zero));
    add("TE tab before colon", post("Transfer-Encoding\t: chunked", zero));
    add("TE vertical tab", post("Transfer-Encoding: \x0b"
                                "chunked",
                                zero));
    add("TE quoted", post("Transfer-Encoding: \"chunked\"", zero));
    add("TE parameter", post("Transfer-Encoding: chunked;q=1", zero));
    add("TE empty", post("Transfer-Encoding: ", zero));
    add("TE folded", post("Transfer-Encoding:\r\n chunked", zero));
    add("TE hidden by CL and a fold",
        post("Content-Length: 22\r\n Transfer-Encoding: chunked", zero));
    add("TE in HTTP/1.0",
        "POST /v1/chat/completions HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
            zero);
    // chunk lines
    add("chunk size plus", chunkedPost("+16\r\n" + Json + "\r\n" + zero));
    add("chunk size minus", chunkedPost("-16\r\n" + Json + "\r\n" + zero));
    add("chunk size leading space", chunkedPost(" 16\r\n" + Json + "\r\n" + zero));
    add("chunk size 0x", chunkedPost("0x16\r\n" + Json + "\r\n" + zero));
    add("chunk size empty", chunkedPost("\r\n" + Json + "\r\n" + zero));
    add("chunk size letters", chunkedPost("1g\r\n" + Json + "\r\n" + zero));
    add("chunk size overflow",
        chunkedPost("10000000000000016\r\n" + Json + "\r\n" + zero)); // 2^64 + 22
    add("chunk size huge", chunkedPost("ffffffffffffffffffffffff\r\n" + Json + "\r\n" + zero));
    add("chunk size only extension", chunkedPost(";a=b\r\n" + Json + "\r\n" + zero));
    add("chunk line ends in LF", chunkedPost("16\n" + Json + "\r\n" + zero));
    add("chunk line ends in CR", chunkedPost("16\r" + Json + "\r\n" + zero));
    add("LF in a chunk extension", chunkedPost("16;a\nb\r\n" + Json + "\r\n" + zero));
    add("chunk data ends in LF", chunkedPost("16\r\n" + Json + "\n" + zero));
    add("chunk longer than its size", chunkedPost("10\r\n" + Json + "\r\n" + zero));
    add("last chunk ends in LF", chunkedPost("16\r\n" + Json + "\r\n0\n\n"));
    add("LF in a trailer", chunkedPost("16\r\n" + Json + "\r\n0\r\nx: y\nz: a\r\n\r\n"));
    // line ends
    add("LF ends the request line", "GET /v1/models HTTP/1.1\nHost: x\r\n\r\n");
    add("LF ends a header", get("Host: x\nx-a: b"));
    add("LF ends the head", "GET /v1/models HTTP/1.1\r\nHost: x\r\n\n");
    add("only LF", "GET /v1/models HTTP/1.1\nHost: x\n\n");
    add("CR ends the request line", "GET /v1/models HTTP/1.1\rHost: x\r\n\r\n");
    add("CR inside a value", get("Host: x\r\nx-a: b\rc: d"));
    add("CR CR LF", get("Host: x\r\nx-a: b\r"));
    add("fold with a space", get("Host: x\r\nx-a: b\r\n c"));
    add("fold with a tab", get("Host: x\r\nx-a: b\r\n\tc"));
    add("fold as the first header", "GET /v1/models HTTP/1.1\r\n Host: x\r\n\r\n");
    // bytes
    add("NUL in a name", get(withNul("Host: x\r\nx-", "a: b")));
    add("NUL in a value", get(withNul("Host: x\r\nx-a: b", "c")));
    add("NUL in the target", withNul("GET /v1/models", "x HTTP/1.1\r\nHost: x\r\n\r\n"));
    add("control byte in the target", "GET /v1/mod\x01"
                                      "els HTTP/1.1\r\nHost: x\r\n\r\n");
    add("DEL in the target", "GET /v1/mod\x7f"
                             "els HTTP/1.1\r\nHost: x\r\n\r\n");
    add("tab in the target", "GET /v1/mod\tels HTTP/1.1\r\nHost: x\r\n\r\n");
    add("control byte in a value", get("Host: x\r\nx-a: b\x01"
                                       "c"));
    add("space in a header name", get("Host: x\r\nx a: b"));
    add("header without colon", get("Host: x\r\nnonsense"));
    add("header without name", get("Host: x\r\n: value"));
    add("header name with a parenthesis", get("Host: x\r\nx(a: b"));
    add("space in the target", "GET /v1/models x HTTP/1.1\r\nHost: x\r\n\r\n");
    add("no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n");
    add("no version", "GET /v1/models\r\nHost: x\r\n\r\n");
    add("bad version", "GET /v1/models HTTP/1.x\r\nHost: x\r\n\r\n");
    add("bad method", "G@T /v1/models HTTP/1.1\r\nHost: x\r\n\r\n");
    // Host
    add("no Host", "GET /v1/models HTTP/1.1\r\nx-a: b\r\n\r\n");
    add("two Host", get("Host: x\r\nHost: y"));
    add("two equal Host", get("Host: x\r\nHost: x"));
}

void TstSmuggling::check(bool isByteByByte)
{
    QFETCH(QByteArray, bytes);
    RawClient client = m_scenario->connect();
    const std::string wire = (bytes + Hidden).toStdString();
    if (isByteByByte) {
        (void)client.sendByteByByte(wire); // cut short when the gateway closes
    } else {
        QVERIFY(client.send(wire));
    }
    const HttpResponse response = client.readResponse("POST", 8s);
    VERIFY_ERROR(response, 400, "invalid_request_error");
    QVERIFY2(equalsIgnoreCase(response.header("connection"), "close"),
             headerLines(response.headers).c_str());
    QVERIFY2(client.readToEnd() != IoStatus::TimedOut, "the connection stays open");
    QVERIFY2(client.pending().empty(), ("answered twice: " + client.pending()).c_str());
    QCOMPARE(m_backend->log.requestCount(), std::size_t(0));
    QCOMPARE(m_scenario->get("/healthz").status, 200);
}

void TstSmuggling::refused()
{
    check(false);
}

void TstSmuggling::refusedByteByByte()
{
    check(true);
}

void TstSmuggling::harmless_data()
{
    QTest::addColumn<QByteArray>("bytes");
    add("plain", get("Host: x"));
    add("empty Host", get("Host: "));
    add("empty value", get("Host: x\r\nx-a:"));
    add("spaces around a value", get("Host: x\r\nx-a: \t b \t "));
    add("no space after the colon", get("Host:x\r\nx-a:b"));
    add("high bytes in a value", get("Host: x\r\nx-a: caf\xc3\xa9"));
    add("CL 0", "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    add("CL leading zeros", post("Content-Length: 0022"));
    add("CL trailing spaces", post("Content-Length: 22  "));
    add("TE upper case", post("TRANSFER-ENCODING: Chunked", "16\r\n" + Json + "\r\n0\r\n\r\n"));
    add("body on GET", "GET /v1/models HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /");
}

void TstSmuggling::harmless()
{
    QFETCH(QByteArray, bytes);
    RawClient client = m_scenario->connect();
    QVERIFY(client.send(bytes.toStdString() + RawClient::request("GET", "/meridian/version")));
    const HttpResponse first = client.readResponse();
    VERIFY_COMPLETE(first);
    const HttpResponse second = client.readResponse("GET");
    VERIFY_COMPLETE(second);
    QCOMPARE(second.status, 200);
    QVERIFY(second.body.find("meridian") != std::string::npos);
}

QTEST_GUILESS_MAIN(TstSmuggling)
#include "tst_smuggling.moc"
