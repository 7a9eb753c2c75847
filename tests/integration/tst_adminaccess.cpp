// SPDX-License-Identifier: MIT
// Promise: who may operate the gateway is decided by address, looks and token, and nothing that a
// caller writes makes it somebody else.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

namespace {

constexpr const char *Token = "a-token-of-more-than-16-characters";

/// Host and everything else as given.
HttpResponse ask(const Scenario &scenario,
                 const std::string &method,
                 const std::string &path,
                 const Headers &fields)
{
    RawClient client = scenario.connect();
    const std::string length = method == "GET" ? "" : "Content-Length: 0\r\n";
    (void)client.send(method + " " + path + " HTTP/1.1\r\n" + headerLines(fields) + length +
                      "\r\n");
    return client.readResponse(method);
}

std::string principalOf(const HttpResponse &response)
{
    const QJsonObject principal = jsonOf(response)[QLatin1String("principal")].toObject();
    return principal[QLatin1String("kind")].toString().toStdString();
}

std::string codeOf(const HttpResponse &response)
{
    return jsonOf(response)[QLatin1String("error")][QLatin1String("code")].toString().toStdString();
}

Headers operator+(Headers left, const Headers &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const Headers Here{{"Host", "localhost"}};
const Headers Elsewhere{{"Host", "gateway.corp.test"}, {"X-Forwarded-For", "203.0.113.9"}};
const Headers Bearer{{"Authorization", std::string("Bearer ") + Token}};
const Headers WrongBearer{{"Authorization", std::string("Bearer not-") + Token}};

} // namespace

class TstAdminAccessTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoIsWho_data();
    void whoIsWho();
    void pagesNeedTheirToken();
    void everyAnswerNamesTheApi();
    void thePageLoadsAndTellsNothing();
    void guessesAreSlowedDown();
    void theTokenIsNoSecretOfTheLog();
    void aReloadChangesTheToken();
};

void TstAdminAccessTable::whoIsWho_data()
{
    QTest::addColumn<bool>("hasToken");
    QTest::addColumn<bool>("isAllowed"); // 127.0.0.0/8 is in admin.allow
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QByteArray>("expected"); // kind of principal, or code of the refusal
    const auto row = [](const char *name, bool hasToken, bool isAllowed, const Headers &fields,
                        const char *expected) {
        QTest::newRow(name) << hasToken << isAllowed
                            << QByteArray::fromStdString(headerLines(fields))
                            << QByteArray(expected);
    };
    const Headers forged{{"X-Meridian-Principal", "token 127.0.0.1"}, {"X-Meridian-Browser", ""}};
    row("here, no token configured", false, false, Here, "local");
    row("here, a token that nobody asked for", false, false, Here + WrongBearer, "local");
    row("elsewhere, no token configured", false, false, Elsewhere, "forbidden");
    row("elsewhere, forged", false, false, Elsewhere + forged, "forbidden");
    row("here, forged", false, false, Here + forged, "local");
    row("allowed", false, true, Elsewhere, "network");
    row("allowed, forged", false, true, Elsewhere + forged, "network");
    row("here", true, false, Here, "local");
    row("here with token", true, false, Here + Bearer, "token");
    row("here with a wrong token", true, false, Here + WrongBearer, "invalid_admin_token");
    row("elsewhere", true, false, Elsewhere, "admin_token_required");
    row("elsewhere, forged and configured", true, false, Elsewhere + forged,
        "admin_token_required");
    row("elsewhere with token", true, false, Elsewhere + Bearer, "token");
    row("elsewhere with own field", true, false,
        Elsewhere + Headers{{"X-Meridian-Admin-Token", Token}}, "token");
    row("elsewhere with a wrong token", true, false, Elsewhere + WrongBearer,
        "invalid_admin_token");
    row("allowed with a wrong token", true, true, Elsewhere + WrongBearer, "invalid_admin_token");
    row("allowed with token", true, true, Elsewhere + Bearer, "token");
}

void TstAdminAccessTable::whoIsWho()
{
    QFETCH(bool, hasToken);
    QFETCH(bool, isAllowed);
    QFETCH(QByteArray, fields);
    QFETCH(QByteArray, expected);
    Scenario scenario;
    scenario.addBackend("a");
    if (hasToken) {
        scenario.config.set("admin", "token", Token);
    }
    if (isAllowed) {
        scenario.config.set("admin", "allow", "[127.0.0.0/8]");
    }
    START_OR_FAIL(scenario);
    const auto send = [&](const char *line) {
        RawClient client = scenario.connect();
        (void)client.send(std::string(line) + " HTTP/1.1\r\n" + fields.toStdString() +
                          "Content-Length: 0\r\n\r\n");
        return client.readResponse("POST");
    };
    const HttpResponse response = send("GET /meridian/session");
    const std::string found = response.status == 200 ? principalOf(response) : codeOf(response);
    QCOMPARE(QByteArray::fromStdString(found), expected);
    const bool isIn = response.status == 200;
    for (const char *guarded : {"GET /metrics", "GET /meridian/v1/status", "GET /meridian/events",
                                "POST /meridian/backends/a/drain"}) {
        QCOMPARE(send(guarded).status, response.status);
    }
    QVERIFY(isIn || !response.has("set-cookie"));
    if (!isIn) {
        QVERIFY(response.body.find("127.0.0.1:") == std::string::npos); // no backend, no address
        QVERIFY(response.status != 401 || response.has("www-authenticate"));
    }
    const QJsonObject backend =
        jsonOf(ask(scenario, "GET", "/meridian/backends/a", hasToken ? Here + Bearer : Here));
    if (!isAllowed || isIn) {
        QCOMPARE(backend[QLatin1String("draining")].toBool(), isIn);
    }
    QCOMPARE(scenario.get("/v1/models", {{"Authorization", "Bearer sk-a-key-of-a-model"}}).status,
             200);
}

void TstAdminAccessTable::pagesNeedTheirToken()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("admin", "token", Token);
    START_OR_FAIL(scenario);
    const std::string host = "localhost:" + std::to_string(scenario.gateway.port());
    const Headers page{
        {"Host", host}, {"Origin", "http://" + host}, {"Sec-Fetch-Site", "same-origin"}};
    const auto order = [&](const Headers &fields) {
        return ask(scenario, "POST", "/meridian/backends/a/drain", fields);
    };
    QCOMPARE(codeOf(order(page)), std::string("page_token_required"));
    QCOMPARE(codeOf(order(page + Headers{{"X-Meridian-Page-Token", "guess"}})),
             std::string("page_token_required"));
    const Headers onlyFetch{{"Host", host}, {"Sec-Fetch-Site", "same-origin"}};
    QCOMPARE(codeOf(order(onlyFetch)), std::string("page_token_required"));
    const std::string told =
        jsonOf(ask(scenario, "GET", "/meridian/session", page))[QLatin1String("page_token")]
            .toString()
            .toStdString();
    QCOMPARE(order(page + Headers{{"X-Meridian-Page-Token", told}}).status, 200);
    QCOMPARE(order(page + Bearer).status, 200);
    for (const Headers &foreign : {Headers{{"Host", host}, {"Origin", "https://evil.test"}},
                                   Headers{{"Host", host}, {"Sec-Fetch-Site", "cross-site"}},
                                   Headers{{"Host", host}, {"Sec-Fetch-Site", "same-site"}}}) {
        QCOMPARE(codeOf(order(foreign + Headers{{"X-Meridian-Page-Token", told}})),
                 std::string("forbidden"));
        QCOMPARE(codeOf(order(foreign + Bearer)), std::string("forbidden"));
    }
}

void TstAdminAccessTable::everyAnswerNamesTheApi()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("admin", "token", Token);
    START_OR_FAIL(scenario);
    for (const char *path : {"/meridian/status", "/meridian/v1/status", "/meridian/nothing"}) {
        QCOMPARE(ask(scenario, "GET", path, Here).header("x-meridian-api"), std::string("1.0"));
        QCOMPARE(ask(scenario, "GET", path, Elsewhere).header("x-meridian-api"),
                 std::string("1.0"));
    }
    QVERIFY(!ask(scenario, "GET", "/healthz", Here).has("x-meridian-api"));
    QVERIFY(!scenario.chat().has("x-meridian-api"));
}

void TstAdminAccessTable::thePageLoadsAndTellsNothing()
{
    Scenario scenario;
    scenario.addBackend("a-backend-with-a-name");
    scenario.config.set("admin", "token", Token);
    START_OR_FAIL(scenario);
    for (const char *path : {"/ui", "/ui/app.js"}) {
        const HttpResponse response = ask(scenario, "GET", path, Elsewhere);
        QCOMPARE(response.status, 200);
        QVERIFY(response.body.find("a-backend-with-a-name") == std::string::npos);
    }
    QCOMPARE(ask(scenario, "POST", "/ui", Elsewhere).status, 401);
}

void TstAdminAccessTable::guessesAreSlowedDown()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("admin", "token", Token).set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    bool isSlowed = false;
    for (int i = 0; i < 200 && !isSlowed; ++i) {
        const HttpResponse response = ask(scenario, "GET", "/meridian/status", Here + WrongBearer);
        isSlowed = codeOf(response) == "too_many_guesses";
        QVERIFY(isSlowed || codeOf(response) == "invalid_admin_token");
        QVERIFY(!isSlowed || response.has("retry-after"));
    }
    QVERIFY(isSlowed);
    // the address is not shut out of what needs no token, and is let in again with the right one
    QCOMPARE(ask(scenario, "GET", "/meridian/status", Here).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(ask(scenario, "GET", "/meridian/status", Here + Bearer).status, 200,
                              30'000);
}

void TstAdminAccessTable::theTokenIsNoSecretOfTheLog()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("admin", "token", "env:THE_ADMIN_TOKEN");
    QVERIFY2(scenario.start({{"THE_ADMIN_TOKEN", Token}}), scenario.gateway.problem().c_str());
    QCOMPARE(ask(scenario, "GET", "/meridian/status", Elsewhere + Bearer).status, 200);
    QCOMPARE(scenario.chat(Scenario::ChatBody, {{"X-Meridian-Admin-Token", Token}}).status, 200);
    for (const auto &request : backend.log.requests()) {
        QVERIFY(findHeader(request.headers, "x-meridian-admin-token") == nullptr);
    }
    for (const char *path : {"/meridian/status", "/meridian/requests", "/metrics",
                             "/meridian/session", "/meridian/events"}) {
        QVERIFY(ask(scenario, "GET", path, Here).body.find(Token) == std::string::npos);
    }
    QCOMPARE(scenario.stop(), 0);
    for (const std::string &line : scenario.gateway.requestLog()) {
        QVERIFY(line.find(Token) == std::string::npos);
    }
}

void TstAdminAccessTable::aReloadChangesTheToken()
{
    Scenario scenario;
    scenario.addBackend("a");
    const std::string file = scenario.gateway.writeFile("token", Token);
    scenario.config.set("admin", "token", "file:" + file);
    START_OR_FAIL(scenario);
    QCOMPARE(ask(scenario, "GET", "/meridian/status", Elsewhere + Bearer).status, 200);
    (void)scenario.gateway.writeFile("token", std::string("not-") + Token);
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    QTRY_COMPARE(codeOf(ask(scenario, "GET", "/meridian/status", Elsewhere + Bearer)),
                 std::string("invalid_admin_token"));
    QTRY_COMPARE(ask(scenario, "GET", "/meridian/status", Elsewhere + WrongBearer).status, 200);
}

QTEST_GUILESS_MAIN(TstAdminAccessTable)
#include "tst_adminaccess.moc"
