// SPDX-License-Identifier: MIT
// Property: whatever the document and the edit, the tree is as meant, and no comment line is lost.
#include "core/config/yamledit.h"
#include "core/config/yamlloader.h"
#include "core/config/yamltreeedit.h"
#include "core/config/yamlvalue.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace meridian;
using config::YamlEdit;
using config::YamlNode;
using config::YamlPath;
using Kind = YamlNode::Kind;

namespace {

/// Documents as people write them: both styles, comments everywhere, every kind of quotes.
class Author
{
public:
    explicit Author(unsigned seed)
        : m_random(seed)
    {
    }

    std::string document()
    {
        std::string text = chance(2) ? comment(0) : std::string();
        text += chance(5) ? "---\n" : "";
        mapping(text, 0, 0);
        return chance(4) && !text.empty() ? text.substr(0, text.size() - 1) : text;
    }

    YamlNode value(int depth)
    {
        const int kind = below(depth > 2 ? 4 : 6);
        if (kind == 0) {
            return config::plainNode(std::to_string(below(1000)));
        }
        if (kind == 1) {
            return config::plainNode(chance(2) ? "true" : "0.5");
        }
        if (kind <= 3) {
            return config::textNode(word());
        }
        YamlNode collection = config::emptyNode(kind == 4 ? Kind::Sequence : Kind::Mapping);
        for (int i = below(4); i > 0; --i) {
            if (kind == 4) {
                collection.items.push_back(value(depth + 1));
            } else if (std::string key = freshKey(); collection.find(key) == nullptr) {
                collection.entries.push_back({config::textNode(key), value(depth + 1)});
            }
        }
        return collection;
    }

    /// A path to something that is there, or to a place for something new.
    YamlPath path(const YamlNode &root)
    {
        YamlPath path;
        const YamlNode *node = &root;
        for (;;) {
            if (node->kind == Kind::Mapping && chance(6)) {
                path.emplace_back(freshKey());
                return path;
            }
            if ((node != &root && chance(3)) || (node->items.empty() && node->entries.empty())) {
                return path;
            }
            if (node->kind == Kind::Sequence) {
                const auto i =
                    static_cast<std::size_t>(below(static_cast<int>(node->items.size())));
                path.emplace_back(i);
                node = &node->items[i];
            } else {
                const auto &entry = node->entries[static_cast<std::size_t>(
                    below(static_cast<int>(node->entries.size())))];
                path.emplace_back(entry.key.text);
                node = &entry.value;
            }
        }
    }

    int below(int count) { return static_cast<int>(m_random() % static_cast<unsigned>(count)); }

    bool chance(int of) { return below(of) == 0; }

private:
    std::string word()
    {
        static const std::vector<std::string> Words{"plain",
                                                    "two words",
                                                    "8080",
                                                    "yes",
                                                    "null",
                                                    "",
                                                    "a: b",
                                                    "# no comment",
                                                    "it's",
                                                    "\"q\"",
                                                    "- dash",
                                                    "[x]",
                                                    "{y}",
                                                    "tab\there",
                                                    "line\nbreak",
                                                    "größe",
                                                    "http://h:1/v1",
                                                    "*star",
                                                    "&and",
                                                    "!bang",
                                                    "%per",
                                                    "@at",
                                                    "1e3",
                                                    "0x1F",
                                                    "12:30",
                                                    " lead",
                                                    "trail ",
                                                    "a,b",
                                                    "x #y",
                                                    "\\back",
                                                    "~",
                                                    "<<",
                                                    "=",
                                                    "1_000",
                                                    ".5",
                                                    "«secret 3f2a91»"};
        return Words[static_cast<std::size_t>(below(static_cast<int>(Words.size())))];
    }

    std::string freshKey() { return "k" + std::to_string(below(40)); }

    std::string comment(int indent)
    {
        return std::string(static_cast<std::size_t>(indent), ' ') + "# comment " +
               std::to_string(m_comments++) + ": [not, {yaml\n";
    }

    std::string trailing() { return chance(4) ? " # beside\n" : "\n"; }

    std::string scalar()
    {
        const YamlNode node = value(9);
        return config::scalarText(node, chance(3)   ? config::Quotes::Single
                                        : chance(2) ? config::Quotes::Double
                                                    : config::Quotes::AsNeeded);
    }

    std::string flow(int indent)
    {
        const bool isList = chance(2);
        const bool isLong = chance(4);
        const std::string gap = isLong
                                    ? "\n" + std::string(static_cast<std::size_t>(indent + 2), ' ')
                                    : std::string(chance(2) ? " " : "");
        std::string out(1, isList ? '[' : '{');
        const int count = below(4);
        for (int i = 0; i < count; ++i) {
            out += gap;
            out += isList ? scalar() : "f" + std::to_string(i) + ": " + scalar();
            out += i + 1 < count || chance(3) ? "," : "";
            out += isLong && chance(3) ? " # beside\n" + comment(indent + 2).substr(0) : "";
        }
        out += isLong ? "\n" + std::string(static_cast<std::size_t>(indent + 1), ' ') : gap;
        return out + (isList ? "]" : "}");
    }

    /// Behind a colon or a dash.
    void child(std::string &out, int indent, int depth, bool isItem)
    {
        const int kind = below(depth > 3 ? 6 : 10);
        if (kind < 3) {
            out += " " + scalar() + trailing();
        } else if (kind == 3) {
            out += trailing();
        } else if (kind == 4) {
            out += " " + flow(indent) + trailing();
        } else if (kind == 5) {
            const std::string margin(static_cast<std::size_t>(indent + 3), ' ');
            out += chance(2) ? " |\n" : " >-\n";
            out += margin + "# text, no comment\n" + margin + "more\n" + (chance(3) ? "\n" : "");
        } else if (isItem && chance(2)) {
            std::string below;
            mapping(below, indent + 2, depth + 1);
            out += " " + below.substr(static_cast<std::size_t>(indent + 2));
        } else {
            out += trailing();
            out += chance(3) ? comment(indent + 2) : "";
            if (kind < 8) {
                mapping(out, indent + 2, depth + 1);
            } else {
                sequence(out, !isItem && chance(3) ? indent : indent + 2, depth + 1);
            }
        }
    }

    void mapping(std::string &out, int indent, int depth)
    {
        const int count = 1 + below(5);
        for (int i = 0; i < count; ++i) {
            out += i > 0 && chance(4) ? comment(indent + (chance(3) ? 2 : 0)) : "";
            out += i > 0 && chance(8) ? "\n" : "";
            out +=
                std::string(static_cast<std::size_t>(indent), ' ') + "k" + std::to_string(i) + ":";
            child(out, indent, depth, false);
        }
    }

    void sequence(std::string &out, int indent, int depth)
    {
        const int count = 1 + below(4);
        for (int i = 0; i < count; ++i) {
            out += i > 0 && chance(4) ? comment(indent) : "";
            out += std::string(static_cast<std::size_t>(indent), ' ') + "-";
            child(out, indent, depth, true);
        }
    }

    std::mt19937 m_random;
    int m_comments = 0;
};

YamlNode treeOf(const std::string &text)
{
    config::Diagnostics problems("text");
    auto tree = config::loadYaml(text, problems);
    return tree && !problems.hasErrors() ? std::move(*tree) : config::textNode("not YAML");
}

/// The words behind every "# comment", which no scalar of the author's holds.
QStringList commentsOf(const std::string &text)
{
    QStringList found;
    for (const QString &line : QString::fromStdString(text).split(QLatin1Char('\n'))) {
        if (line.trimmed().startsWith(QLatin1String("# comment "))) {
            found << line.trimmed();
        }
    }
    found.sort();
    return found;
}

} // namespace

class TestYamlEditRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void treeAsMeantAndCommentsStay();
};

void TestYamlEditRandom::treeAsMeantAndCommentsStay()
{
    constexpr unsigned Documents = 500;
    constexpr int EditsEach = 6;
    int done = 0;
    int refused = 0;
    for (unsigned seed = 1; seed <= Documents; ++seed) {
        Author author(seed);
        std::string text = author.document();
        YamlNode tree = treeOf(text);
        QVERIFY2(tree.kind == Kind::Mapping,
                 ("seed " + std::to_string(seed) + "\n" + text).c_str());
        for (int i = 0; i < EditsEach; ++i) {
            YamlEdit edit{static_cast<YamlEdit::Kind>(author.below(3)), author.path(tree),
                          author.value(0)};
            YamlNode intended = tree;
            if (!config::editTree(intended, edit.path, edit)) {
                continue; // an order that makes no sense: nothing there, or no list
            }
            const auto result = config::editYaml(text, {edit});
            if (!result) {
                ++refused;
                QVERIFY2(refused * 200 <= done + 200,
                         (result.error().detail + "\n" + text).c_str());
                continue;
            }
            ++done;
            const std::string story = "seed " + std::to_string(seed) + " edit " +
                                      config::formatPath(edit.path) + "\n" + text + "\n-->\n" +
                                      *result;
            tree = treeOf(*result);
            QVERIFY2(config::isSameValue(tree, intended), story.c_str());
            QVERIFY2(commentsOf(*result) == commentsOf(text), story.c_str());
            text = *result;
        }
    }
    qInfo("%d edits made, %d refused", done, refused);
    QVERIFY(done > 1500);
}

QTEST_GUILESS_MAIN(TestYamlEditRandom)
#include "tst_yamleditrandom.moc"
