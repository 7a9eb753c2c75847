// SPDX-License-Identifier: MIT
// One HTTP call: what it sends, what it takes, and everything that can end it.
#include "core/credentials/httpcall.h"
#include "tests/credentials/credentialworld.h"
#include "tests/support/testcertificates.h"

using namespace meridian;
using namespace std::chrono_literals;
using credentials::HttpAnswer;
using credentials::HttpCall;
using credentials::HttpRequest;
using support::RecordedRequest;
using support::Reply;

namespace {

Secret secret(std::string_view text)
{
    return Secret(text);
}

/// A call and what came of it.
struct Called
{
    Called(event::Loop &loop, HttpRequest request, std::chrono::nanoseconds deadline = 5s)
        : call(std::make_unique<HttpCall>(
              loop,
              std::move(request),
              [this](HttpAnswer &result) {
                  ++count;
                  answer = std::move(result);
              },
              deadline))
    {
    }

    [[nodiscard]] bool wait()
    {
        return test::waitUntil([this] { return count > 0; });
    }

    int count = 0;
    HttpAnswer answer;
    std::unique_ptr<HttpCall> call;
};

} // namespace

class TestHttpCall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sends();
    void looksUpNames();
    void largeBodies_data();
    void largeBodies();
    void failures_data();
    void failures();
    void verifiesCertificates();
    void destroyedBefore();
    void forms();
    void tokenUrls_data();
    void tokenUrls();
};

void TestHttpCall::sends()
{
    event::Loop loop;
    support::FakeUpstream service;
    service.enqueue(Reply::chunks("text/plain", {"an", "swer"}, {}, 503, {{"Retry-After", "7"}}));
    Called post(loop, {"POST",
                       service.url() + "/a/b?c=d",
                       {{"x-one", secret("1")}, {"x-two", secret("2")}},
                       secret("body")});
    QVERIFY(post.wait());
    QCOMPARE(post.answer.status, 503);
    QCOMPARE(post.answer.body.reveal(), std::string_view("answer"));
    QVERIFY(post.answer.retryAfter == std::optional<std::chrono::nanoseconds>(7s));
    service.enqueue(Reply::json("{}"));
    Called get(loop, {"GET", service.url(), {}, {}});
    QVERIFY(get.wait());
    const auto requests = service.log.requests();
    QCOMPARE(requests.at(0).method + " " + requests.at(0).target, std::string("POST /a/b?c=d"));
    QCOMPARE(requests.at(0).header("host"), "127.0.0.1:" + std::to_string(service.port()));
    QCOMPARE(requests.at(0).header("x-two"), std::string("2"));
    QCOMPARE(requests.at(0).header("content-length"), std::string("4"));
    QCOMPARE(requests.at(0).body, std::string("body"));
    QCOMPARE(requests.at(1).method + " " + requests.at(1).target, std::string("GET /"));
    QVERIFY(!requests.at(1).has("content-length"));
    QCOMPARE(post.count + get.count, 2);
}

void TestHttpCall::looksUpNames()
{
    event::Loop loop;
    support::FakeUpstream service;
    service.enqueue(Reply::json("{}"));
    Called called(loop, {"GET", "http://localhost:" + std::to_string(service.port()), {}, {}});
    QVERIFY(called.wait());
    QCOMPARE(called.answer.status, 200);
}

void TestHttpCall::largeBodies_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("status");
    QTest::newRow("fits") << int(HttpCall::MaxBody) << 200;
    QTest::newRow("too large") << int(HttpCall::MaxBody) + 1 << 0;
}

void TestHttpCall::largeBodies()
{
    QFETCH(int, size);
    QFETCH(int, status);
    event::Loop loop;
    support::FakeUpstream service;
    service.enqueue(Reply::of(200, "text/plain", std::string(static_cast<std::size_t>(size), 'x')));
    Called called(loop, {"GET", service.url(), {}, {}});
    QVERIFY(called.wait());
    QCOMPARE(called.answer.status, status);
    QCOMPARE(called.answer.detail.find("larger than") != std::string::npos, status == 0);
}

void TestHttpCall::failures_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, support::AcceptMode mode, const char *url,
                        const char *error) {
        QTest::newRow(name) << static_cast<int>(mode) << QByteArray(url) << QByteArray(error);
    };
    row("silence", support::AcceptMode::NeverRead, "", "127.0.0.1: no ");
    row("closed", support::AcceptMode::CloseAtOnce, "", "127.0.0.1: ");
    row("reset", support::AcceptMode::ResetAtOnce, "", "127.0.0.1: ");
    row("no url", support::AcceptMode::Serve, "ftp://x", "the url must start with");
    row("empty", support::AcceptMode::Serve, "none", "the url must start with");
    row("injection", support::AcceptMode::Serve, "http://127.0.0.1/a\r\nx: y", "the url");
}

void TestHttpCall::failures()
{
    QFETCH(int, mode);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, error);
    event::Loop loop;
    support::FakeUpstream service;
    service.setAcceptMode(static_cast<support::AcceptMode>(mode));
    Called called(loop, {"GET", url.isEmpty() ? service.url() : url.toStdString(), {}, {}}, 200ms);
    QCOMPARE(called.count, 0); // never from the constructor
    QVERIFY(called.wait());
    QCOMPARE(called.answer.status, 0);
    QVERIFY2(called.answer.detail.starts_with(error.toStdString()), called.answer.detail.c_str());
    QCOMPARE(called.count, 1);
}

void TestHttpCall::verifiesCertificates()
{
    support::TestCertificates certificates;
    QVERIFY2(certificates.make(), certificates.problem().c_str());
    const auto context = certificates.serverContext();
    const auto wrongName = certificates.serverContext("other.example");
    event::Loop loop;
    const auto status = [&](SSL_CTX *server, bool isTrusted) {
        const test::Environment store("SSL_CERT_FILE",
                                      isTrusted ? certificates.authority() : "/nonexistent");
        support::FakeUpstream service;
        service.useTls(server);
        service.enqueue(Reply::json("{}"));
        Called called(loop, {"GET", "https://127.0.0.1:" + std::to_string(service.port()), {}, {}});
        return called.wait() ? called.answer.status : -1;
    };
    QCOMPARE(status(context.get(), true), 200);
    QCOMPARE(status(context.get(), false), 0);
    QCOMPARE(status(wrongName.get(), true), 0);
}

void TestHttpCall::destroyedBefore()
{
    event::Loop loop;
    support::FakeUpstream service;
    service.enqueue(Reply::never(), 2);
    Called resolving(loop, {"GET", "http://localhost:" + std::to_string(service.port()), {}, {}});
    resolving.call.reset();
    Called waiting(loop, {"GET", service.url(), {}, {}});
    QVERIFY(test::waitUntil([&] { return service.log.requestCount() > 0; }));
    waiting.call.reset();
    QVERIFY(test::waitUntil([&] {
        const auto seen = service.log.connections();
        return std::all_of(seen.begin(), seen.end(),
                           [](const auto &one) { return one.closedByPeerAt.has_value(); });
    }));
    QCOMPARE(resolving.count + waiting.count, 0);
}

void TestHttpCall::forms()
{
    QCOMPARE(
        credentials::formBody({{"a", "b c&d=e+f/\xc3\xa9"}, {"g", ""}, {"h", "-._~1Z"}}).reveal(),
        std::string_view("a=b%20c%26d%3De%2Bf%2F%C3%A9&g=&h=-._~1Z"));
    QVERIFY(credentials::formBody({}).isEmpty());
    QCOMPARE(credentials::originOf("https://a.example:8/x/y?z"),
             std::string("https://a.example:8"));
    QCOMPARE(credentials::originOf("nonsense"), std::string());
}

void TestHttpCall::tokenUrls_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<bool>("isFine");
    QTest::newRow("https") << QByteArray("https://tokens.example/t") << true;
    QTest::newRow("this machine") << QByteArray("http://127.0.0.1:1/t") << true;
    QTest::newRow("this machine's name") << QByteArray("http://localhost/t") << true;
    QTest::newRow("this machine, IPv6") << QByteArray("http://[::1]/t") << true;
    QTest::newRow("in clear") << QByteArray("http://tokens.example/t") << false;
    QTest::newRow("in clear, near") << QByteArray("http://10.0.0.1/t") << false;
    QTest::newRow("looks like it") << QByteArray("http://localhost.example/t") << false;
    QTest::newRow("none") << QByteArray("tokens.example") << false;
    QTest::newRow("a password") << QByteArray("https://u:p@tokens.example/") << false;
}

void TestHttpCall::tokenUrls()
{
    QFETCH(QByteArray, url);
    QFETCH(bool, isFine);
    const auto checked = credentials::checkTokenUrl(url.toStdString(), "it");
    QCOMPARE(checked.has_value(), isFine);
    QVERIFY(isFine || checked.error().detail.starts_with("it: "));
}

QTEST_GUILESS_MAIN(TestHttpCall)
#include "tst_httpcall.moc"
