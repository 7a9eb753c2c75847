// SPDX-License-Identifier: MIT
#include "core/discovery/engineanswers.h"

#include <QTest>

#include <map>

using namespace meridian::discovery;

namespace {

using Told = std::map<Question, EngineAnswer>;

const EngineAnswer Unknown{404, R"({"detail":"Not Found"})"};
const EngineAnswer Refused{401, R"({"error":{"message":"Invalid API Key"}})"};
/// LM Studio's answer to every path that it does not have.
const EngineAnswer Unexpected{200, R"x({"error":"Unexpected endpoint or method. (GET /x)"})x"};

EngineAnswer listOf(const char *owner)
{
    return {200,
            std::string(R"({"object":"list","data":[{"id":"m1","object":"model","owned_by":")") +
                owner + R"("},{"id":"m2"}]})"};
}

EngineFinding
judged(const Told &told, std::string_view usual = {}, const EngineAnswer &other = Unknown)
{
    EngineAnswers answers;
    answers.fill(other);
    for (const auto &[question, answer] : told) {
        answers[static_cast<std::size_t>(question)] = answer;
    }
    return judge(answers, usual);
}

using Q = Question;

const EngineAnswer OllamaVersion{200, R"({"version":"0.12.6"})"};
const EngineAnswer OllamaTags{200,
                              R"({"models":[{"name":"qwen3:4b","model":"qwen3:4b","size":1}]})"};

struct Case
{
    const char *name;
    Told told;
    const char *usual;
    const char *engine;
    PlaceState state;
    qsizetype models;
    EngineAnswer other = Unknown;
};

const std::vector<Case> &cases()
{
    using S = PlaceState;
    static const std::vector<Case> All{
        {"ollama",
         {{Q::Models, listOf("library")},
          {Q::OllamaVersion, OllamaVersion},
          {Q::OllamaTags, OllamaTags}},
         "ollama",
         "ollama",
         S::Found,
         1},
        {"old ollama without /v1",
         {{Q::OllamaVersion, OllamaVersion}, {Q::OllamaTags, OllamaTags}},
         "",
         "ollama",
         S::Found,
         1},
        {"ollama without a model",
         {{Q::OllamaVersion, OllamaVersion}, {Q::OllamaTags, {200, R"({"models":[]})"}}},
         "",
         "ollama",
         S::Found,
         0},
        {"lm studio",
         {{Q::Models, listOf("organization_owner")},
          {Q::LmStudioModels,
           {200,
            R"({"object":"list","data":[{"id":"m1","type":"llm","compatibility_type":"gguf","state":"loaded"}]})"}}},
         "lmstudio",
         "lmstudio",
         S::Found,
         2,
         Unexpected},
        {"llama.cpp",
         {{Q::Models, listOf("llamacpp")},
          {Q::LlamaCppProps, {200, R"({"default_generation_settings":{},"total_slots":1})"}},
          {Q::OllamaTags, {200, R"({"models":[{"name":"m1"}]})"}}},
         "",
         "llamacpp",
         S::Found,
         2},
        {"llama.cpp with a key lists its model to everybody",
         {{Q::Models, listOf("llamacpp")}, {Q::LlamaCppProps, Refused}},
         "llamacpp",
         "llamacpp",
         S::NeedsKey,
         2},
        {"vllm",
         {{Q::Models, listOf("vllm")}, {Q::Version, {200, R"({"version":"0.11.0"})"}}},
         "",
         "vllm",
         S::Found,
         2},
        {"vllm with a key",
         {{Q::Models, Refused}, {Q::Version, {200, R"({"version":"0.11.0"})"}}},
         "",
         "vllm",
         S::NeedsKey,
         0},
        {"sglang",
         {{Q::Models, listOf("sglang")},
          {Q::SglangModel, {200, R"({"model_path":"qwen/x","is_generation":true})"}}},
         "",
         "sglang",
         S::Found,
         2},
        {"localai",
         {{Q::Models, listOf("")},
          {Q::Version, {200, R"({"version":"v2.28.0"})"}},
          {Q::LocalAiDiscovery,
           {200, R"({"version":"v2.28.0","endpoints":{"models":"/v1/models"}})"}}},
         "llamacpp",
         "localai",
         S::Found,
         2},
        {"localai of before",
         {{Q::Models, listOf("")}, {Q::Version, {200, R"x({"version":"2.26.0 (a1b2c3d4)"})x"}}},
         "llamacpp",
         "localai",
         S::Found,
         2},
        {"localai behind a key",
         {{Q::LocalAiDiscovery, {200, R"({"version":"v4.9.0","endpoints":{}})"}}},
         "llamacpp",
         "localai",
         S::NeedsKey,
         0,
         Refused},
        {"text-generation-webui",
         {{Q::Models, listOf("user")},
          {Q::TextgenModel, {200, R"({"model_name":"m1","lora_names":[]})"}}},
         "textgen",
         "textgen",
         S::Found,
         2},
        {"jan, by its port", {{Q::Models, listOf("jan")}}, "jan", "jan", S::Found, 2},
        {"some compatible one", {{Q::Models, listOf("x")}}, "", "openai", S::Found, 2},
        {"everything behind a key", {}, "vllm", "vllm", S::NeedsKey, 0, Refused},
        {"a page for every path",
         {},
         "",
         "",
         S::Nothing,
         0,
         {200, "<!doctype html><html><body>Hello</body></html>"}},
        {"an API that is something else",
         {},
         "llamacpp",
         "llamacpp",
         S::Nothing,
         0,
         {200, R"({"status":"ok"})"}},
        {"a list that was too long to read", {{Q::Models, {200, ""}}}, "", "", S::Nothing, 0},
        {"engine without a list",
         {{Q::Models, {500, "oops"}}, {Q::Version, {200, R"({"version":"0.11.0"})"}}},
         "",
         "vllm",
         S::Failed,
         0},
        {"did not say who it is",
         {{Q::Models, listOf("x")}, {Q::Self, {0, ""}}},
         "",
         "",
         S::Failed,
         0},
        {"ourselves, who speak like Ollama",
         {{Q::Models, listOf("meridian")},
          {Q::OllamaVersion, OllamaVersion},
          {Q::OllamaTags, OllamaTags},
          {Q::Self, {200, R"({"name":"meridian","version":"1","api":"1.0"})"}}},
         "llamacpp",
         "meridian",
         S::Nothing,
         0},
        {"a gateway that does not talk to us",
         {{Q::Models, listOf("meridian")},
          {Q::Self,
           {403, R"({"error":{"message":"no","type":"permission_error","code":"forbidden"}})"}}},
         "llamacpp",
         "meridian",
         S::Nothing,
         0},
    };
    return All;
}

} // namespace

class TstEngineAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void engines_data();
    void engines();
    void everyAnswerMayBeNonsense();
};

void TstEngineAnswers::engines_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < cases().size(); ++i) {
        QTest::newRow(cases()[i].name) << static_cast<int>(i);
    }
}

void TstEngineAnswers::engines()
{
    QFETCH(int, index);
    const Case &given = cases()[static_cast<std::size_t>(index)];
    const EngineFinding finding = judged(given.told, given.usual, given.other);
    QCOMPARE(QString::fromUtf8(stateName(finding.state).data()),
             QString::fromUtf8(stateName(given.state).data()));
    QCOMPARE(finding.engine, std::string(given.engine));
    QCOMPARE(static_cast<qsizetype>(finding.models.size()), given.models);
    QVERIFY(!finding.message.empty());
    const bool isUsable = given.state == PlaceState::Found || given.state == PlaceState::NeedsKey;
    if (isUsable) {
        QCOMPARE(finding.provider, std::string(finding.engine == "ollama" ? "ollama" : "openai"));
    }
}

void TstEngineAnswers::everyAnswerMayBeNonsense()
{
    for (const char *body : {"", "null", "[]", "{", "\"x\"", "{\"data\":{}}", "{\"data\":[[]]}",
                             "{\"version\":7}", "{\"models\":[1]}", "\xff\xfe"}) {
        for (const int status : {200, 204, 301, 404, 500}) {
            const EngineFinding finding = judged({}, {}, {status, body});
            QVERIFY2(finding.models.empty(), body);
            QVERIFY(finding.state != PlaceState::Looking && finding.state != PlaceState::NeedsKey);
        }
    }
}

QTEST_GUILESS_MAIN(TstEngineAnswers)
#include "tst_engineanswers.moc"
