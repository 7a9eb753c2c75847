// SPDX-License-Identifier: MIT
// Requests for vectors and their answers, from every client's dialect into every provider's.
#include "core/json/checker.h"
#include "core/provider/embedding.h"
#include "core/provider/vectors.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <bit>
#include <cmath>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

using Kind = EmbeddingDialect;

struct Named
{
    Kind dialect;
    const char *name;
    const char *request; // as a client's
    const char *answer;  // as a provider's; %1 vectors
};

const char *const Target = "/v1beta/models/text-embed:embedContent?key=x";

const std::vector<Named> &dialects()
{
    static const std::vector<Named> all{
        {Kind::OpenAi, "openai",
         R"({"model":"text-embed","input":["Zürich","a\tb"],"dimensions":256,"user":"u17","encoding_format":"float","x_more":1})",
         R"({"object":"list","data":[{"object":"embedding","index":1,"embedding":[1e-2]},{"object":"embedding","index":0,"embedding":[0.10,-2]}],"model":"up","usage":{"prompt_tokens":7,"total_tokens":7}})"},
        {Kind::Ollama, "ollama",
         R"({"model":"text-embed","input":["Zürich","a\tb"],"truncate":true,"dimensions":256,"keep_alive":"5m","options":{"num_ctx":8192}})",
         R"({"model":"up","embeddings":[[0.10,-2],[1e-2]],"total_duration":5,"load_duration":1,"prompt_eval_count":7})"},
        {Kind::OllamaOld, "ollama_old",
         R"({"model":"text-embed","prompt":"Zürich","keep_alive":-1,"options":{"num_ctx":8192}})",
         R"({"embedding":[0.10,-2]})"},
        {Kind::GeminiSingle, "gemini_single",
         R"({"content":{"parts":[{"text":"Zü"},{"text":"rich"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"Cities","outputDimensionality":256})",
         R"({"embedding":{"values":[0.10,-2]}})"},
        {Kind::GeminiBatch, "gemini_batch",
         R"({"requests":[{"model":"models/text-embed","content":{"parts":[{"text":"Zürich"}]},"taskType":"SEMANTIC_SIMILARITY"},{"model":"models/text-embed","content":{"parts":[{"text":"a\tb"}]},"taskType":"SEMANTIC_SIMILARITY"}]})",
         R"({"embeddings":[{"values":[0.10,-2]},{"values":[1e-2]}],"usageMetadata":{"promptTokenCount":7}})"},
        {Kind::Vertex, "vertex", "",
         R"({"predictions":[{"embeddings":{"values":[0.10,-2],"statistics":{"truncated":false,"token_count":4}}},{"embeddings":{"values":[1e-2],"statistics":{"truncated":false,"token_count":3}}}],"metadata":{"billableCharacterCount":9}})"},
        {Kind::Oci, "oci", "",
         R"({"id":"1","embeddings":[[0.10,-2],[1e-2]],"modelId":"cohere.embed-v4","modelVersion":"4","usage":{"promptTokens":7}})"},
    };
    return all;
}

Decoded<EmbeddingRequest> read(Kind client, const std::string &body)
{
    json::Checker checker;
    const auto value = checker.check(body);
    return value ? readEmbeddingRequest(client, *value, Target)
                 : Decoded<EmbeddingRequest>(badRequest({}, "not json"));
}

model::ProviderOptions options()
{
    model::ProviderOptions options;
    options.compartmentId = "ocid1.compartment.oc1..x";
    return options;
}

bool takesOne(Kind dialect)
{
    return dialect == Kind::OllamaOld || dialect == Kind::GeminiSingle;
}

const char *const Usual = R"({"model":"text-embed","input":["Zürich","a\tb"]})";

} // namespace

class tst_Embeddings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matrix_data();
    void matrix();
    void losses();
    void spellingSurvives();
    void base64();
    void base64OfTheProvider();
    void tokens();
    void inputs();
    void emptyInputs();
    void dedicatedEndpoint();
    void refuses_data();
    void refuses();
    void garbage_data();
    void garbage();
};

void tst_Embeddings::matrix_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<int>("provider");
    for (const Named &client : dialects()) {
        for (const Named &provider : dialects()) {
            if (client.dialect < Kind::Vertex) {
                QTest::addRow("%s to %s", client.name, provider.name)
                    << static_cast<int>(client.dialect) << static_cast<int>(provider.dialect);
            }
        }
    }
}

void tst_Embeddings::matrix()
{
    QFETCH(int, client);
    QFETCH(int, provider);
    const Named &from = dialects()[static_cast<std::size_t>(client)];
    const Named &to = dialects()[static_cast<std::size_t>(provider)];
    auto request = read(from.dialect, from.request);
    QVERIFY2(request.has_value(), request ? "" : request.error().message.c_str());
    if (takesOne(to.dialect)) {
        request->inputs.resize(1);
    }
    const model::ProviderOptions settings = options();
    Fidelity fidelity;
    const auto body = writeEmbeddingRequest(to.dialect, *request, {"up", settings}, fidelity);
    QVERIFY(body.has_value());
    json::Checker checker;
    QVERIFY(checker.check(*body).has_value());
    const std::string path = std::string("ollama/embed_") + from.name + "_to_" + to.name;
    const std::string difference = differsFromGolden(path + ".json", *body);
    QVERIFY2(difference.empty(), difference.c_str());

    std::string answer = to.answer;
    if (takesOne(from.dialect) && !takesOne(to.dialect)) { // one vector for one text
        for (
            const char *more :
            {",[1e-2]",
             R"(,{"embeddings":{"values":[1e-2],"statistics":{"truncated":false,"token_count":3}}})",
             ",{\"values\":[1e-2]}", R"({"object":"embedding","index":1,"embedding":[1e-2]},)"}) {
            if (const std::size_t at = answer.find(more); at != std::string::npos) {
                answer.erase(at, std::string(more).size());
            }
        }
    }
    const auto told = translateEmbeddingAnswer(to.dialect, answer, *request);
    QVERIFY2(told.has_value(), told ? "" : told.error().message.c_str());
    const std::string ofAnswer = differsFromGolden(path + "_answer.json", *told);
    QVERIFY2(ofAnswer.empty(), ofAnswer.c_str());
}

void tst_Embeddings::losses()
{
    const model::ProviderOptions settings = options();
    const auto lossesOf = [&](Kind client, Kind provider) {
        auto request = read(client, dialects()[static_cast<std::size_t>(client)].request);
        if (takesOne(provider)) {
            request->inputs.resize(1);
        }
        Fidelity fidelity;
        static_cast<void>(writeEmbeddingRequest(provider, *request, {"up", settings}, fidelity));
        return QByteArray::fromStdString(textOf(fidelity));
    };
    QCOMPARE(lossesOf(Kind::OpenAi, Kind::OpenAi), QByteArray());
    QCOMPARE(lossesOf(Kind::Ollama, Kind::Ollama), QByteArray());
    QCOMPARE(lossesOf(Kind::GeminiSingle, Kind::GeminiBatch), QByteArray());
    QCOMPARE(lossesOf(Kind::OpenAi, Kind::Ollama), QByteArray("dropped x_more\ndropped user\n"));
    QCOMPARE(lossesOf(Kind::OpenAi, Kind::OllamaOld),
             QByteArray("dropped x_more\ndropped user\n"
                        "dropped dimensions: /api/embeddings has no such field\n"));
    QCOMPARE(lossesOf(Kind::Ollama, Kind::OpenAi),
             QByteArray("dropped options.num_ctx\ndropped keep_alive\n"
                        "dropped truncate: what is too long is refused\n"));
    QCOMPARE(lossesOf(Kind::Ollama, Kind::Oci),
             QByteArray("dropped options.num_ctx\ndropped keep_alive\n"));
    QCOMPARE(lossesOf(Kind::GeminiSingle, Kind::Vertex), QByteArray());
    QCOMPARE(lossesOf(Kind::Ollama, Kind::Vertex),
             QByteArray("dropped options.num_ctx\ndropped keep_alive\n"));
    QCOMPARE(lossesOf(Kind::GeminiSingle, Kind::Oci), QByteArray("dropped title\n"));
    QCOMPARE(lossesOf(Kind::GeminiBatch, Kind::Oci), QByteArray("dropped taskType\n"));
    QCOMPARE(lossesOf(Kind::GeminiSingle, Kind::OpenAi),
             QByteArray("dropped taskType\ndropped title\n"));
}

void tst_Embeddings::spellingSurvives()
{
    const auto request = read(Kind::OpenAi, R"({"model":"m","input":"x"})");
    const auto told = translateEmbeddingAnswer(
        Kind::Ollama, R"({"embeddings":[[1.0, -0.0,1E5 ,0.12345678901234567890]]})", *request);
    QVERIFY(told.has_value());
    QVERIFY(told->find("[1.0, -0.0,1E5 ,0.12345678901234567890]") != std::string::npos);
}

void tst_Embeddings::base64()
{
    const auto request =
        read(Kind::OpenAi, R"({"model":"m","input":"x","encoding_format":"base64"})");
    QVERIFY(request.has_value());
    const auto told =
        translateEmbeddingAnswer(Kind::Ollama, R"({"embeddings":[[1,-2.5,0.1,0]]})", *request);
    QVERIFY(told.has_value());
    // 3f800000 c0200000 3dcccccd 00000000, each from its lowest byte
    QVERIFY(told->find(R"("embedding":"AACAPwAAIMDNzMw9AAAAAA==")") != std::string::npos);
    for (const char *number : {"1e39", "-1e39", "1e999"}) {
        const auto large = translateEmbeddingAnswer(
            Kind::Ollama, std::string("{\"embeddings\":[[") + number + "]]}", *request);
        QVERIFY(!large.has_value());
        QVERIFY(large.error().kind == ErrorClass::Upstream);
    }
    // every float comes back as itself
    std::uint32_t bits = 1;
    for (int i = 0; i < 20000; ++i) {
        bits = bits * 1664525U + 1013904223U;
        const float number = std::bit_cast<float>(bits);
        if (std::isfinite(number)) {
            const QByteArray raw(reinterpret_cast<const char *>(&bits), 4);
            const std::string wanted = raw.toBase64().toStdString();
            const auto vector = vectorOfBase64(wanted);
            QVERIFY(vector.has_value());
            QCOMPARE(base64OfVector(json::Value(*vector)), std::optional(wanted));
        }
    }
}

void tst_Embeddings::base64OfTheProvider()
{
    const auto request = read(Kind::Ollama, R"({"model":"m","input":"x"})");
    const auto told = translateEmbeddingAnswer(
        Kind::OpenAi, R"({"data":[{"embedding":"AACAPwAAIMDNzMw9AAAAAA=="}]})", *request);
    QVERIFY(told.has_value());
    QVERIFY(told->find(R"("embeddings":[[1,-2.5,0.1,0]])") != std::string::npos);
    for (const char *text : {"", "A", "AAAA", "%%%%", "AACAfw==", "AADAfw=="}) { // inf, nan
        QVERIFY(!vectorOfBase64(text));
    }
}

void tst_Embeddings::tokens()
{
    const model::ProviderOptions settings = options();
    Fidelity fidelity;
    auto request = read(Kind::OpenAi, R"({"model":"m","input":[1,2,3]})");
    QVERIFY(request.has_value());
    QCOMPARE(request->inputs.size(), std::size_t(1));
    QCOMPARE(*writeEmbeddingRequest(Kind::OpenAi, *request, {"m", settings}, fidelity),
             std::string(R"({"model":"m","input":[[1,2,3]],"encoding_format":"float"})"));
    request = read(Kind::OpenAi, R"({"model":"m","input":[[1,2],[3],"x"]})");
    QVERIFY(request.has_value());
    QCOMPARE(request->inputs.size(), std::size_t(3));
    for (const Kind provider : {Kind::Ollama, Kind::GeminiBatch, Kind::Oci}) {
        const auto refused = writeEmbeddingRequest(provider, *request, {"m", settings}, fidelity);
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().message,
                 std::string("input: this provider takes texts, not token ids"));
    }
}

void tst_Embeddings::inputs()
{
    const model::ProviderOptions settings = options();
    Fidelity fidelity;
    const auto request = read(Kind::OpenAi, Usual);
    for (const Kind provider : {Kind::OllamaOld, Kind::GeminiSingle}) {
        QVERIFY(!writeEmbeddingRequest(provider, *request, {"m", settings}, fidelity).has_value());
    }
    QVERIFY(embeddingDialectOf(model::Provider::Google) == Kind::GeminiBatch);
    QVERIFY(embeddingDialectOf(model::Provider::VertexAi) == Kind::Vertex);
    QVERIFY(embeddingDialectOf(model::Provider::Oci) == Kind::Oci);
    QVERIFY(embeddingDialectOf(model::Provider::Ollama) == Kind::Ollama);
    QVERIFY(embeddingDialectOf(model::Provider::AzureOpenAi) == Kind::OpenAi);
}

void tst_Embeddings::emptyInputs()
{
    for (const char *input : {R"("input":"",)", R"("input":[],)", ""}) {
        const auto request = read(Kind::Ollama, "{" + std::string(input) + R"("model":"m"})");
        QVERIFY(request.has_value());
        QVERIFY(request->inputs.empty());
        QCOMPARE(*writeEmbeddingAnswer({}, *request),
                 std::string(R"({"model":"m","embeddings":[],"total_duration":0,)"
                             R"("load_duration":0,"prompt_eval_count":0})"));
    }
    const auto old = read(Kind::OllamaOld, R"({"model":"m","prompt":""})");
    QVERIFY(old.has_value() && old->inputs.empty());
    QCOMPARE(*writeEmbeddingAnswer({}, *old), std::string(R"({"embedding":[]})"));
}

void tst_Embeddings::dedicatedEndpoint()
{
    model::ProviderOptions settings = options();
    settings.endpointId = "ocid1.endpoint";
    Fidelity fidelity;
    const auto request = read(Kind::OpenAi, R"({"model":"m","input":"x"})");
    const auto body = writeEmbeddingRequest(Kind::Oci, *request, {"m", settings}, fidelity);
    QVERIFY(
        body->find(R"("servingMode":{"servingType":"DEDICATED","endpointId":"ocid1.endpoint"})") !=
        std::string::npos);
}

void tst_Embeddings::refuses_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](Kind client, const char *body, const char *message) {
        QTest::addRow("%d %s", static_cast<int>(client), body)
            << static_cast<int>(client) << QByteArray(body) << QByteArray(message);
    };
    constexpr const char *OpenAiInput =
        "input: must be a string, an array of strings, token ids or an array of token ids";
    row(Kind::OpenAi, "{}", "model: is required");
    row(Kind::OpenAi, R"({"model":7,"input":"x"})", "model: must be a string");
    row(Kind::OpenAi, R"({"model":"m"})", "input: must not be empty");
    row(Kind::OpenAi, R"({"model":"m","input":[]})", "input: must not be empty");
    row(Kind::OpenAi, R"({"model":"m","input":7})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":[null]})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":[[]]})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":[1,"x"]})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":[-1]})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":[[1.5]]})", OpenAiInput);
    row(Kind::OpenAi, R"({"model":"m","input":"x","dimensions":"3"})",
        "dimensions: must be a positive integer");
    row(Kind::OpenAi, R"({"model":"m","input":"x","dimensions":0})",
        "dimensions: must be a positive integer");
    row(Kind::OpenAi, R"({"model":"m","input":"x","encoding_format":"hex"})",
        "encoding_format: must be \"float\" or \"base64\"");
    row(Kind::Ollama, R"({"model":"m","input":[1]})",
        "input: must be a string or an array of strings");
    row(Kind::Ollama, R"({"model":"m","input":"x","truncate":1})",
        "truncate: must be true or false");
    row(Kind::Ollama, R"({"model":"m","input":"x","options":[]})", "options: must be an object");
    row(Kind::Ollama, R"({"model":"m","input":"x","keep_alive":{}})",
        "keep_alive: must be a duration or a number of seconds");
    row(Kind::OllamaOld, R"({"model":"m","prompt":["x"]})", "prompt: must be a string");
    row(Kind::GeminiSingle, "{}", "content: is required");
    row(Kind::GeminiSingle, R"({"content":"x"})", "content.parts: must be parts with text");
    row(Kind::GeminiSingle, R"({"content":{"parts":[]}})",
        "content.parts: must be parts with text");
    row(Kind::GeminiSingle, R"({"content":{"parts":[{"inlineData":{}}]}})",
        "content.parts: must be parts with text");
    row(Kind::GeminiSingle, R"({"content":{"parts":[{"text":"x"}]},"outputDimensionality":"x"})",
        "outputDimensionality: must be a positive integer");
    row(Kind::GeminiBatch, "{}", "requests: must be an array that is not empty");
    row(Kind::GeminiBatch, R"({"requests":[7]})", "requests[0]: must be an object");
    row(Kind::GeminiBatch, R"({"requests":[{"content":{"parts":[{"text":7}]}}]})",
        "requests[0].content.parts: must be parts with text");
    row(Kind::GeminiBatch,
        R"({"requests":[{"content":{"parts":[{"text":"x"}]}},{"model":"models/other","content":{"parts":[{"text":"x"}]}}]})",
        "requests[1]: differs from the first request in more than its content");
    row(Kind::GeminiBatch,
        R"({"requests":[{"content":{"parts":[{"text":"x"}]}},{"taskType":"CLUSTERING","content":{"parts":[{"text":"x"}]}}]})",
        "requests[1]: differs from the first request in more than its content");
    row(Kind::Vertex, "{}", "clients do not speak this dialect");
    row(Kind::Oci, "{}", "clients do not speak this dialect");
}

void tst_Embeddings::refuses()
{
    QFETCH(int, client);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, message);
    const auto request = read(static_cast<Kind>(client), body.toStdString());
    QVERIFY(!request.has_value());
    QCOMPARE(QByteArray::fromStdString(request.error().message), message);
}

void tst_Embeddings::garbage_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body :
         {"",
          "<html>",
          "[]",
          "null",
          "{}",
          R"({"error":"x"})",
          R"({"data":[]})",
          R"({"data":[{"index":0,"embedding":[1]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]})",
          R"({"data":[{"index":-1,"embedding":[1]},{"index":1,"embedding":[1]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":["1"]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[]}]})",
          R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":"x"}]})",
          R"({"data":[7,"x"]})",
          R"({"embeddings":[[1]]})",
          R"({"embeddings":[[1],[1],[1]]})",
          R"({"embeddings":[[1],null]})",
          R"({"embeddings":{"a":[1],"b":[1]}})",
          R"({"embeddings":[[1],[[1]]]})",
          R"({"embeddings":[{"values":[1]},{"values":{}}]})",
          R"({"embedding":{"values":"x"}})",
          R"({"embedding":"x"})",
          R"({"predictions":[{"embeddings":[1]},{"embeddings":{"values":[1]}}]})",
          R"({"predictions":[{"embeddings":{"values":[1],"statistics":{"token_count":-1}}}]})"}) {
        QTest::newRow(body) << QByteArray(body);
    }
}

void tst_Embeddings::garbage()
{
    QFETCH(QByteArray, body);
    auto request = read(Kind::OpenAi, Usual);
    for (const Named &provider : dialects()) {
        const auto answer = readEmbeddingAnswer(provider.dialect, body.toStdString(), *request);
        QVERIFY(!answer.has_value());
        QVERIFY(answer.error().kind == ErrorClass::Upstream);
        QVERIFY(!answer.error().message.empty());
    }
}

QTEST_GUILESS_MAIN(tst_Embeddings)
#include "tst_embeddings.moc"
