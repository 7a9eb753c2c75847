// SPDX-License-Identifier: MIT
// Counting tokens: what providers are asked, what clients get, and the estimate in their place.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/tokencount.h"
#include "tests/provider/support/cases.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using meridian::testing::caseNamed;

class TestTokenCount : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void anthropicBodyHasOnlyWhatCounts()
    {
        const std::string body = countBody(
            Dialect::Anthropic, model::Provider::Anthropic,
            R"({"model":"c","max_tokens":5,"stream":true,"messages":[1],"system":"s","tools":[],)"
            R"("temperature":1,"metadata":{},"thinking":{"type":"enabled"},"stop_sequences":[]})",
            "c");
        QCOMPARE(body, std::string(R"({"model":"c","messages":[1],"system":"s","tools":[],)"
                                   R"("thinking":{"type":"enabled"}})"));
    }

    void everyCaseGivesASoundBody()
    {
        model::ProviderOptions options;
        json::Checker checker;
        for (const auto &each : meridian::testing::cases()) {
            Fidelity fidelity;
            const std::string claude =
                anthropicProvider().encodeRequest(each.request, {"c", options}, fidelity);
            const auto asked = checker.check(
                countBody(Dialect::Anthropic, model::Provider::Anthropic, claude, "c"));
            QVERIFY2(asked.has_value(), each.name.c_str());
            const std::string gemini =
                geminiProvider().encodeRequest(each.request, {"g", options}, fidelity);
            const std::string api =
                countBody(Dialect::Gemini, model::Provider::Google, gemini, "g");
            const auto google = checker.check(api);
            QVERIFY2(google.has_value(), each.name.c_str());
            QCOMPARE((*google)["generateContentRequest"]["model"].text(), std::string("models/g"));
            QVERIFY((*google)["generateContentRequest"]["contents"].isArray());
            const std::string vertexBody =
                countBody(Dialect::Gemini, model::Provider::VertexAi, gemini, "g");
            const auto vertex = checker.check(vertexBody);
            QVERIFY2(vertex.has_value(), each.name.c_str());
            QVERIFY((*vertex)["contents"].isArray());
            QVERIFY((*vertex)["generateContentRequest"].isMissing());
        }
    }

    void reads_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qint64>("count");
        QTest::newRow("anthropic") << QByteArray(R"({"input_tokens":17})") << qint64(17);
        QTest::newRow("gemini") << QByteArray(R"({"totalTokens":0,"x":1})") << qint64(0);
        QTest::newRow("negative") << QByteArray(R"({"input_tokens":-1})") << qint64(-1);
        QTest::newRow("string") << QByteArray(R"({"input_tokens":"17"})") << qint64(-1);
        QTest::newRow("none") << QByteArray("{}") << qint64(-1);
        QTest::newRow("html") << QByteArray("<b>no</b>") << qint64(-1);
        QTest::newRow("array") << QByteArray("[17]") << qint64(-1);
    }

    void reads()
    {
        QFETCH(QByteArray, body);
        QFETCH(qint64, count);
        for (const auto &[client, text] :
             {std::pair(Dialect::Anthropic, R"({"input_tokens":N})"),
              std::pair(Dialect::Gemini, R"({"totalTokens":N})"),
              std::pair(Dialect::OpenAiResponses,
                        R"({"object":"response.input_tokens","input_tokens":N})")}) {
            const auto translator = translateCount(anthropicProvider(), client, 200);
            for (const char c : body.toStdString()) {
                translator->feed({&c, 1});
            }
            translator->bodyEnded();
            QCOMPARE(translator->failure().has_value(), count < 0);
            QCOMPARE(translator->mayPass(), count >= 0);
            QString wanted = QString::fromLatin1(text);
            wanted.replace(QLatin1String("N"), QString::number(count));
            QCOMPARE(translator->output(), count < 0 ? std::string() : wanted.toStdString());
        }
    }

    void errorsAreTheProviders()
    {
        const auto translator = translateCount(anthropicProvider(), Dialect::Gemini, 404);
        translator->feed(R"({"type":"error","error":{"type":"not_found_error","message":"no"}})");
        translator->bodyEnded();
        QVERIFY(translator->failure() && !translator->mayPass());
        QCOMPARE(static_cast<int>(translator->failure()->kind),
                 static_cast<int>(ErrorClass::NotFound));
    }

    void estimates()
    {
        ChatRequest request;
        QCOMPARE(estimateTokens(request), std::uint64_t(3));
        Turn turn;
        Part text;
        text.text = "abcde"; // 2
        turn.parts.push_back(text);
        text.text = "\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD\xE5\xBA\x9C"; // 4 code points: 1
        turn.parts.push_back(text);
        request.turns.push_back(turn);
        QCOMPARE(estimateTokens(request), std::uint64_t(3 + 4 + 2 + 1));
        Tool tool;
        tool.name = "f";
        tool.schema = "{\"a\":12}";
        request.tools.push_back(tool);
        QCOMPARE(estimateTokens(request), std::uint64_t(10 + 1 + 2));

        const auto more = [](const char *large, const char *small) {
            return estimateTokens(caseNamed(large)) > estimateTokens(caseNamed(small));
        };
        QVERIFY(more("image", "multi_turn"));
        QVERIFY(more("image_url", "text"));
        QVERIFY(more("document", "text"));
        QVERIFY(more("tool_result", "tools"));
    }

    void imagesOfResultsCount()
    {
        ChatRequest request;
        Part image;
        image.kind = Part::Kind::Image;
        image.source = {Source::Kind::Base64, "image/png", std::string(30000, 'A')};
        Part result;
        result.kind = Part::Kind::ToolResult;
        result.parts.push_back(image);
        request.turns.push_back({Role::Tool, {}, {result}, {}});
        QCOMPARE(estimateTokens(request), std::uint64_t(3 + 4 + 1000));
        image.source.mediaType = "application/pdf"; // by its size
        request.turns.push_back({Role::User, {}, {image}, {}});
        QCOMPARE(estimateTokens(request), std::uint64_t(1007 + 4 + 11000));
    }
};

QTEST_GUILESS_MAIN(TestTokenCount)
#include "tst_tokencount.moc"
