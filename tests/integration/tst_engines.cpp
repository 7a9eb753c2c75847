// SPDX-License-Identifier: MIT
// Promise: engines on this machine are found by their answers, whatever else listens there, and
// become backends without a word of the configuration lost.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <map>

using namespace meridian::support;

namespace {

constexpr const char *Path = "/meridian/discovery";
constexpr const char *ProposePath = "/meridian/discovery/propose";

/// Speaks as an engine: these answers, 404 to all else.
void become(FakeUpstream &upstream, std::map<std::string, std::string> answers)
{
    upstream.setHealthScripted(true);
    upstream.setHandler([answers = std::move(answers)](const RecordedRequest &request) {
        const auto found = answers.find(request.target);
        return found == answers.end() ? Reply::json(R"({"detail":"Not Found"})", 404)
                                      : Reply::json(found->second);
    });
}

void becomeOllama(FakeUpstream &upstream)
{
    become(upstream, {{"/api/version", R"({"version":"0.12.6"})"},
                      {"/api/tags", R"({"models":[{"name":"qwen3:4b"},{"name":"gemma3:1b"}]})"},
                      {"/v1/models", R"({"object":"list","data":[{"id":"qwen3:4b"}]})"}});
}

void becomeVllm(FakeUpstream &upstream)
{
    become(upstream,
           {{"/version", R"({"version":"0.11.0"})"},
            {"/v1/models", R"({"object":"list","data":[{"id":"big","owned_by":"vllm"}]})"}});
}

void answerAllWith(FakeUpstream &upstream, const Reply &reply)
{
    upstream.setHealthScripted(true);
    upstream.setHandler([reply](const RecordedRequest &) { return reply; });
}

std::string bodyOf(const std::vector<std::string> &urls, const char *key = "places")
{
    QJsonArray list;
    for (const std::string &url : urls) {
        list.append(QString::fromStdString(url));
    }
    return QJsonDocument(QJsonObject{{QLatin1String(key), list}}).toJson().toStdString();
}

/// The answer when the search is over.
QJsonObject searched(const Scenario &scenario, const std::vector<std::string> &urls)
{
    const HttpResponse begun = scenario.post(Path, bodyOf(urls));
    const Deadline deadline(30s);
    QJsonObject now = jsonOf(begun);
    while (begun.status == 202 && now[QLatin1String("running")].toBool() && !deadline.hasPassed()) {
        QTest::qWait(20);
        now = jsonOf(scenario.get(Path));
    }
    return now;
}

QJsonObject placeOf(const QJsonObject &search, const std::string &url)
{
    const QJsonArray places = search[QLatin1String("places")].toArray();
    for (const QJsonValue &place : places) {
        if (place[QLatin1String("url")].toString().toStdString() == url) {
            return place.toObject();
        }
    }
    return {};
}

std::string wordOf(const QJsonObject &place, const char *key)
{
    return place[QLatin1String(key)].toString().toStdString();
}

Finished runMeridian(const std::vector<std::string> &arguments,
                     const ChildProcess::Environment &extra = {})
{
    std::vector<std::string> words = GatewayProcess::command();
    words.insert(words.end(), arguments.begin(), arguments.end());
    return runProcess(words, extra, 60s);
}

const ChildProcess::Environment NoConfig{{"MERIDIAN_CONFIG", "/nonexistent/config.yaml"}};

} // namespace

class TstEngines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everybodyIsToldApart();
    void oneSearchAtATime();
    void onlyThisMachineUnlessAsked();
    void placesOfTheConfiguration();
    void proposalServes();
    void proposalsAreChecked();
    void onTheCommandLine();
};

void TstEngines::everybodyIsToldApart()
{
    Scenario scenario;
    FakeUpstream &configured = scenario.addBackend("known");
    becomeOllama(configured);
    START_OR_FAIL(scenario);
    FakeUpstream vllm;
    FakeUpstream locked;
    FakeUpstream page;
    FakeUpstream hanging;
    FakeUpstream huge;
    FakeUpstream resetting;
    FakeUpstream halfHanging;
    becomeVllm(vllm);
    answerAllWith(locked, Reply::json(R"({"error":{"message":"Invalid API Key"}})", 401));
    answerAllWith(page, Reply::of(200, "text/html", "<!doctype html><p>hello"));
    answerAllWith(hanging, Reply::never());
    answerAllWith(huge, Reply::of(200, "application/json", std::string(2U << 20U, ' ')));
    resetting.setAcceptMode(AcceptMode::ResetAtOnce);
    halfHanging.setHealthScripted(true);
    halfHanging.setHandler([](const RecordedRequest &request) {
        return request.target == "/v1/models" ? Reply::json(R"({"data":[{"id":"x"}]})")
                                              : Reply::never();
    });
    const RefusingPort nobody;
    const std::string self = "http://127.0.0.1:" + std::to_string(scenario.gateway.port());
    const QJsonObject search =
        searched(scenario, {configured.url(), vllm.url(), locked.url(), page.url(), hanging.url(),
                            huge.url(), resetting.url(), halfHanging.url(), nobody.url(), self});
    QCOMPARE(search[QLatin1String("running")].toBool(true), false);

    const QJsonObject ollama = placeOf(search, configured.url());
    QCOMPARE(wordOf(ollama, "state"), std::string("found"));
    QCOMPARE(wordOf(ollama, "engine"), std::string("ollama"));
    QCOMPARE(wordOf(ollama, "provider"), std::string("ollama"));
    QCOMPARE(ollama[QLatin1String("models")].toArray().size(), 2);
    QCOMPARE(ollama[QLatin1String("configured")].toBool(), true);
    const QJsonObject found = placeOf(search, vllm.url());
    QCOMPARE(wordOf(found, "engine"), std::string("vllm"));
    QCOMPARE(wordOf(found, "provider"), std::string("openai"));
    QCOMPARE(found[QLatin1String("models")][0].toString(), QStringLiteral("big"));
    QCOMPARE(found[QLatin1String("configured")].toBool(true), false);
    QCOMPARE(wordOf(placeOf(search, locked.url()), "state"), std::string("needs_key"));
    QCOMPARE(wordOf(placeOf(search, page.url()), "state"), std::string("nothing"));
    QCOMPARE(wordOf(placeOf(search, hanging.url()), "state"), std::string("failed"));
    QCOMPARE(wordOf(placeOf(search, huge.url()), "state"), std::string("nothing"));
    // a reset is a failed connection or a failed answer, as the race goes
    const std::string reset = wordOf(placeOf(search, resetting.url()), "state");
    QVERIFY2(reset == "failed" || reset == "nothing", reset.c_str());
    QCOMPARE(wordOf(placeOf(search, halfHanging.url()), "state"), std::string("failed"));
    QCOMPARE(wordOf(placeOf(search, nobody.url()), "state"), std::string("nothing"));
    QCOMPARE(wordOf(placeOf(search, self), "state"), std::string("nothing"));
    QCOMPARE(wordOf(placeOf(search, self), "engine"), std::string("meridian"));
    // the usual ports were asked, too
    QVERIFY(search[QLatin1String("places")].toArray().size() >= 18);
    // nobody got a key, a body or anything but GET
    for (const RecordedRequest &request : vllm.log.requests()) {
        QCOMPARE(request.method, std::string("GET"));
        QVERIFY(!request.has("authorization") && request.body.empty());
    }
}

void TstEngines::oneSearchAtATime()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const QJsonObject before = jsonOf(scenario.get(Path));
    QCOMPARE(before[QLatin1String("running")].toBool(true), false);
    QVERIFY(before[QLatin1String("places")].toArray().isEmpty());
    FakeUpstream hanging;
    answerAllWith(hanging, Reply::never());
    const HttpResponse first = scenario.post(Path, bodyOf({hanging.url()}));
    QVERIFY2(first.status == 202, first.body.c_str());
    QCOMPARE(wordOf(placeOf(jsonOf(first), hanging.url()), "state"), std::string("looking"));
    const HttpResponse second = scenario.post(Path, "{}");
    QVERIFY(second.status == 409 || second.status == 202); // 202: this machine took 2 s for it
    const Deadline deadline(30s);
    while (jsonOf(scenario.get(Path))[QLatin1String("running")].toBool() && !deadline.hasPassed()) {
        QTest::qWait(20);
    }
    QCOMPARE(scenario.post(Path, "{}").status, 202);
}

void TstEngines::onlyThisMachineUnlessAsked()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.post(Path, bodyOf({"http://192.0.2.1:8000"})), 400,
                 "invalid_request_error", "invalid_place");
    VERIFY_ERROR(scenario.post(Path, bodyOf({"nonsense"})), 400, "invalid_request_error",
                 "invalid_place");
    for (const char *body : {"[]", "7", R"({"places":7})", R"({"places":[7]})", "nonsense"}) {
        VERIFY_ERROR(scenario.post(Path, body), 400, "invalid_request_error", "invalid_body");
    }
    std::vector<std::string> many;
    for (int port = 20000; port < 20064; ++port) {
        many.push_back("http://127.0.0.1:" + std::to_string(port));
    }
    VERIFY_ERROR(scenario.post(Path, bodyOf(many)), 400, "invalid_request_error",
                 "too_many_places");
    QVERIFY(jsonOf(scenario.get(Path))[QLatin1String("places")].toArray().isEmpty());
}

void TstEngines::placesOfTheConfiguration()
{
    FakeUpstream vllm;
    becomeVllm(vllm);
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.raw("discovery: {places: [\"" + vllm.url() + "\"]}\n");
    START_OR_FAIL(scenario);
    const QJsonObject search = searched(scenario, {});
    QCOMPARE(wordOf(placeOf(search, vllm.url()), "state"), std::string("found"));
}

void TstEngines::proposalServes()
{
    FakeUpstream vllm;
    becomeVllm(vllm);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QVERIFY(!searched(scenario, {vllm.url()}).isEmpty());
    const std::string existing =
        "# kept\ngateway: {host: 127.0.0.1, port: 8080}\nbackends:\n  - {name: vllm, url: "
        "\"http://127.0.0.1:1\"}\n";
    QJsonObject body{{QStringLiteral("urls"), QJsonArray{QString::fromStdString(vllm.url())}},
                     {QStringLiteral("text"), QString::fromStdString(existing)}};
    const HttpResponse answer =
        scenario.post(ProposePath, QJsonDocument(body).toJson().toStdString());
    QVERIFY2(answer.status == 200, answer.body.c_str());
    const std::string text = jsonOf(answer)[QLatin1String("text")].toString().toStdString();
    QVERIFY2(text.starts_with("# kept\n"), text.c_str());
    QVERIFY2(text.find("vllm-2") != std::string::npos, text.c_str());
    QVERIFY2(text.find(vllm.url()) != std::string::npos, text.c_str());
    const Finished checked =
        runMeridian({"check", "-c", scenario.gateway.writeFile("proposed.yaml", text)});
    QVERIFY2(checked.exitCode.value_or(-1) == 0, (text + checked.error).c_str());
}

void TstEngines::proposalsAreChecked()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.post(ProposePath, bodyOf({"http://127.0.0.1:1"}, "urls")), 400,
                 "invalid_request_error", "place_not_found");
    for (const char *body : {"", "{}", R"({"urls":[]})", R"({"urls":["x"],"text":7})", "["}) {
        VERIFY_ERROR(scenario.post(ProposePath, body), 400, "invalid_request_error",
                     "invalid_body");
    }
    QCOMPARE(scenario.get(ProposePath).status, 405);
}

void TstEngines::onTheCommandLine()
{
    FakeUpstream ollama;
    becomeOllama(ollama);
    const Finished table = runMeridian({"discover", ollama.url()}, NoConfig);
    QVERIFY2(table.exitCode.value_or(-1) == 0, table.error.c_str());
    QVERIFY2(table.output.starts_with(ollama.url()), table.output.c_str());
    QVERIFY2(table.output.find("'qwen3:4b'") != std::string::npos, table.output.c_str());
    QVERIFY2(table.output.find("http://127.0.0.1:11434") != std::string::npos,
             table.output.c_str());

    const Finished proposed = runMeridian({"discover", "--propose", ollama.url()}, NoConfig);
    QVERIFY2(proposed.exitCode.value_or(-1) == 0, proposed.error.c_str());
    QVERIFY2(proposed.output.find("provider: ollama") != std::string::npos,
             proposed.output.c_str());
    const GatewayProcess files;
    const Finished checked =
        runMeridian({"check", "-c", files.writeFile("proposed.yaml", proposed.output)});
    QVERIFY2(checked.exitCode.value_or(-1) == 0, (proposed.output + checked.error).c_str());

    const Finished elsewhere = runMeridian({"discover", "http://192.0.2.1:1"}, NoConfig);
    QCOMPARE(elsewhere.exitCode.value_or(-1), 1);
    QVERIFY2(elsewhere.error.find("this machine") != std::string::npos, elsewhere.error.c_str());
    QCOMPARE(runMeridian({"discover", "-c", "/nonexistent/c.yaml"}).exitCode.value_or(-1), 1);
}

QTEST_GUILESS_MAIN(TstEngines)
#include "tst_engines.moc"
