// SPDX-License-Identifier: MIT
// Edits at text level: what each kind of edit writes, what is refused, and that nothing else moves.
#include "core/config/yamledit.h"
#include "core/config/yamlloader.h"
#include "core/config/yamlvalue.h"

#include <QTest>

using namespace meridian;
using config::YamlEdit;
using config::YamlNode;

namespace {

constexpr std::string_view Document = "# my gateway\n"
                                      "gateway:\n"
                                      "  port: 8080   # the usual one\n"
                                      "  strategy: 'least_inflight'\n"
                                      "\n"
                                      "backends:\n"
                                      "  # the big one\n"
                                      "  - name: gpu-1\n"
                                      "    url: \"http://10.0.0.1:8000\" # rack 4\n"
                                      "    # slow start\n"
                                      "    weight: 3\n"
                                      "    tags: [fast, big]\n"
                                      "\n"
                                      "  - {name: gpu-2, url: http://10.0.0.2:8000}\n"
                                      "x-note: kept\n";

std::vector<config::YamlStep> path(const QString &text)
{
    std::vector<config::YamlStep> steps;
    for (const QString &word : text.split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const uint index = word.toUInt(&isNumber);
        if (isNumber) {
            steps.emplace_back(std::size_t{index});
        } else {
            steps.emplace_back(word.toStdString());
        }
    }
    return steps;
}

YamlNode yaml(std::string_view text)
{
    config::Diagnostics problems("value");
    return config::loadYaml(text, problems).value_or(YamlNode());
}

Result<std::string>
edited(std::string_view text, YamlEdit::Kind kind, const QString &at, std::string_view value = {})
{
    return config::editYaml(text, {{kind, path(at), yaml(value)}});
}

/// `text` with the first `from` replaced.
std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    Q_ASSERT(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace

class TestYamlEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documents_data();
    void documents();
    void shapes_data();
    void shapes();
    void refusals_data();
    void refusals();
    void severalAtOnce();
    void lineBreaksAndMarkStay();
    void bounds();
};

void TestYamlEdit::documents_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, YamlEdit::Kind kind, const char *at, const char *value,
                        const char *from, const char *to) {
        QTest::newRow(name) << static_cast<int>(kind) << QString::fromUtf8(at)
                            << QString::fromUtf8(value) << QString::fromUtf8(from)
                            << QString::fromUtf8(to);
    };
    using enum YamlEdit::Kind;
    row("number keeps its comment", Set, "gateway/port", "9090", "8080 ", "9090 ");
    row("quotes stay", Set, "gateway/strategy", "ewma_latency", "'least_inflight'",
        "'ewma_latency'");
    row("by name", Set, "backends/gpu-1/weight", "7", "weight: 3", "weight: 7");
    row("by index, in braces", Set, "backends/1/url", "http://h:1", "http://10.0.0.2:8000",
        "http://h:1");
    row("a string like a number", Set, "backends/gpu-1/weight", "'12'", "weight: 3",
        "weight: \"12\"");
    row("new key behind the last", Set, "gateway/host", "::1", "'least_inflight'\n",
        "'least_inflight'\n  host: ::1\n");
    row("new key in braces", Set, "backends/gpu-2/weight", "5", ":8000}", ":8000, weight: 5}");
    row("new section", Set, "health/interval_s", "2", "x-note: kept\n",
        "x-note: kept\nhealth:\n  interval_s: 2\n");
    row("new mapping in a block", Set, "backends/gpu-1/timeout", "{read: 5, connect: 1}",
        "[fast, big]\n", "[fast, big]\n    timeout:\n      read: 5\n      connect: 1\n");
    row("item of a list in brackets", Append, "backends/gpu-1/tags", "new", "big]", "big, new]");
    row("backend looks like the last one", Append, "backends", "{name: c, url: 'http://c'}",
        ":8000}\n", ":8000}\n  - {name: c, url: http://c}\n");
    row("remove a line", Remove, "backends/gpu-1/weight", "", "    weight: 3\n", "");
    row("remove the first key of an item", Remove, "backends/gpu-1/name", "",
        "  - name: gpu-1\n    url", "  - url");
    row("remove from braces", Remove, "backends/gpu-2/name", "", "{name: gpu-2, ", "{");
    row("remove the last in braces", Remove, "backends/gpu-2/url", "",
        ", url: http://10.0.0.2:8000}", "}");
    row("remove an item, comments stay", Remove, "backends/gpu-1", "",
        "  - name: gpu-1\n    url: \"http://10.0.0.1:8000\" # rack 4\n    # slow start\n    "
        "weight: 3\n    tags: [fast, big]\n",
        "    # slow start\n");
    row("a tag goes", Remove, "backends/gpu-1/tags/1", "", "[fast, big]", "[fast]");
    row("list by list", Set, "backends/gpu-1/tags", "[fast, small]", "big]", "small]");
    row("mapping by mapping", Set, "gateway", "{port: 1, strategy: least_inflight}", "8080 ", "1 ");
}

void TestYamlEdit::documents()
{
    QFETCH(int, kind);
    QFETCH(QString, at);
    QFETCH(QString, value);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const auto result =
        edited(Document, static_cast<YamlEdit::Kind>(kind), at, value.toStdString());
    QVERIFY2(result, result ? "" : result.error().detail.c_str());
    QCOMPARE(QString::fromStdString(*result),
             QString::fromStdString(
                 replaced(std::string(Document), from.toStdString(), to.toStdString())));
}

void TestYamlEdit::shapes_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("result");
    const auto row = [](const char *name, YamlEdit::Kind kind, const char *text, const char *at,
                        const char *value, const char *result) {
        QTest::newRow(name) << static_cast<int>(kind) << QString::fromUtf8(text)
                            << QString::fromUtf8(at) << QString::fromUtf8(value)
                            << QString::fromUtf8(result);
    };
    using enum YamlEdit::Kind;
    row("empty document", Set, "", "gateway/port", "1", "gateway:\n  port: 1\n");
    row("only comments", Set, "# c\n", "a", "1", "# c\na: 1\n");
    row("no line end", Set, "a: 1", "b", "2", "a: 1\nb: 2");
    row("nothing becomes something", Set, "a:\nb: 1\n", "a", "x", "a: x\nb: 1\n");
    row("null becomes something", Set, "a: ~ # c\nb: 1\n", "a", "x", "a: x # c\nb: 1\n");
    row("nothing becomes a mapping", Set, "a: # c\nb: 1\n", "a/k", "v", "a: # c\n  k: v\nb: 1\n");
    row("scalar becomes a mapping", Set, "a: 5 # c\nb: 1\n", "a", "{k: v}",
        "a: # c\n  k: v\nb: 1\n");
    row("mapping becomes a scalar", Set, "a: # c\n  # d\n  k: v\nb: 1\n", "a", "5",
        "a: 5 # c\n  # d\nb: 1\n");
    row("last entry leaves braces", Remove, "a:\n  k: v\nb: 1\n", "a/k", "", "a: {}\nb: 1\n");
    row("last item leaves brackets", Remove, "a:\n- x\nb: 1\n", "a/0", "", "a: []\nb: 1\n");
    row("list at the margin", Append, "a:\n- x\nb: 1\n", "a", "y", "a:\n- x\n- y\nb: 1\n");
    row("mapping item", Append, "a:\n  - k: 1\n", "a", "{k: 2, l: 3}",
        "a:\n  - k: 1\n  - k: 2\n    l: 3\n");
    row("list is made", Append, "a: 1\n", "b/c", "{k: 1}", "a: 1\nb:\n  c:\n    - k: 1\n");
    row("empty brackets", Append, "a: []\n", "a", "x", "a: [x]\n");
    row("empty braces", Set, "a: {}\n", "a/b", "1", "a:\n  b: 1\n");
    row("braces over lines", Set, "a: {\n  b: 1, # one\n  c: 2 # two\n}\n", "a/d", "3",
        "a: {\n  b: 1, # one\n  c: 2, d: 3 # two\n}\n");
    row("block scalar", Set, "k: |\n  # no comment\n  text\nb: 1\n", "k", "x", "k: x\nb: 1\n");
    row("behind a block scalar", Set, "a:\n  k: |\n    # text\n\n", "a/b", "1",
        "a:\n  k: |\n    # text\n  b: 1\n\n");
    row("block scalar goes", Remove, "k: >-\n  one\n  two\n# c\nb: 1\n", "k", "", "# c\nb: 1\n");
    row("plain over lines", Set, "k: one\n  two\n\n  three\nb: 1\n", "k", "x", "k: x\nb: 1\n");
    row("double quotes with escapes", Set, "k: \"a\\\"# \\u00e9\" # c\n", "k", "z",
        "k: \"z\" # c\n");
    row("anchor stays", Set, "x-a: &a 5\nb: 1\n", "x-a", "6", "x-a: &a 6\nb: 1\n");
    row("alias gives way", Set, "x-a: &a 5\nb: *a\n", "b", "6", "x-a: &a 5\nb: 6\n");
    row("key over a merge", Set, "x-d: &d {w: 1}\nb:\n  <<: *d\n  n: 1\n", "b/w", "2",
        "x-d: &d {w: 1}\nb:\n  <<: *d\n  n: 1\n  w: 2\n");
    row("merge that brings too much", Set, "x-d: &d {w: 1}\nb:\n  <<: *d\n  n: 1\n", "b", "{n: 2}",
        "x-d: &d {w: 1}\nb:\n  n: 2\n");
    row("a key that wants quotes", Set, "a: 1\n", "yes", "1", "a: 1\n\"yes\": 1\n");
    row("text of many lines", Set, "a: 1\n", "a", "\"x\\ny\"", "a: \"x\\ny\"\n");
    row("item in item", Remove, "a:\n  - - x\n    - y\n", "a/0/0", "", "a:\n  - - y\n");
    row("first key with a comment below", Remove, "a:\n  - n: 1\n    # c\n    w: 2\n", "a/0/n", "",
        "a:\n  - \n    # c\n    w: 2\n");
    row("items by name", Set, "a:\n  - name: x # x\n  - name: y # y\n", "a", "[{name: y}]",
        "a:\n  - name: y # y\n");
    row("unicode", Set, "größe: „alt“ # ä\n", "größe", "neü", "größe: neü # ä\n");
}

void TestYamlEdit::shapes()
{
    QFETCH(int, kind);
    QFETCH(QString, text);
    QFETCH(QString, at);
    QFETCH(QString, value);
    QFETCH(QString, result);
    const auto got =
        edited(text.toStdString(), static_cast<YamlEdit::Kind>(kind), at, value.toStdString());
    QVERIFY2(got, got ? "" : got.error().detail.c_str());
    QCOMPARE(QString::fromStdString(*got), result);
}

void TestYamlEdit::refusals_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("says");
    using enum YamlEdit::Kind;
    const auto row = [](const char *name, YamlEdit::Kind kind, const char *text, const char *at,
                        const char *says) {
        QTest::newRow(name) << static_cast<int>(kind) << QString::fromUtf8(text)
                            << QString::fromUtf8(at) << QString::fromUtf8(says);
    };
    row("no YAML", Set, "a: [1", "a", "must be valid YAML");
    row("key twice", Set, "a: 1\na: 2\n", "a", "duplicate key");
    row("no such item", Set, "a:\n  - name: x\n", "a/z/w",
        "a.z: there is no such item; the list "
        "has 1 items: x");
    row("below a scalar", Set, "a: 1\n", "a/b", "a.b: what stands above it is a single value");
    row("nothing to remove", Remove, "a: {b: 1}\n", "a/c", "a.c: there is nothing here to remove");
    row("the whole document", Remove, "a: 1\n", "", "cannot be removed");
    row("no list", Append, "a: {b: 1}\n", "a", "a: is not a list");
    row("would change another place", Set, "a: &x {w: 1}\nb: *x\n", "a/w",
        "would change something else");
    row("behind an alias", Set, "x-a: &x {w: 1}\nb: *x\n", "b/w", "behind an alias");
    row("from a merge", Remove, "x-d: &d {w: 1}\nb:\n  <<: *d\n  n: 1\n", "b/w",
        "comes from a merge key");
    row("anchor in use", Remove, "x-d: &d {w: 1}\nb: *d\n", "x-d", "cannot be edited in place");
    row("explicit key", Set, "? a\n: 1\nb: 2\n", "b", "edit it by hand");
}

void TestYamlEdit::refusals()
{
    QFETCH(int, kind);
    QFETCH(QString, text);
    QFETCH(QString, at);
    QFETCH(QString, says);
    const auto got = edited(text.toStdString(), static_cast<YamlEdit::Kind>(kind), at, "9");
    QVERIFY2(!got, got ? got->c_str() : "");
    QVERIFY2(got.error().detail.find(says.toStdString()) != std::string::npos,
             got.error().detail.c_str());
}

void TestYamlEdit::severalAtOnce()
{
    using enum YamlEdit::Kind;
    const auto result = config::editYaml(
        Document, {{Set, path(QStringLiteral("gateway/port")), yaml("1")},
                   {Append, path(QStringLiteral("backends")), yaml("{name: n, url: u}")},
                   {Set, path(QStringLiteral("backends/n/weight")), yaml("4")}});
    QVERIFY(result);
    QVERIFY(result->find("- {name: n, url: u, weight: 4}") != std::string::npos);
    const auto refused =
        config::editYaml(Document, {{Set, path(QStringLiteral("gateway/port")), yaml("1")},
                                    {Remove, path(QStringLiteral("backends/9")), {}}});
    QVERIFY(!refused); // and nothing of it
}

void TestYamlEdit::lineBreaksAndMarkStay()
{
    const auto result = edited("\xEF\xBB\xBF"
                               "a: 1 # c\r\nb:\r\n  c: 2\r\n",
                               YamlEdit::Kind::Set, QStringLiteral("b/d"), "3");
    QVERIFY(result);
    QCOMPARE(*result, "\xEF\xBB\xBF"
                      "a: 1 # c\r\nb:\r\n  c: 2\r\n  d: 3\r\n");
}

void TestYamlEdit::bounds()
{
    const YamlEdit edit{YamlEdit::Kind::Set, path(QStringLiteral("a")), yaml("1")};
    QVERIFY(!config::editYaml("a: 0\n", std::vector<YamlEdit>(config::MaxYamlEdits + 1, edit)));
    YamlNode deep = yaml("1");
    for (std::size_t i = 0; i < config::MaxYamlDepth + 2; ++i) {
        YamlNode outer = config::emptyNode(YamlNode::Kind::Sequence);
        outer.items.push_back(std::move(deep));
        deep = std::move(outer);
    }
    QVERIFY(!config::editYaml("a: 0\n",
                              {{YamlEdit::Kind::Set, path(QStringLiteral("a")), std::move(deep)}}));
}

QTEST_GUILESS_MAIN(TestYamlEdit)
#include "tst_yamledit.moc"
