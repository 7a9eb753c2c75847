// SPDX-License-Identifier: MIT
// Which models there are, as Ollama, Anthropic and Google say it.
#include "core/json/checker.h"
#include "core/provider/modellists.h"
#include "core/provider/ollama/discovery.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <set>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

constexpr std::int64_t Since = 1769860800;

std::vector<ListedModel> models()
{
    ListedModel known;
    known.name = "llama3.2:3b";
    known.provider = "ollama";
    known.family = "llama";
    known.parameterSize = "3.2B";
    known.contextLength = 131072;
    known.maxOutputTokens = 8192;
    ListedModel unknown;
    unknown.name = "claude \"x\"";
    unknown.provider = "anthropic";
    ListedModel vectors;
    vectors.name = "text-embed";
    vectors.isEmbedding = true;
    return {known, unknown, vectors};
}

} // namespace

class tst_ModelLists : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void digests();
    void emptyLists();
    void showRequests();
};

void tst_ModelLists::golden_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const std::string &text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    row("tags", ollama::tagsAnswer(models(), Since));
    row("show_known", ollama::showAnswer(models()[0], Since));
    row("show_unknown", ollama::showAnswer(models()[1], Since));
    row("show_embedding", ollama::showAnswer(models()[2], Since));
    row("models_anthropic", anthropicModelList(models(), Since));
    row("model_anthropic", anthropicModel(models()[0], Since));
    row("models_gemini", geminiModelList(models()));
    row("model_gemini", geminiModel(models()[0]));
}

void tst_ModelLists::golden()
{
    QFETCH(QByteArray, text);
    json::Checker checker;
    QVERIFY(checker.check(text.toStdString()).has_value());
    const std::string difference = differsFromGolden(
        std::string("ollama/list_") + QTest::currentDataTag() + ".json", text.toStdString());
    QVERIFY2(difference.empty(), difference.c_str());
}

void tst_ModelLists::digests()
{
    const std::string text = ollama::tagsAnswer(models(), Since);
    json::Checker checker;
    const auto value = checker.check(text);
    QVERIFY(value.has_value());
    std::set<std::string> digests;
    (*value)["models"].elements([&](json::Value model) {
        const std::string digest = model["digest"].text();
        QCOMPARE(digest.size(), std::size_t(64));
        QCOMPARE(digest.find_first_not_of("0123456789abcdef"), std::string::npos);
        digests.insert(digest.substr(0, 12)); // what people see
    });
    QCOMPARE(digests.size(), std::size_t(3));
    QCOMPARE(ollama::tagsAnswer(models(), Since), text);
}

void tst_ModelLists::emptyLists()
{
    QCOMPARE(ollama::tagsAnswer({}, Since), std::string(R"({"models":[]})"));
    QCOMPARE(ollama::processesAnswer(), std::string(R"({"models":[]})"));
    QCOMPARE(ollama::versionAnswer(), std::string(R"({"version":"0.12.6"})"));
    QCOMPARE(anthropicModelList({}, Since),
             std::string(R"({"data":[],"has_more":false,"first_id":null,"last_id":null})"));
    QCOMPARE(geminiModelList({}), std::string(R"({"models":[]})"));
}

void tst_ModelLists::showRequests()
{
    const auto read = [](const std::string &body) {
        json::Checker checker;
        return ollama::readShowRequest(*checker.check(body));
    };
    QCOMPARE(*read(R"({"model":"a","name":"b"})"), std::string("a"));
    QCOMPARE(*read(R"({"name":"b"})"), std::string("b"));
    QCOMPARE(*read(R"({"model":"","name":"b"})"), std::string("b"));
    QCOMPARE(read("{}").error().message, std::string("model: is required"));
    QCOMPARE(read(R"({"model":7})").error().message, std::string("model: must be a string"));
}

QTEST_GUILESS_MAIN(tst_ModelLists)
#include "tst_modellists.moc"
