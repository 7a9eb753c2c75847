// SPDX-License-Identifier: MIT
// Promise: a bad request gets an OpenAI-shaped error, the connection stays usable, no backend hears
// of it.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

class TstBadRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badBodies_data();
    void badBodies();
    void unknownPaths_data();
    void unknownPaths();
    void wrongMethods_data();
    void wrongMethods();
    void unknownModel();
    void deepNestingDoesNotCrash();
};

void TstBadRequests::badBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");
    const auto notJson = QStringLiteral("Invalid JSON body");
    const auto notObject = QStringLiteral("JSON body must be an object");
    QTest::newRow("open brace") << QByteArray("{") << notJson;
    QTest::newRow("words") << QByteArray("hello world") << notJson;
    QTest::newRow("unquoted key") << QByteArray("{model:1}") << notJson;
    QTest::newRow("trailing comma") << QByteArray(R"({"model":"test-model",})") << notJson;
    QTest::newRow("two values") << QByteArray(R"({"model":"test-model"}{"model":"x"})") << notJson;
    QTest::newRow("text behind") << QByteArray(R"({"model":"test-model"} x)") << notJson;
    QTest::newRow("single quotes") << QByteArray(R"({'model':'test-model'})") << notJson;
    QTest::newRow("open string") << QByteArray(R"({"model":"test-model)") << notJson;
    QTest::newRow("newline in a string") << QByteArray("{\"model\":\"test\nmodel\"}") << notJson;
    QTest::newRow("NUL behind") << QByteArray("{\"model\":\"test-model\"}\0", 23) << notJson;
    QTest::newRow("invalid UTF-8")
        << QByteArray("{\"model\":\"test-model\",\"x\":\"\xff\xfe\"}") << QString();
    QTest::newRow("overlong UTF-8")
        << QByteArray("{\"model\":\"test-model\",\"x\":\"\xc0\xaf\"}") << QString();
    QTest::newRow("surrogate in UTF-8")
        << QByteArray("{\"model\":\"test-model\",\"x\":\"\xed\xa0\x80\"}") << QString();
    QTest::newRow("array") << QByteArray(R"(["model"])") << notObject;
    QTest::newRow("string") << QByteArray(R"("model")") << notObject;
    QTest::newRow("number") << QByteArray("17") << notObject;
    QTest::newRow("null") << QByteArray("null") << notObject;
    QTest::newRow("duplicate model")
        << QByteArray(R"({"model":"test-model","model":"other"})") << QString();
    QTest::newRow("duplicate model, escaped")
        << QByteArray(R"({"model":"test-model","mo\u0064el":"other"})") << QString();
    QTest::newRow("duplicate stream")
        << QByteArray(R"({"model":"test-model","stream":true,"stream":false})") << QString();
    QTest::newRow("model is a number") << QByteArray(R"({"model":1})") << QString();
}

void TstBadRequests::badBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, body.toStdString());
    VERIFY_ERROR(response, 400, "invalid_request_error");
    QVERIFY2(response.body.find(message.toStdString()) != std::string::npos, response.body.c_str());
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    // The framing was right: the connection goes on, unless the answer says otherwise.
    if (!equalsIgnoreCase(response.header("connection"), "close")) {
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    QCOMPARE(scenario.stop(), 0);
}

void TstBadRequests::unknownPaths_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    for (const char *path : {"/", "/nope", "/v1", "/v1/", "/v1/nope", "/v1/chat",
                             "/v1/chat/completions/x", "/v1/../meridian/status",
                             "//v1/chat/completions", "/V1/chat/completions", "/meridian/nope"}) {
        QTest::addRow("GET %s", path) << QStringLiteral("GET") << QString::fromLatin1(path);
        QTest::addRow("POST %s", path) << QStringLiteral("POST") << QString::fromLatin1(path);
    }
}

void TstBadRequests::unknownPaths()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string_view body =
        method == QLatin1String("POST") ? Scenario::ChatBody : std::string_view();
    const HttpResponse response =
        scenario.connect().exchange(method.toStdString(), path.toStdString(), body);
    if (path == QLatin1String("/")) { // a start page or a redirect to it is no error
        QVERIFY2(response.isComplete() && response.status < 500, response.problem.c_str());
    } else {
        VERIFY_ERROR(response, 404, "invalid_request_error");
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

void TstBadRequests::wrongMethods_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("allowed");
    for (const char *method : {"GET", "PUT", "DELETE", "PATCH"}) {
        for (const char *path : {"/v1/chat/completions", "/v1/embeddings", "/v1/audio/speech"}) {
            QTest::addRow("%s %s", method, path)
                << QString::fromLatin1(method) << QString::fromLatin1(path)
                << QStringLiteral("POST");
        }
    }
    QTest::newRow("POST /v1/models")
        << QStringLiteral("POST") << QStringLiteral("/v1/models") << QStringLiteral("GET");
    QTest::newRow("POST /metrics")
        << QStringLiteral("POST") << QStringLiteral("/metrics") << QStringLiteral("GET");
    QTest::newRow("POST /healthz")
        << QStringLiteral("POST") << QStringLiteral("/healthz") << QStringLiteral("GET");
}

void TstBadRequests::wrongMethods()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, allowed);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.connect().exchange(method.toStdString(), path.toStdString());
    VERIFY_ERROR(response, 405, "invalid_request_error");
    QVERIFY2(response.header("allow").find(allowed.toStdString()) != std::string::npos,
             headerLines(response.headers).c_str());
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

void TstBadRequests::unknownModel()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a", {{"model", "only-this"}});
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 404, "invalid_request_error", "model_not_found");
    QCOMPARE(scenario.chat(R"({"model":"only-this","messages":[]})").status, 200);
    QCOMPARE(backend.log.requestCount(), std::size_t(1));
    // A name made to break logs and pages stays data.
    const HttpResponse hostile =
        scenario.chat(R"({"model":"<script>\r\nx: y\u0000\"'","messages":[]})");
    QVERIFY2(hostile.isComplete() && (hostile.status == 404 || hostile.status == 400),
             hostile.body.c_str());
    QVERIFY(!hostile.has("x"));
    QVERIFY2(!jsonOf(hostile).isEmpty(), hostile.body.c_str());
}

void TstBadRequests::deepNestingDoesNotCrash()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string deep(200000, '[');
    const std::string balanced = deep + std::string(200000, ']');
    for (const std::string &value : {deep, balanced}) {
        const HttpResponse response = scenario.chat(R"({"model":"test-model","x":)" + value + "}");
        VERIFY_COMPLETE(response);
        QVERIFY(response.status == 400 || response.status == 200);
    }
    QCOMPARE(scenario.get("/healthz").status, 200);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstBadRequests)
#include "tst_badrequests.moc"
