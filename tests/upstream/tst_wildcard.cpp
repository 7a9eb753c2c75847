// SPDX-License-Identifier: MIT
// Model names with stars, and that no pattern takes for ever.
#include "core/upstream/wildcard.h"

#include <QtTest>

#include <string>

using namespace meridian::upstream;

namespace {

/// By the definition, for short texts.
bool matchesSlowly(std::string_view pattern, std::string_view text)
{
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] != '*') {
        return !text.empty() && text[0] == pattern[0] &&
               matchesSlowly(pattern.substr(1), text.substr(1));
    }
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
        if (matchesSlowly(pattern.substr(1), text.substr(skip))) {
            return true;
        }
    }
    return false;
}

/// The i-th text of up to `length` bytes over `letters`.
std::string textOf(unsigned i, std::string_view letters)
{
    std::string text;
    for (; i > 0; i /= unsigned(letters.size())) {
        text += letters[--i % letters.size()];
    }
    return text;
}

} // namespace

class TestWildcard : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void matches_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *pattern, const char *text, bool expected) {
            QTest::addRow("%s | %s", pattern, text)
                << QByteArray(pattern) << QByteArray(text) << expected;
        };
        row("llama-*", "llama-3-8b", true);
        row("llama-*", "llama-", true);
        row("llama-*", "llama", false);
        row("llama-*", "a-llama-3", false);
        row("*", "", true);
        row("*", "anything", true);
        row("*-8b", "llama-3-8b", true);
        row("*-8b", "llama-3-8b-q4", false);
        row("qwen*instruct*awq", "qwen2.5-7b-instruct-x-awq", true);
        row("qwen*instruct*awq", "qwen2.5-7b-awq-instruct", false);
        row("a**b", "ab", true);
        row("", "", true);
        row("", "a", false);
        row("a.c", "abc", false);
        row("a?c", "abc", false);
        row("A*", "abc", false);
        row("[ab]*", "a", false);
    }

    void matches()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, text);
        QFETCH(bool, expected);
        QCOMPARE(matchesPattern(pattern.toStdString(), text.toStdString()), expected);
        QCOMPARE(isPattern(pattern.toStdString()), pattern.contains('*'));
    }

    void agreesWithTheDefinitionOnAllShortTexts()
    {
        for (unsigned p = 0; p < 1100; ++p) { // all patterns up to six of a, b, *
            const std::string pattern = textOf(p, "ab*");
            for (unsigned t = 0; t < 127; ++t) { // all texts up to six of a, b
                const std::string text = textOf(t, "ab");
                QCOMPARE(matchesPattern(pattern, text), matchesSlowly(pattern, text));
            }
        }
    }

    void hostilePatternIsBounded()
    {
        std::string pattern;
        for (int i = 0; i < 1000; ++i) {
            pattern += "a*";
        }
        const std::string text(20'000, 'a'); // backtracking by definition would never end
        QVERIFY(matchesPattern(pattern, text));
        QVERIFY(!matchesPattern(pattern + "b", text));
    }
};

QTEST_GUILESS_MAIN(TestWildcard)
#include "tst_wildcard.moc"
