// SPDX-License-Identifier: MIT
// Each filter's verdicts, and that the default pipeline has them all.
#include "core/filter/accessfilter.h"
#include "core/filter/loopfilter.h"
#include "core/filter/modelnamefilter.h"

#include <QtTest>

#include <string>

using namespace meridian;
using namespace meridian::filter;

namespace {

struct NoBody final : http::BodySink
{
    void onBodyBytes(std::string_view) override {}
};

/// A request as a filter sees it.
struct Request
{
    explicit Request(const std::string &peerAddress,
                     const std::string &fields,
                     const std::string &method = "GET")
        : peer(*net::SocketAddress::parse(peerAddress, 40000))
    {
        NoBody sink;
        parser.feed(method + " /meridian/status HTTP/1.1\r\n" + fields + "\r\n", sink);
        if (parser.state() != http::MessageParser::State::Complete) {
            qFatal("the test's request is malformed");
        }
    }

    [[nodiscard]] FilterContext context() const
    {
        return {parser.head(), peer, snapshot, isControlPlane, isPublic};
    }

    http::MessageParser parser{http::MessageParser::Kind::Request, {}};
    net::SocketAddress peer;
    upstream::Snapshot snapshot;
    bool isControlPlane = true;
    bool isPublic = false;
};

const char *const Local = "Host: localhost:8080\r\n";

} // namespace

class TestFilters : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void access_data()
    {
        QTest::addColumn<QString>("peer");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<bool>("isAllowed");
        const auto row = [](const char *name, const char *peer, const char *fields, bool allowed) {
            QTest::newRow(name) << QString::fromLatin1(peer) << QString::fromLatin1(fields)
                                << allowed;
        };
        row("this machine", "127.0.0.1", Local, true);
        row("without port", "127.0.0.1", "Host: LocalHost\r\n", true);
        row("by address", "127.0.0.1", "Host: 127.0.0.1:8080\r\n", true);
        row("by IPv6 address", "::1", "Host: [::1]:8080\r\n", true);
        row("dual stack", "::ffff:127.0.0.1", Local, true);
        row("from outside", "192.0.2.1", Local, false);
        row("from outside, IPv6", "2001:db8::1", Local, false);
        row("rebound name", "127.0.0.1", "Host: attacker.test:8080\r\n", false);
        row("name that begins like an address", "127.0.0.1", "Host: 127.0.0.1.attacker.test\r\n",
            false);
        row("name that begins like localhost", "127.0.0.1", "Host: localhost.attacker.test\r\n",
            false);
        row("empty Host", "127.0.0.1", "Host:\r\n", false);
        row("X-Forwarded-For", "127.0.0.1", "Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n",
            false);
        row("Forwarded", "127.0.0.1", "Host: localhost\r\nforwarded: for=127.0.0.1\r\n", false);
        row("X-Real-IP", "127.0.0.1", "Host: localhost\r\nX-Real-IP: 127.0.0.1\r\n", false);
    }

    void access()
    {
        QFETCH(QString, peer);
        QFETCH(QString, fields);
        QFETCH(bool, isAllowed);
        Request request(peer.toStdString(), fields.toStdString());
        AccessFilter filter;
        const auto refusal = filter.onHead(request.context());
        QCOMPARE(!refusal.has_value(), isAllowed);
        if (refusal) {
            QVERIFY(refusal->error == http::HttpError::Forbidden);
            QVERIFY(refusal->message.find("admin.allow") != std::string::npos);
        }
        request.isPublic = true;
        QVERIFY(!filter.onHead(request.context())); // probes are for everybody
        request.isPublic = false;
        request.isControlPlane = false;
        QVERIFY(!filter.onHead(request.context())); // and so are the models
    }

    void allowedNetworksAreBelieved()
    {
        Request inside("10.1.2.3", "Host: gateway.corp.test\r\nX-Forwarded-For: 192.0.2.1\r\n");
        AccessFilter filter;
        inside.snapshot.adminAllow = {*net::Network::parse("192.168.0.0/16")};
        QVERIFY(filter.onHead(inside.context()).has_value());
        inside.snapshot.adminAllow.push_back(*net::Network::parse("10.0.0.0/8"));
        QVERIFY(!filter.onHead(inside.context()).has_value());
    }

    void token_data()
    {
        QTest::addColumn<QString>("peer");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<int>("error"); // -1: let in
        QTest::addColumn<int>("caller");
        using http::HttpError;
        const auto row = [](const char *name, const char *peer, const std::string &fields,
                            int error, Caller caller) {
            QTest::newRow(name) << QString::fromLatin1(peer) << QString::fromStdString(fields)
                                << error << static_cast<int>(caller);
        };
        constexpr int Ok = -1;
        constexpr int Wrong = static_cast<int>(HttpError::InvalidAdminToken);
        constexpr int Required = static_cast<int>(HttpError::AdminTokenRequired);
        const std::string host = "Host: gateway.corp.test\r\n";
        const std::string bearer = "Authorization: Bearer correct horse battery\r\n";
        row("bearer", "192.0.2.1", host + bearer, Ok, Caller::Token);
        row("bearer, in small letters", "2001:db8::1",
            host + "authorization: bearer   correct horse battery\r\n", Ok, Caller::Token);
        row("own field", "192.0.2.1", host + "X-Meridian-Admin-Token: correct horse battery\r\n",
            Ok, Caller::Token);
        row("through a proxy", "127.0.0.1", host + "X-Forwarded-For: 192.0.2.1\r\n" + bearer, Ok,
            Caller::Token);
        row("own field counts", "192.0.2.1", host + "X-Meridian-Admin-Token: wrong\r\n" + bearer,
            Wrong, Caller::Anyone);
        row("wrong", "192.0.2.1", host + "Authorization: Bearer correct\r\n", Wrong,
            Caller::Anyone);
        row("wrong, from this machine", "127.0.0.1",
            "Host: localhost\r\nAuthorization: Bearer correct horse batterx\r\n", Wrong,
            Caller::Anyone);
        row("wrong, from an allowed network", "10.1.2.3", host + "Authorization: Bearer x\r\n",
            Wrong, Caller::Anyone);
        row("empty", "127.0.0.1", "Host: localhost\r\nX-Meridian-Admin-Token:\r\n", Wrong,
            Caller::Anyone);
        row("another scheme", "127.0.0.1",
            "Host: localhost\r\nAuthorization: Basic Y29ycmVjdA==\r\n", Wrong, Caller::Anyone);
        row("none from outside", "192.0.2.1", host, Required, Caller::Anyone);
        row("none under another name", "127.0.0.1", host, Required, Caller::Anyone);
        row("none through a proxy", "127.0.0.1",
            "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n", Required, Caller::Anyone);
        row("none from this machine", "127.0.0.1", Local, Ok, Caller::Local);
        row("none from an allowed network", "10.1.2.3", host, Ok, Caller::Network);
    }

    void token()
    {
        QFETCH(QString, peer);
        QFETCH(QString, fields);
        QFETCH(int, error);
        QFETCH(int, caller);
        Request request(peer.toStdString(), fields.toStdString());
        request.snapshot.adminAllow = {*net::Network::parse("10.0.0.0/8")};
        request.snapshot.adminToken.emplace("correct horse battery");
        Caller found = Caller::Anyone;
        FilterContext context = request.context();
        context.caller = &found;
        AccessFilter filter;
        auto refusal = filter.onHead(context);
        QCOMPARE(refusal ? static_cast<int>(refusal->error) : -1, error);
        QCOMPARE(static_cast<int>(found), caller);
        context.isPage = true; // it has to load before it can ask for the token
        QVERIFY(!filter.onHead(context));
        context.isPage = false;
        request.snapshot.adminToken.reset(); // then what looks like one means nothing
        found = Caller::Anyone;
        refusal = filter.onHead(context);
        QVERIFY(!refusal || refusal->error == http::HttpError::Forbidden);
        QVERIFY(found != Caller::Token);
    }

    void guessesAreBounded()
    {
        const auto ask = [](AccessFilter &filter, const char *peer, const char *token,
                            GuessLimiter::Time now) {
            Request request(peer,
                            std::string("Host: x\r\nX-Meridian-Admin-Token: ") + token + "\r\n");
            request.snapshot.adminToken.emplace("correct horse battery");
            const auto refusal = filter.judge(request.context(), now);
            return refusal ? refusal->error : http::HttpError::None;
        };
        using http::HttpError;
        AccessFilter filter;
        const GuessLimiter::Time now{std::chrono::hours(1)};
        for (int i = 0; i < GuessLimiter::Burst; ++i) {
            QVERIFY(ask(filter, "192.0.2.1", "wrong", now) == HttpError::InvalidAdminToken);
        }
        const char *const right = "correct horse battery";
        QVERIFY(ask(filter, "192.0.2.1", right, now) == HttpError::TooManyGuesses);
        QVERIFY(ask(filter, "192.0.2.2", right, now) == HttpError::None);
        const auto later = now + GuessLimiter::PerGuess;
        QVERIFY(ask(filter, "192.0.2.1", "wrong", later) == HttpError::InvalidAdminToken);
        QVERIFY(ask(filter, "192.0.2.1", right, later) == HttpError::TooManyGuesses);
        QVERIFY(ask(filter, "192.0.2.1", right, later + GuessLimiter::PerGuess) == HttpError::None);
        for (int i = 0; i < GuessLimiter::Burst; ++i) { // one host has a whole /64
            const std::string peer = "2001:db8::" + std::to_string(i + 1);
            QVERIFY(ask(filter, peer.c_str(), "wrong", now) == HttpError::InvalidAdminToken);
        }
        QVERIFY(ask(filter, "2001:db8::ff", right, now) == HttpError::TooManyGuesses);
        QVERIFY(ask(filter, "2001:db8:0:1::ff", right, now) == HttpError::None);
        for (std::size_t i = 0; i < GuessLimiter::MaxAddresses * 2; ++i) { // memory is bounded
            const std::string peer =
                "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
            QVERIFY(ask(filter, peer.c_str(), "wrong", now) == HttpError::InvalidAdminToken);
        }
    }

    void fetchMetadata_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("site");
        QTest::addColumn<bool>("isAllowed");
        const auto row = [](const char *method, const char *site, bool allowed) {
            QTest::addRow("%s %s", method, site)
                << QString::fromLatin1(method) << QString::fromLatin1(site) << allowed;
        };
        row("POST", "same-origin", true);
        row("POST", "none", true); // typed by the user
        row("POST", "same-site", false);
        row("POST", "cross-site", false);
        row("PUT", "nonsense", false);
        row("GET", "cross-site", true);
    }

    void fetchMetadata()
    {
        QFETCH(QString, method);
        QFETCH(QString, site);
        QFETCH(bool, isAllowed);
        for (const char *token : {"", "Authorization: Bearer correct horse battery\r\n"}) {
            Request request("127.0.0.1",
                            Local + ("Sec-Fetch-Site: " + site.toStdString() + "\r\n") + token,
                            method.toStdString());
            request.snapshot.adminToken.emplace("correct horse battery");
            const auto refusal = AccessFilter().onHead(request.context());
            QCOMPARE(!refusal.has_value(), isAllowed);
            QVERIFY(!refusal || refusal->error == http::HttpError::Forbidden);
        }
    }

    void origin_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("origin");
        QTest::addColumn<bool>("isAllowed");
        const auto row = [](const char *method, const char *origin, bool allowed) {
            QTest::addRow("%s %s", method, origin)
                << QString::fromLatin1(method) << QString::fromLatin1(origin) << allowed;
        };
        for (const char *change : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
            row(change, "https://evil.test", false);
        }
        row("POST", "http://localhost:8080", true); // the gateway's own page
        row("POST", "HTTP://LOCALHOST:8080", true);
        row("POST", "http://localhost", false); // another port is another site
        row("POST", "http://localhost:8081", false);
        row("POST", "http://127.0.0.1:8080", false);
        row("POST", "http://localhost:8080.evil.test", false);
        row("POST", "http://evil.test/localhost:8080", false);
        row("POST", "null", false); // a sandboxed frame, a file
        row("POST", "", false);
        row("POST", "localhost:8080", false);
        row("GET", "https://evil.test", true); // changes nothing; CORS keeps the answer from it
        row("HEAD", "https://evil.test", true);
    }

    /// Other sites' pages can make a browser send, from an allowed machine too.
    void origin()
    {
        QFETCH(QString, method);
        QFETCH(QString, origin);
        QFETCH(bool, isAllowed);
        const std::string fields = Local + ("Origin: " + origin.toStdString()) + "\r\n";
        AccessFilter filter;
        const Request local("127.0.0.1", fields, method.toStdString());
        const auto refusal = filter.onHead(local.context());
        QCOMPARE(!refusal.has_value(), isAllowed);
        QVERIFY(!refusal || refusal->error == http::HttpError::Forbidden);
        Request allowed("10.1.2.3", fields, method.toStdString());
        allowed.snapshot.adminAllow = {*net::Network::parse("10.0.0.0/8")};
        QCOMPARE(!filter.onHead(allowed.context()).has_value(), isAllowed);
        Request traffic("192.0.2.1", fields, method.toStdString());
        traffic.isControlPlane = false;
        QVERIFY(!filter.onHead(traffic.context())); // model traffic is not the filter's business
    }

    /// curl and scripts send none.
    void ordersWithoutOrigin()
    {
        AccessFilter filter;
        QVERIFY(!filter.onHead(Request("127.0.0.1", Local, "POST").context()));
        QVERIFY(filter.onHead(Request("192.0.2.1", Local, "POST").context()));
    }

    void loop_data()
    {
        QTest::addColumn<QString>("fields");
        QTest::addColumn<int>("hops");
        const auto row = [](const char *value, int hops) {
            QTest::newRow(value)
                << QString::fromLatin1("x-meridian-hops: %1\r\n").arg(QString::fromLatin1(value))
                << hops;
        };
        QTest::newRow("absent") << QString() << 0;
        row("0", 0);
        row("7", 7);
        row("8", 8);
        row("100", 100);
        for (const char *nonsense : {"", "x", "-1", "3x", "1, 2", "99999999999999999999"}) {
            row(nonsense, LoopFilter::MaxHops);
        }
    }

    void loop()
    {
        QFETCH(QString, fields);
        QFETCH(int, hops);
        Request request("192.0.2.1", Local + fields.toStdString());
        request.isControlPlane = false;
        QCOMPARE(LoopFilter::hopsOf(request.parser.head()), hops);
        LoopFilter filter;
        const auto refusal = filter.onHead(request.context());
        QCOMPARE(refusal.has_value(), hops >= 8);
        QVERIFY(!refusal || refusal->error == http::HttpError::LoopDetected);
    }

    void modelName_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("isAllowed");
        QTest::newRow("usual") << QByteArray("meta-llama/Llama-3.1-8B:free") << true;
        QTest::newRow("none") << QByteArray() << true;
        QTest::newRow("not ASCII") << QByteArray("\xE6\xA8\xA1") << true;
        QTest::newRow("256 bytes") << QByteArray(256, 'm') << true;
        QTest::newRow("257 bytes") << QByteArray(257, 'm') << false;
        QTest::newRow("line break") << QByteArray("a\nb") << false;
        QTest::newRow("carriage return at the end") << QByteArray("a\r") << false;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << false;
        QTest::newRow("escape") << QByteArray("\x1b[31m") << false;
        QTest::newRow("delete") << QByteArray("a\x7f") << false;
    }

    void modelName()
    {
        QFETCH(QByteArray, model);
        QFETCH(bool, isAllowed);
        const Request request("192.0.2.1", Local);
        json::BodyFields fields;
        fields.model = {model.constData(), std::size_t(model.size())};
        ModelNameFilter filter;
        const auto refusal = filter.onRequest(request.context(), fields);
        QCOMPARE(!refusal.has_value(), isAllowed);
        QVERIFY(!refusal || refusal->error == http::HttpError::InvalidField);
    }

    void theDefaultPipelineHasThemAll()
    {
        FilterChain chain = builtinFilters();
        const Request outside("192.0.2.1", Local);
        QVERIFY(chain.onHead(outside.context())->error == http::HttpError::Forbidden);
        Request looping("192.0.2.1", std::string(Local) + "X-Meridian-Hops: 8\r\n");
        looping.isControlPlane = false;
        QVERIFY(chain.onHead(looping.context())->error == http::HttpError::LoopDetected);
        json::BodyFields fields;
        QVERIFY(!chain.onRequest(looping.context(), fields));
        fields.model = "a\nb";
        QVERIFY(chain.onRequest(looping.context(), fields)->error == http::HttpError::InvalidField);
        const Request fine("127.0.0.1", Local);
        QVERIFY(!chain.onHead(fine.context()));
    }
};

QTEST_GUILESS_MAIN(TestFilters)
#include "tst_filters.moc"
