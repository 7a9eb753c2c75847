// SPDX-License-Identifier: MIT
// What all dialects share: arguments, signatures, urls, error classes, excerpts, efforts.
#include "core/json/checker.h"
#include "core/provider/common.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;

class TestCommon : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void arguments_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<bool>("lossless");
        const auto row = [](const char *text, const char *object, bool lossless) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(object) << lossless;
        };
        row("", "{}", true);
        row(" \n\t", "{}", true);
        row("{\"b\":1.50,\"a\":{}}", "{\"b\":1.50,\"a\":{}}", true);
        row("  {\"a\" : 1} ", "{\"a\" : 1}", true);
        row("{\"a\":", "{\"_raw\":\"{\\\"a\\\":\"}", false);
        row("[1]", "{\"_raw\":\"[1]\"}", false);
        row("null", "{\"_raw\":\"null\"}", false);
        row("{}{}", "{\"_raw\":\"{}{}\"}", false);
    }

    void arguments()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, object);
        QFETCH(bool, lossless);
        Fidelity fidelity;
        QCOMPARE(argumentsObject(text.toStdString(), "messages[1]", fidelity),
                 object.toStdString());
        QCOMPARE(fidelity.isLossless(), lossless);
        if (!lossless) {
            QCOMPARE(fidelity.entries()[0].path, std::string("messages[1]"));
        }
    }

    void argumentsThatAreNoText()
    {
        Fidelity fidelity;
        json::Checker checker;
        QVERIFY(checker.check(argumentsObject("\xFF\x01", "x", fidelity)));
        QVERIFY(checker.check(argumentsObject(std::string(100000, '{'), "x", fidelity)));
    }

    void signaturesFindBack()
    {
        const Vendor vendors[] = {Vendor::OpenAi, Vendor::Anthropic, Vendor::Google, Vendor::Cohere,
                                  Vendor::Ollama};
        for (const Vendor by : vendors) {
            for (const Vendor carrier : vendors) {
                const std::string text = taggedSignature("a:b", by, carrier);
                QCOMPARE(text == "a:b", by == carrier);
                const Signature back = untaggedSignature(text, carrier);
                QCOMPARE(back.text, std::string("a:b"));
                QVERIFY(back.by == by);
            }
        }
        QCOMPARE(taggedSignature("s", Vendor::Unknown, Vendor::OpenAi), std::string("s"));
        QCOMPARE(taggedSignature("", Vendor::Google, Vendor::OpenAi), std::string());
        QCOMPARE(untaggedSignature("mrdn:nobody:x", Vendor::Google).text,
                 std::string("mrdn:nobody:x"));
        QVERIFY(untaggedSignature("mrdn:google", Vendor::OpenAi).by == Vendor::OpenAi);
        QCOMPARE(untaggedSignature("mrdn:google:", Vendor::OpenAi).text, std::string());
    }

    void urls_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("data");
        const auto row = [](const char *url, Source::Kind kind, const char *type,
                            const char *data) {
            QTest::newRow(url) << QByteArray(url) << static_cast<int>(kind) << QByteArray(type)
                               << QByteArray(data);
        };
        row("https://x/y,z", Source::Kind::Url, "", "https://x/y,z");
        row("data:image/png;base64,AA,A", Source::Kind::Base64, "image/png", "AA,A");
        row("data:image/png;charset=x;base64,AAAA", Source::Kind::Base64, "image/png", "AAAA");
        row("data:;base64,AAAA", Source::Kind::Base64, "", "AAAA");
        row("data:image/png;base64", Source::Kind::Url, "", "data:image/png;base64");
        row("data:text/plain,hi", Source::Kind::Url, "", "data:text/plain,hi");
        row("data:", Source::Kind::Url, "", "data:");
        row("", Source::Kind::Url, "", "");
    }

    void urls()
    {
        QFETCH(QByteArray, url);
        QFETCH(int, kind);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, data);
        const Source source = sourceOfUrl(url.toStdString());
        QCOMPARE(static_cast<int>(source.kind), kind);
        QCOMPARE(source.mediaType, type.toStdString());
        QCOMPARE(source.data, data.toStdString());
        const auto again = urlOfSource(source);
        QVERIFY(again.has_value());
        if (source.kind == Source::Kind::Url) {
            QCOMPARE(*again, url.toStdString());
        } else {
            QCOMPARE(sourceOfUrl(*again).data, source.data);
        }
        QVERIFY(!urlOfSource({Source::Kind::FileId, {}, "f"}));
        QVERIFY(!urlOfSource({Source::Kind::Text, {}, "f"}));
    }

    void errors()
    {
        using E = ErrorClass;
        const std::pair<int, E> rows[] = {
            {400, E::BadRequest},  {401, E::Authentication}, {402, E::Permission},
            {403, E::Permission},  {404, E::NotFound},       {408, E::Timeout},
            {409, E::BadRequest},  {413, E::TooLarge},       {422, E::BadRequest},
            {429, E::RateLimited}, {500, E::Upstream},       {502, E::Upstream},
            {503, E::Overloaded},  {504, E::Timeout},        {529, E::Overloaded},
            {302, E::Upstream},    {0, E::Upstream}};
        for (const auto &[status, kind] : rows) {
            QCOMPARE(static_cast<int>(errorClassOf(status)), static_cast<int>(kind));
        }
        for (std::size_t i = 0; i < ErrorClassCount; ++i) {
            ApiError error;
            error.kind = static_cast<E>(i);
            QVERIFY(statusOf(error) >= 400 && statusOf(error) < 600);
            error.status = 418;
            QCOMPARE(statusOf(error), 418);
        }
        ApiError ours;
        ours.kind = E::UpstreamAuth;
        QCOMPARE(statusOf(ours), 502); // nothing that the caller can mend
        QVERIFY(saysContextTooLong("This model's Maximum Context Length is 8192 tokens"));
        QVERIFY(saysContextTooLong("prompt is too long: 1 tokens > 0 maximum"));
        QVERIFY(!saysContextTooLong("too long a wait"));
        QVERIFY(!saysContextTooLong(std::string(5000, 'x') + "prompt is too long"));
    }

    void excerpts()
    {
        QCOMPARE(readableExcerpt("<html><b>Bad\r\n\t Gateway</b> <i>x</i></html>"),
                 std::string("Bad Gateway x"));
        QCOMPARE(readableExcerpt(std::string("a\0b\x01\x7F\xFF", 6)), std::string("a b"));
        QCOMPARE(readableExcerpt(""), std::string());
        QCOMPARE(readableExcerpt("<<<<"), std::string());
        QCOMPARE(readableExcerpt(std::string(1000, 'x')).size(), std::size_t(300));
        std::string many;
        for (int i = 0; i < 400; ++i) {
            many.append("\xE6\x9D\xB1");
        }
        const std::string cut = readableExcerpt(many, 10);
        QCOMPARE(cut.size(), std::size_t(12)); // whole code points
        // a body of markup only is not read to its end
        QCOMPARE(readableExcerpt("<" + std::string(64UL * 1024 * 1024, 'x') + ">late"),
                 std::string());
    }

    void efforts()
    {
        using Effort = Reasoning::Effort;
        for (const Effort effort : {Effort::None, Effort::Minimal, Effort::Low, Effort::Medium,
                                    Effort::High, Effort::XHigh, Effort::Max}) {
            QVERIFY(effortOf(effortName(effort)) == effort);
        }
        QVERIFY(effortOf("LOW") == Effort::Unset && effortName(Effort::Unset).empty());
        for (const Effort effort : {Effort::None, Effort::Low, Effort::Medium, Effort::High}) {
            QVERIFY(effortOfBudget(budgetOfEffort(effort)) == effort);
        }
        QVERIFY(effortOfBudget(-1) == Effort::None);
        QVERIFY(effortOfBudget(1025) == Effort::Medium);
        QVERIFY(effortOfBudget(8193) == Effort::High);
    }

    void tokenCounts()
    {
        QVERIFY(tokenCountOf(json::Value("0")) == std::uint64_t{0});
        QVERIFY(tokenCountOf(json::Value("1125899906842624")) == std::uint64_t{1} << 50);
        for (const char *text :
             {"1125899906842625", "9223372036854775807", "-1", "\"1\"", "null"}) {
            QVERIFY2(!tokenCountOf(json::Value(text)), text);
        }
    }

    void joins()
    {
        Part a;
        a.text = "a";
        Part empty;
        Part image;
        image.kind = Part::Kind::Image;
        image.text = "no";
        QCOMPARE(joinedText({empty, a, image, a}, "\n"), std::string("a\na"));
        QCOMPARE(joinedText({}, "\n"), std::string());
    }
};

QTEST_GUILESS_MAIN(TestCommon)
#include "tst_common.moc"
