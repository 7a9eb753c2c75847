// SPDX-License-Identifier: MIT
// Where each request goes at each provider, and in whose words.
#include "core/json/checker.h"
#include "core/provider/endpoint.h"

#include <QTest>

#include <functional>

using namespace meridian;
using namespace meridian::provider;
using model::BackendSettings;
using model::OciFormat;
using model::Provider;
using model::VertexPublisher;

namespace {

constexpr std::string_view GeminiGenerate =
    "/v1beta/models/some-alias:streamGenerateContent?key=SECRET&alt=sse";

BackendSettings backendOf(Provider provider)
{
    BackendSettings backend;
    backend.provider = provider;
    backend.host = "backend.example";
    backend.options.project = "my project";
    backend.options.location = "europe-west4";
    return backend;
}

BackendSettings with(BackendSettings backend, const std::function<void(BackendSettings &)> &change)
{
    change(backend);
    return backend;
}

} // namespace

Q_DECLARE_METATYPE(BackendSettings)
Q_DECLARE_METATYPE(Call)

class TestEndpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesThere_data();

    void goesThere()
    {
        QFETCH(BackendSettings, backend);
        QFETCH(Call, call);
        QFETCH(int, passage);
        QFETCH(QByteArray, target);
        const Passage found = passageOf(backend, call.dialect, call.operation, call.model);
        QCOMPARE(static_cast<int>(found), passage);
        if (!target.isEmpty()) {
            for (const std::string base : {"", "/proxy/x"}) {
                backend.basePath = base;
                std::string out = "POST ";
                appendTarget(out, backend, call, found);
                QCOMPARE(out, "POST " + base + target.toStdString());
                QVERIFY(out.find("SECRET") == std::string::npos);
            }
        }
    }

    void dialects_data()
    {
        QTest::addColumn<BackendSettings>("backend");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<int>("dialect");
        const auto row = [](const char *name, const BackendSettings &backend, const char *model,
                            Dialect dialect) {
            QTest::newRow(name) << backend << QByteArray(model) << static_cast<int>(dialect);
        };
        row("openai", backendOf(Provider::OpenAi), "claude-x", Dialect::OpenAiChat);
        row("azure", backendOf(Provider::AzureOpenAi), "gpt-5", Dialect::OpenAiChat);
        row("anthropic", backendOf(Provider::Anthropic), "gpt-5", Dialect::Anthropic);
        row("google", backendOf(Provider::Google), "gemini-3", Dialect::Gemini);
        row("ollama", backendOf(Provider::Ollama), "llama", Dialect::OllamaChat);
        row("vertex", backendOf(Provider::VertexAi), "gemini-3", Dialect::Gemini);
        row("vertex claude", backendOf(Provider::VertexAi), "claude-opus-4", Dialect::Anthropic);
        row("vertex said",
            with(backendOf(Provider::VertexAi),
                 [](auto &b) { b.options.publisher = VertexPublisher::Anthropic; }),
            "mine", Dialect::Anthropic);
        row("vertex said google",
            with(backendOf(Provider::VertexAi),
                 [](auto &b) { b.options.publisher = VertexPublisher::Google; }),
            "claude-x", Dialect::Gemini);
        row("oci command-r", backendOf(Provider::Oci), "cohere.command-r-plus", Dialect::OciCohere);
        row("oci command-a", backendOf(Provider::Oci), "cohere.command-a-03", Dialect::OciCohereV2);
        row("oci llama", backendOf(Provider::Oci), "meta.llama-4", Dialect::OciGeneric);
        const auto oci = [](OciFormat format) {
            return with(backendOf(Provider::Oci), [format](auto &b) { b.options.format = format; });
        };
        row("oci said generic", oci(OciFormat::Generic), "cohere.command-r", Dialect::OciGeneric);
        row("oci said cohere", oci(OciFormat::Cohere), "x", Dialect::OciCohere);
        row("oci said v2", oci(OciFormat::CohereV2), "x", Dialect::OciCohereV2);
        row("oci said openai", oci(OciFormat::OpenAi), "x", Dialect::OpenAiChat);
    }

    void dialects()
    {
        QFETCH(BackendSettings, backend);
        QFETCH(QByteArray, model);
        QFETCH(int, dialect);
        const std::string name = model.toStdString();
        QCOMPARE(static_cast<int>(dialectOf(backend, name)), dialect);
        QVERIFY(!needsNativeRework(backend, Dialect::OpenAiChat, name));
        QCOMPARE(needsNativeRework(backend, Dialect::Anthropic, name),
                 backend.provider == Provider::VertexAi &&
                     static_cast<Dialect>(dialect) == Dialect::Anthropic);
    }

    void reworkForVertex()
    {
        const std::string body =
            R"( {"model":"claude","max_tokens":5,"anthropic_version":"x","messages":[{"model":1}]})";
        QCOMPARE(nativeRework(body, Operation::Generate),
                 std::string(R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5,)"
                             R"("messages":[{"model":1}]})"));
        const std::string counted = nativeRework(body, Operation::CountTokens);
        QVERIFY(counted.find(R"("model":"claude")") != std::string::npos);
        json::Checker checker;
        QVERIFY(checker.check(counted));
        QCOMPARE(nativeRework("{}", Operation::Generate),
                 std::string(R"({"anthropic_version":"vertex-2023-10-16"})"));
    }
};

void TestEndpoint::goesThere_data()
{
    QTest::addColumn<BackendSettings>("backend");
    QTest::addColumn<Call>("call");
    QTest::addColumn<int>("passage");
    QTest::addColumn<QByteArray>("target");
    const auto row = [](const std::string &name, const BackendSettings &backend, const Call &call,
                        Passage passage, const char *target) {
        QTest::newRow(name.c_str())
            << backend << call << static_cast<int>(passage) << QByteArray(target);
    };
    using D = Dialect;
    using O = Operation;
    const auto chat = [](std::string_view model = "m") {
        return Call{D::OpenAiChat, O::Generate, "/v1/chat/completions", model, false};
    };
    const Call responses{D::OpenAiResponses, O::Generate, "/v1/responses", "m", false};
    const Call embed{D::OpenAiOther, O::Embed, "/v1/embeddings", "m", false};
    const Call audio{D::OpenAiOther, O::Other, "/v1/audio/speech?x=1", "m", false};
    const auto messages = [](std::string_view model, bool isStream = false) {
        return Call{D::Anthropic, O::Generate, "/v1/messages?beta=true", model, isStream};
    };
    const auto count = [](std::string_view model) {
        return Call{D::Anthropic, O::CountTokens, "/v1/messages/count_tokens", model, false};
    };
    const auto gemini = [](std::string_view model) {
        return Call{D::Gemini, O::Generate, GeminiGenerate, model, true};
    };
    const Call geminiCount{D::Gemini, O::CountTokens, "/v1/models/a:countTokens?key=SECRET",
                           "gemini-3", false};
    const Call geminiEmbed{D::Gemini, O::Embed, "/v1beta/models/e:batchEmbedContents", "emb",
                           false};
    const Call ollama{D::OllamaChat, O::Generate, "/api/chat", "m", true};
    const Call ollamaEmbed{D::OllamaChat, O::Embed, "/api/embed", "m", false};

    const BackendSettings openAi = backendOf(Provider::OpenAi);
    row("openai chat", openAi, chat(), Passage::Native, "/v1/chat/completions");
    row("openai audio", openAi, audio, Passage::Native, "/v1/audio/speech?x=1");
    row("openai responses", openAi, responses, Passage::Native, "/v1/responses");
    row("openai messages", openAi, messages("m"), Passage::Translated, "/v1/chat/completions");
    row("openai gemini", openAi, gemini("m"), Passage::Translated, "/v1/chat/completions");
    row("openai ollama", openAi, ollama, Passage::Translated, "/v1/chat/completions");
    row("openai ollama embed", openAi, ollamaEmbed, Passage::Translated, "/v1/embeddings");
    row("openai gemini embed", openAi, geminiEmbed, Passage::Translated, "/v1/embeddings");
    row("openai count", openAi, count("m"), Passage::Estimated, "");
    row("openai gemini count", openAi, geminiCount, Passage::Estimated, "");
    const Call responsesCount{D::OpenAiResponses, O::CountTokens, "/v1/responses/input_tokens", "m",
                              false};
    row("engine counts not", openAi, responsesCount, Passage::Estimated, "");
    row("openai counts", with(openAi, [](auto &b) { b.host = "api.openai.com"; }), responsesCount,
        Passage::Native, "/v1/responses/input_tokens");
    row("no responses there", with(openAi, [](auto &b) { b.options.nativeResponses = false; }),
        responses, Passage::Translated, "/v1/chat/completions");
    row("messages there", with(openAi, [](auto &b) { b.options.nativeMessages = true; }),
        messages("m"), Passage::Native, "/v1/messages?beta=true");

    const BackendSettings azure = backendOf(Provider::AzureOpenAi);
    const BackendSettings azureOld =
        with(azure, [](auto &b) { b.options.apiVersion = "2024-10-21"; });
    const BackendSettings azureNamed =
        with(azureOld, [](auto &b) { b.options.deployment = "my gpt"; });
    row("azure v1", azure, chat(), Passage::Native, "/openai/v1/chat/completions");
    row("azure v1 query", azure, audio, Passage::Native, "/openai/v1/audio/speech?x=1");
    row("azure v1 translated", azure, messages("m"), Passage::Translated,
        "/openai/v1/chat/completions");
    row("azure v1 embed", azure, geminiEmbed, Passage::Translated, "/openai/v1/embeddings");
    row("azure old", azureOld, chat("gpt/5"), Passage::Native,
        "/openai/deployments/gpt%2F5/chat/completions?api-version=2024-10-21");
    row("azure old named", azureNamed, chat(), Passage::Native,
        "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
    row("azure old query", azureNamed, audio, Passage::Native,
        "/openai/deployments/my%20gpt/audio/speech?x=1&api-version=2024-10-21");
    row("azure old translated", azureNamed, gemini("m"), Passage::Translated,
        "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");

    const BackendSettings anthropic = backendOf(Provider::Anthropic);
    row("anthropic", anthropic, messages("c"), Passage::Native, "/v1/messages?beta=true");
    row("anthropic count", anthropic, count("c"), Passage::Native, "/v1/messages/count_tokens");
    row("anthropic chat", anthropic, chat(), Passage::Translated, "/v1/messages");
    row("anthropic responses", anthropic, responses, Passage::Translated, "/v1/messages");
    row("anthropic gemini count", anthropic, geminiCount, Passage::Translated,
        "/v1/messages/count_tokens");
    row("anthropic embed", anthropic, embed, Passage::None, "");
    row("anthropic audio", anthropic, audio, Passage::None, "");

    const BackendSettings google = backendOf(Provider::Google);
    row("google", google, gemini("gemini-3-pro"), Passage::Native,
        "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse");
    row("google count", google, geminiCount, Passage::Native,
        "/v1beta/models/gemini-3:countTokens");
    row("google embed", google, geminiEmbed, Passage::Native,
        "/v1beta/models/emb:batchEmbedContents");
    row("google chat", google, chat("gemini-3"), Passage::Translated,
        "/v1beta/models/gemini-3:generateContent");
    row("google messages", google, messages("gemini-3", true), Passage::Translated,
        "/v1beta/models/gemini-3:streamGenerateContent?alt=sse");
    row("google counted", google, count("gemini-3"), Passage::Translated,
        "/v1beta/models/gemini-3:countTokens");
    row("google embeds", google, embed, Passage::Translated, "/v1beta/models/m:batchEmbedContents");

    const BackendSettings vertex = backendOf(Provider::VertexAi);
    const std::string place = "/v1/projects/my%20project/locations/europe-west4/publishers/";
    row("vertex", vertex, gemini("gemini-3"), Passage::Native,
        (place + "google/models/gemini-3:streamGenerateContent?alt=sse").c_str());
    Call ofCredential = chat("gemini-3");
    ofCredential.project = "key-file";
    row("vertex project said twice", vertex, ofCredential, Passage::Translated,
        (place + "google/models/gemini-3:generateContent").c_str());
    row("vertex project of the credential",
        with(vertex, [](auto &b) { b.options.project.clear(); }), ofCredential, Passage::Translated,
        "/v1/projects/key-file/locations/europe-west4/publishers/google/models/"
        "gemini-3:generateContent");
    row("vertex chat", vertex, chat("gemini-3"), Passage::Translated,
        (place + "google/models/gemini-3:generateContent").c_str());
    row("vertex embed", vertex, embed, Passage::Translated,
        (place + "google/models/m:predict").c_str());
    row("vertex gemini embed", vertex, geminiEmbed, Passage::Translated,
        (place + "google/models/emb:predict").c_str());
    row("vertex claude", vertex, messages("claude-opus@1"), Passage::Native,
        (place + "anthropic/models/claude-opus@1:rawPredict").c_str());
    row("vertex claude stream", vertex, messages("claude-opus", true), Passage::Native,
        (place + "anthropic/models/claude-opus:streamRawPredict").c_str());
    row("vertex claude chat", vertex, chat("claude-opus"), Passage::Translated,
        (place + "anthropic/models/claude-opus:rawPredict").c_str());
    row("vertex claude count", vertex, count("claude-opus"), Passage::Native,
        (place + "anthropic/models/count-tokens:rawPredict").c_str());
    row("vertex claude gemini", vertex, gemini("claude-opus"), Passage::Translated,
        (place + "anthropic/models/claude-opus:streamRawPredict").c_str());

    const BackendSettings oci = backendOf(Provider::Oci);
    const BackendSettings ociOpenAi =
        with(oci, [](auto &b) { b.options.format = OciFormat::OpenAi; });
    row("oci", oci, chat(), Passage::Translated, "/20231130/actions/chat");
    row("oci messages", oci, messages("m"), Passage::Translated, "/20231130/actions/chat");
    row("oci embed", oci, embed, Passage::Translated, "/20231130/actions/embedText");
    row("oci count", oci, count("m"), Passage::Estimated, "");
    row("oci audio", oci, audio, Passage::None, "");
    row("oci openai", ociOpenAi, chat(), Passage::Native, "/openai/v1/chat/completions");
    row("oci openai gemini", ociOpenAi, gemini("m"), Passage::Translated,
        "/openai/v1/chat/completions");
    row("oci openai embed", ociOpenAi, embed, Passage::Translated, "/20231130/actions/embedText");

    const BackendSettings ollamaServer = backendOf(Provider::Ollama);
    row("ollama", ollamaServer, ollama, Passage::Native, "/api/chat");
    row("ollama chat", ollamaServer, chat(), Passage::Translated, "/api/chat");
    row("ollama embed", ollamaServer, embed, Passage::Translated, "/api/embed");
    row("ollama own embed", ollamaServer, ollamaEmbed, Passage::Native, "/api/embed");
    row("ollama count", ollamaServer, count("m"), Passage::Estimated, "");
    row("ollama audio", ollamaServer, audio, Passage::None, "");
}

QTEST_GUILESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
