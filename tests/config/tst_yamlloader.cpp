// SPDX-License-Identifier: MIT
// The YAML reader: positions, anchors, merge keys, duplicates, and what must not bring it down.
#include "core/config/yamlloader.h"
#include "tests/config/configtext.h"

#include <QTest>

using namespace meridian;
using namespace meridian::config;

namespace {

std::string repeated(std::string_view part, std::size_t times)
{
    std::string out;
    out.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        out += part;
    }
    return out;
}

} // namespace

class TestYamlLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data();
    void refuses();
    void survives_data();
    void survives();
    void marksKeysAndValues();
    void resolvesAnchorsAndMergeKeys();
    void tellsTypesApart_data();
    void tellsTypesApart();
    void readsAnEmptyText();
};

void TestYamlLoader::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const QByteArray &text, const char *problem) {
        QTest::newRow(name) << text << QString::fromUtf8(problem);
    };
    row("syntax", "a: 1\nb: [1,\n",
        "c.yaml:3:1: document: not valid YAML: end of sequence flow not found");
    row("tab", "a:\n\tb: 1\n", "c.yaml:2:3: document: not valid YAML: illegal map value");
    row("unclosed quote", "a: 'b\nc: d\n",
        "c.yaml:3:2: document: not valid YAML: illegal EOF in scalar");
    row("two documents", "a: 1\n---\nb: 2\n",
        "c.yaml:2:1: document: not valid YAML: the configuration ends before this; a file holds "
        "one "
        "YAML document");
    row("duplicate key", "a: 1\nb: 2\na: 3\n",
        "c.yaml:3:1: a: duplicate key, first given on line 1");
    row("duplicate key below", "x:\n  - {y: {k: 1, k: 2}}\n",
        "c.yaml:2:16: x[0].y.k: duplicate key, first given on line 2");
    row("unknown alias", "a: *nowhere\n",
        "c.yaml:1:4: document: not valid YAML: the referenced anchor is not defined");
    row("alias inside itself", "a: &x [1, *x]\n",
        "c.yaml:1:11: document: not valid YAML: an alias may not stand inside the node it refers "
        "to");
    row("merge of a scalar", "a:\n  <<: 5\n",
        "c.yaml:2:7: a.<<: expected a mapping or a list of mappings to merge, found an integer");
    row("tag", "a: !secret-looking b\n",
        "c.yaml:1:4: document: not valid YAML: a tag that is not supported here");
    row("not UTF-8", "a: 1\nb: \xff\n", "c.yaml:2:4: document: not UTF-8 text");
    row("end-of-file byte", "a: 1\nb: x\x04y\n",
        "c.yaml:2:5: document: control characters are not allowed");
    row("NUL", QByteArray("a: \0", 4), "c.yaml:1:4: document: control characters are not allowed");
    row("deep", QByteArray(65, '[') + QByteArray(65, ']'),
        "c.yaml:1:65: document: not valid YAML: nested too deeply");
    row("many brackets", QByteArray(MaxYamlIndicators + 1, '['),
        "c.yaml:1:200001: document: too many brackets and commas");
    row("large", QByteArray(MaxYamlBytes + 1, ' '), "c.yaml:1:1: document: larger than 4 MiB");
}

void TestYamlLoader::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    Diagnostics problems("c.yaml");
    (void)loadYaml({text.constData(), static_cast<std::size_t>(text.size())}, problems);
    QVERIFY(problems.hasErrors());
    QCOMPARE(test::formatted(problems.takeSorted()), QStringList{problem});
}

void TestYamlLoader::survives_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const std::string &text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    constexpr std::size_t Half = MaxYamlBytes / 2;
    row("brackets", std::string(MaxYamlIndicators, '['));
    row("braces", std::string(MaxYamlIndicators, '{'));
    row("block lists in a line", repeated("- ", Half));
    row("complex keys", repeated("? ", Half));
    row("colons", repeated(": ", Half));
    row("line ends", std::string(MaxYamlBytes, '\n'));
    row("one word", std::string(MaxYamlBytes, 'a'));
    row("one quoted text", '"' + std::string(MaxYamlBytes - 2, 'a') + '"');
    row("many keys", [] {
        std::string text;
        for (int i = 0; text.size() < MaxYamlBytes - 20; ++i) {
            text += 'k' + std::to_string(i) + ": 1\n";
        }
        return text;
    }());
    row("one key many times", repeated("k: 1\n", MaxYamlBytes / 5));
    row("a billion laughs", [] {
        std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 12; ++i) {
            const std::string last = "*a" + std::to_string(i - 1);
            text += 'a' + std::to_string(i) + ": &a" + std::to_string(i) + " [";
            text += repeated(last + ", ", 9) + last + "]\n";
        }
        return text;
    }());
    row("a deep chain of aliases", [] {
        std::string text = "a0: &a0 x\n";
        for (int i = 1; i < 5000; ++i) {
            text += 'a' + std::to_string(i) + ": &a" + std::to_string(i) + " [[[[*a" +
                    std::to_string(i - 1) + "]]]]\n";
        }
        return text;
    }());
    row("a long text many times",
        "a: &a " + std::string(Half, 'x') + "\nb: [" + repeated("*a, ", 1000) + "]\n");
    row("nested anchors", [] {
        std::string text;
        for (int i = 0; i < 30; ++i) {
            text += "&a" + std::to_string(i) + " [";
        }
        return text + repeated("x,", MaxYamlIndicators - 60);
    }());
}

void TestYamlLoader::survives()
{
    QFETCH(QByteArray, text);
    const QStringList problems =
        test::problemsOf({text.constData(), static_cast<std::size_t>(text.size())});
    QVERIFY(!problems.isEmpty());
}

void TestYamlLoader::marksKeysAndValues()
{
    Diagnostics problems("c.yaml");
    const auto root =
        loadYaml("\xEF\xBB\xBF# x\r\none:\r\n  two: 'x'\nlist:\n  - |\n    text\n  -\n", problems);
    QVERIFY(root && !problems.hasErrors());
    const YamlEntry &one = root->entries.at(0);
    QCOMPARE(one.key.at.line, 2);
    QCOMPARE(one.key.at.column, 1);
    QCOMPARE(one.value.at.line, 3);
    QCOMPARE(one.value.at.column, 3);
    QCOMPARE(one.value.entries.at(0).value.at.column, 8);
    const YamlNode &list = root->entries.at(1).value;
    QCOMPARE(list.items.at(0).text, std::string("text\n"));
    QCOMPARE(list.items.at(0).at.line, 5);
    QCOMPARE(list.items.at(1).kind, YamlNode::Kind::Null);

    // a value that is missing is where its key is, not where the text goes on
    const auto missing = loadYaml("a:\n\n# later\nb: ~\nc:\n", problems);
    QVERIFY(missing.has_value());
    QCOMPARE(missing->entries.at(0).value.at.line, 1);
    QCOMPARE(missing->entries.at(1).value.at.line, 4);
    QCOMPARE(missing->entries.at(1).value.at.column, 4);
    QCOMPARE(missing->entries.at(2).value.at.line, 5);
}

void TestYamlLoader::resolvesAnchorsAndMergeKeys()
{
    Diagnostics problems("c.yaml");
    const auto root = loadYaml("base: &b {x: 1, y: 2}\n"
                               "more: &m {y: 3, z: 4}\n"
                               "one: {<<: *b, x: 9}\n"
                               "two:\n  <<: [*m, *b]\n  w: 0\n"
                               "quoted: {'<<': 5}\n",
                               problems);
    QVERIFY(root && !problems.hasErrors());
    const YamlNode *one = root->find("one");
    QCOMPARE(one->find("x")->text, std::string("9"));
    QCOMPARE(one->find("y")->text, std::string("2"));
    const YamlNode *two = root->find("two");
    QCOMPARE(two->entries.size(), std::size_t{4});
    QCOMPARE(two->find("y")->text, std::string("3")); // the earlier mapping of the list wins
    QCOMPARE(two->find("x")->text, std::string("1"));
    QVERIFY(two->find("<<") == nullptr);
    QCOMPARE(root->find("quoted")->find("<<")->text, std::string("5"));
}

void TestYamlLoader::tellsTypesApart_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("type");
    const auto rows = [](const char *type, std::initializer_list<const char *> texts) {
        for (const char *text : texts) {
            QTest::newRow(text) << QByteArray(text) << QString::fromLatin1(type);
        }
    };
    rows("a boolean", {"yes", "No", "ON", "off", "true", "FALSE"});
    rows("an integer", {"0", "-1", "+8", "10_000", "0x1F", "010"});
    rows("a number", {"1.5", ".5", "1.", "-1.5e+3", ".inf", "-.INF", ".nan"});
    rows("nothing", {"~", "null", "NULL", ""});
    rows("a string",
         {"'yes'", "\"1\"", "y", "1e3", "1.2.3", "a", "-", ".", "1.5e3", "0x", "12:30", "!!str 5"});
    rows("a list", {"[]"});
    rows("a mapping", {"{}"});
}

void TestYamlLoader::tellsTypesApart()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, type);
    if (text == "-") {
        text = "'-'";
    }
    Diagnostics problems("c.yaml");
    const auto root = loadYaml("a: " + text.toStdString() + "\n", problems);
    QVERIFY(root && !problems.hasErrors());
    const std::string_view found = describe(root->entries.at(0).value);
    QCOMPARE(QString::fromLatin1(found.data(), static_cast<qsizetype>(found.size())), type);
}

void TestYamlLoader::readsAnEmptyText()
{
    for (std::string_view text : {"", "\n# only a comment\n", "---\n"}) {
        Diagnostics problems("c.yaml");
        const auto root = loadYaml(text, problems);
        QVERIFY(root && !problems.hasErrors());
        QCOMPARE(root->kind, YamlNode::Kind::Null);
    }
}

QTEST_GUILESS_MAIN(TestYamlLoader)
#include "tst_yamlloader.moc"
