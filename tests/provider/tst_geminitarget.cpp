// SPDX-License-Identifier: MIT
// Gemini's request lines: model, method and query out of a path, and segments into one.
#include "core/provider/geminitarget.h"

#include <QTest>

using namespace meridian::provider;

class TestGeminiTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void parses_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("query");
        const auto row = [](const char *target, const char *model, const char *verb,
                            const char *query) {
            QTest::newRow(target) << QByteArray(target) << QByteArray(model) << QByteArray(verb)
                                  << QByteArray(query);
        };
        row("/v1beta/models/gemini-3:generateContent", "gemini-3", "generateContent", "");
        row("/v1/models/g:streamGenerateContent?alt=sse&key=a:b", "g", "streamGenerateContent",
            "?alt=sse&key=a:b");
        row("/v1beta/models/g", "g", "", "");
        row("/v1beta/models/g?x", "g", "", "?x");
        row("/v1beta/models/llama3:8b:generateContent", "llama3:8b", "generateContent", "");
        row("/v1beta/models/org%2Fname:countTokens", "org%2Fname", "countTokens", "");
        row("/v1/projects/p/locations/l/publishers/google/models/g:predict", "g", "predict", "");
        row("/v1beta/models", "", "", "");
        row("/v1/x?y=/models/g:z", "", "", "");
        row("/v1/models/:generateContent", "", "generateContent", "");
        row("", "", "", "");
    }

    void parses()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, verb);
        QFETCH(QByteArray, query);
        const std::string text = target.toStdString();
        const GeminiTarget parsed = parseGeminiTarget(text);
        QCOMPARE(std::string(parsed.model), model.toStdString());
        QCOMPARE(std::string(parsed.verb), verb.toStdString());
        QCOMPARE(std::string(parsed.query), query.toStdString());
    }

    void decodes()
    {
        QCOMPARE(percentDecoded("a%2Fb%20%c3%A9"), std::string("a/b \xC3\xA9"));
        QCOMPARE(percentDecoded("100%"), std::string("100%"));
        QCOMPARE(percentDecoded("%4"), std::string("%4"));
        QCOMPARE(percentDecoded("%zz%41"), std::string("%zzA"));
        QCOMPARE(percentDecoded("%%41"), std::string("%A"));
    }

    void everyByteFindsBack()
    {
        std::string all;
        for (int i = 0; i < 256; ++i) {
            all.push_back(static_cast<char>(i));
        }
        std::string escaped;
        appendPathSegment(escaped, all);
        QCOMPARE(percentDecoded(escaped), all);
        for (const char c : escaped) {
            QVERIFY(c > ' ' && c < 0x7F && c != '/' && c != '?' && c != '#' && c != '[' &&
                    c != '{' && c != '`');
        }
        std::string plain;
        appendPathSegment(plain, "claude-3.5_x~y@20250101:8b");
        QCOMPARE(plain, std::string("claude-3.5_x~y@20250101:8b"));
    }

    void forgetsTheKey()
    {
        QCOMPARE(queryWithoutKey(""), std::string());
        QCOMPARE(queryWithoutKey("?key=a"), std::string());
        QCOMPARE(queryWithoutKey("?key=a&alt=sse"), std::string("?alt=sse"));
        QCOMPARE(queryWithoutKey("?alt=sse&key=a&x=1&key=b"), std::string("?alt=sse&x=1"));
        QCOMPARE(queryWithoutKey("?monkey=a&keys=b"), std::string("?monkey=a&keys=b"));
        QCOMPARE(queryWithoutKey("?&&a&"), std::string("?a"));
        QCOMPARE(queryWithoutKey("?key"), std::string("?key")); // no value: no secret
    }
};

QTEST_GUILESS_MAIN(TestGeminiTarget)
#include "tst_geminitarget.moc"
