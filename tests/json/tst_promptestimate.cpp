// SPDX-License-Identifier: MIT
// Prompts are estimated to the token, and conversations are told apart.
#include "core/json/promptestimate.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <memory>
#include <random>
#include <string>

using namespace meridian::json;
using namespace std::string_literals;

namespace {

/// A copy that ends where its memory ends, so that a read beyond it shows under a sanitizer.
class Scanned
{
public:
    explicit Scanned(std::string_view body)
        : m_bytes(new char[body.size()])
        , m_body(m_bytes.get(), body.size())
    {
        std::copy(body.begin(), body.end(), m_bytes.get());
        const ScanResult result = m_scanner.scan(m_body);
        m_fields = result.fields;
        m_isOk = result.outcome == ScanOutcome::Ok;
    }

    [[nodiscard]] bool isOk() const { return m_isOk; }

    [[nodiscard]] quint64 tokens() const { return estimatePromptTokens(m_body, m_fields); }

    [[nodiscard]] quint64 prefix() const { return prefixHash(m_body, m_fields); }

private:
    std::unique_ptr<char[]> m_bytes;
    std::string_view m_body;
    BodyScanner m_scanner;
    BodyFields m_fields;
    bool m_isOk = false;
};

quint64 tokens(std::string_view body)
{
    const Scanned scanned(body);
    return scanned.isOk() ? scanned.tokens() : ~quint64{0};
}

quint64 prefix(std::string_view body)
{
    return Scanned(body).prefix();
}

std::string chat(std::string_view messages, std::string_view model = "m")
{
    return "{\"model\":\""s.append(model) + "\",\"messages\":[" + std::string(messages) + "]}";
}

std::string content(std::string_view value)
{
    return chat("{\"role\":\"user\",\"content\":"s.append(value) + "}");
}

// no raw strings: moc loses its way in them
constexpr std::string_view ShortEscapes = "\"\\\"\\\\\\/\\n\\t\"";
constexpr std::string_view Units = "\"\\u00e9\\u20AC\\u0041\\u0000\"";
constexpr std::string_view Pair = "\"\\uD83D\\uDE00abc\"";
constexpr std::string_view Halves = "\"\\uD83D\\uD83D\\uDE00\\uDE00a\"";
constexpr std::string_view HalvesAndMore = "\"\\uD83D\\uD83D\\uDE00\\uDE00ab\"";
constexpr std::string_view HalfAndEscape = "\"\\uD83D\\n\\u00e9ab\"";
constexpr std::string_view HalfAndUnit = "\"\\uD83D\\u00e9abc\"";
constexpr std::string_view Backslashes = "\"\\\\\\\\\\\\\\\"\"";
const std::string System = "{\"role\":\"system\",\"content\":\"Be brief.\"},";
const std::string Question =
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi ]\"}]}";
const std::string Answer = ",{\"role\":\"assistant\",\"content\":\"Yes?\"}";
const std::string EscapedUser = "{\"r\\u006fle\":\"user\"}";
const std::string Hi = "{\"role\":\"user\",\"content\":\"Hi\"}";
const std::string Ho = "{\"role\":\"user\",\"content\":\"Ho\"}";
const std::string EmptySystem = "{\"role\":\"system\",\"content\":\"\"},";

/// The rule over a parsed document, slowly: what the walk over the bytes must agree with.
quint64 quarter(const QJsonValue &text)
{
    return text.isString() ? quint64(text.toString().toUcs4().size() + 3) / 4 : 0;
}

quint64 slowTokens(const QJsonObject &body)
{
    const QJsonArray messages = body.value(QLatin1String("messages")).toArray();
    quint64 sum = messages.isEmpty() ? 0 : 3;
    for (const QJsonValue message : messages) {
        if (!message.isObject()) {
            continue;
        }
        const QJsonValue content = message[QLatin1String("content")];
        sum += 4 + quarter(message[QLatin1String("role")]) + quarter(content);
        for (const QJsonValue part : content.toArray()) {
            if (part[QLatin1String("type")].toString() == QLatin1String("text")) {
                sum += quarter(part[QLatin1String("text")]);
            }
        }
    }
    return sum;
}

} // namespace

class TestPromptEstimate : public QObject
{
    Q_OBJECT

    std::mt19937 m_random{4711};

    int below(int end) { return int(m_random() % unsigned(end)); }

    QString randomText()
    {
        static const QString Pieces[] = {QStringLiteral("plain words "), QStringLiteral("\""),
                                         QStringLiteral("\\"),           QStringLiteral("\n"),
                                         QStringLiteral("\u00e9"),       QStringLiteral("\u20ac"),
                                         QStringLiteral("\U0001F600"),   QStringLiteral("\u0001"),
                                         QStringLiteral("]}, {["),       QStringLiteral("x")};
        QString text;
        for (int i = below(12); i > 0; --i) {
            text += Pieces[below(std::size(Pieces))];
        }
        return text;
    }

    QJsonValue randomValue(int depth)
    {
        switch (below(depth > 0 ? 8 : 5)) {
        case 0:
            return QJsonValue();
        case 1:
            return below(2) == 0;
        case 2:
            return -0.5 * below(1000);
        case 3:
        case 4:
            return randomText();
        case 5: {
            QJsonArray array;
            for (int i = below(4); i > 0; --i) {
                array.append(randomValue(depth - 1));
            }
            return array;
        }
        default: {
            static const char *const Names[] = {"role", "content", "type", "text", "name", "x\n"};
            QJsonObject object;
            for (int i = below(5); i > 0; --i) {
                const QString name = QLatin1String(Names[below(std::size(Names))]);
                const bool isText = name == QLatin1String("type") && below(3) > 0;
                object[name] = isText ? QJsonValue(QLatin1String("text")) : randomValue(depth - 1);
            }
            return object;
        }
        }
    }

    /// Mostly a message as clients send it.
    QJsonValue randomMessage()
    {
        if (below(5) == 0) {
            return randomValue(4);
        }
        QJsonArray parts;
        for (int i = below(4); i > 0; --i) {
            parts.append(randomValue(3));
            parts.append(QJsonObject{{QLatin1String("type"), QLatin1String("text")},
                                     {QLatin1String("text"), randomText()}});
        }
        return QJsonObject{
            {QLatin1String("role"), randomText()},
            {QLatin1String("content"), parts.isEmpty() ? QJsonValue(randomText()) : parts},
            {QLatin1String("tool_calls"), randomValue(3)}};
    }

    QJsonObject randomBody()
    {
        QJsonArray messages;
        for (int i = below(5); i > 0; --i) {
            messages.append(randomMessage());
        }
        return {{QLatin1String("model"), QLatin1String("m")},
                {QLatin1String("messages"), messages}};
    }

private Q_SLOTS:

    void estimates_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<quint64>("expected");
        const auto row = [](const char *name, const std::string &body, quint64 expected) {
            QTest::newRow(name) << QByteArray::fromStdString(body) << expected;
        };
        row("one user", content("\"Hello!\""), 10);
        row("system and user",
            chat("{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},{\"role\":"
                 "\"user\",\"content\":\"Write one sentence about gateways.\"}"),
            30);
        row("no message", chat(""), 0);
        row("not an object", chat("1"), 3);
        row("others add nothing", chat("1,null,\"text\",[{\"role\":\"user\"}],{}"), 7);
        row("no body", "", 0);
        row("no messages", "{}", 0);
        row("not an array", "{\"messages\":\"text\"}", 0);
        row("an object", "{\"messages\":{\"role\":\"user\",\"content\":\"Hello!\"}}", 0);
        row("null", "{\"messages\":null}", 0);
        row("white space",
            "{\"messages\" : [ { \"role\"\n:\t\"user\" , \"content\" : \"Hello!\" } ] }", 10);
        row("no role", chat("{\"content\":\"Hello!\"}"), 9);
        row("role no string", chat("{\"role\":17,\"content\":\"Hello!\"}"), 9);
        row("null content", content("null"), 8);
        row("content no text", content("{\"type\":\"text\",\"text\":\"Hello!\"}"), 8);
        row("parts",
            content("[{\"type\":\"text\",\"text\":\"Hello\"},{\"text\":\"!\",\"type\":\"text\"}]"),
            11);
        row("other parts",
            content("[\"Hello!\",7,[],{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:\"},"
                    "\"text\":\"Hello!\"},{\"text\":\"Hello!\"},{\"type\":\"input_text\",\"text\":"
                    "\"Hello!\"},{\"type\":\"text\",\"text\":[\"Hello!\"]},{\"type\":\"text\"}]"),
            8);
        row("the last role and content count",
            chat("{\"role\":\"a long name for it\",\"content\":\"a long text\",\"role\":\"user\","
                 "\"content\":\"Hello!\"}"),
            10);
        row("last role no string", chat("{\"role\":\"user\",\"role\":17,\"content\":\"Hello!\"}"),
            9);
        row("last content no text", chat("{\"content\":\"a long text\",\"content\":null}"), 7);
        row("last type counts", content("[{\"type\":\"text\",\"text\":\"Hello!\",\"type\":\"x\"}]"),
            8);
        row("other fields",
            chat("{\"role\":\"user\",\"name\":\"a long name\",\"tool_calls\":[{\"content\":\"]}"
                 "\\\"\"}],\"content\":\"Hello!\",\"x\":-1.5e3}"),
            10);
        row("escaped names",
            chat("{\"\\u0072ole\":\"user\",\"c\\u006Fntent\":[{\"typ\\u0065\":"
                 "\"\\u0074ext\",\"text\":\"Hello!\"}]}"),
            10);
        row("nearly the names",
            chat("{\"roles\":\"user\",\"Content\":\"Hello!\",\"rol\\n\":\"x\"}"), 7);
        row("escapes are one", content(ShortEscapes), 10);
        row("units are one", content(Units), 9);
        row("a pair is one", content(Pair), 9);
        row("halves are one each", content(Halves), 9);
        row("halves and one more", content(HalvesAndMore), 10);
        row("half before an escape", content(HalfAndEscape), 10);
        row("half before a unit", content(HalfAndUnit), 10);
        row("UTF-8", content("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z\""), 9);
        row("long UTF-8",
            content("\"" + std::string(300, 'a') + "\xE2\x82\xAC\xE2\x82\xAC" + "\\n" +
                    std::string(97, 'b') + "\""),
            108);
        row("quotes at the end of escapes", content(Backslashes), 9);

        row("prompt", "{\"prompt\":\"Hello!\"}", 2);
        row("prompts", "{\"prompt\":[\"Hello!\",\"a\",\"\"]}", 3);
        row("prompt by tokens", "{\"prompt\":[1,22, 333]}", 3);
        row("prompts by tokens", "{\"prompt\":[[1,2],[3]]}", 3);
        row("no prompt", "{\"prompt\":null}", 0);
        row("input", "{\"input\":\"Hello!\"}", 2);
        row("inputs", "{\"input\":[\"Hello!\",\"Hello!\"]}", 4);
        row("empty input", "{\"input\":[]}", 0);
        row("input messages",
            "{\"input\":[{\"role\":\"user\",\"content\":\"Hello!\"},{\"type\":\"message\",\"role\":"
            "\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hello!\"},{\"type\":"
            "\"output_text\",\"text\":\"Hello!\"},{\"type\":\"input_image\",\"text\":\"x\"}]}]}",
            19);
        row("both", "{\"messages\":[1],\"prompt\":\"Hello!\",\"input\":\"Hello!\"}", 7);
    }

    void estimates()
    {
        QFETCH(QByteArray, body);
        QFETCH(quint64, expected);
        QCOMPARE(tokens(body.toStdString()), expected);
    }

    /// Every length around the words the walk reads, with a long character and an escape at every
    /// place.
    void countsAtEveryPlace()
    {
        for (std::size_t size = 0; size < 40; ++size) {
            for (std::size_t at = 0; at <= size; ++at) {
                for (const std::string piece : {"\xF0\x9F\x98\x80", "\\\"", "\\uD83D\\uDE00"}) {
                    const std::string text =
                        std::string(at, 'a') + piece + std::string(size - at, 'a');
                    QCOMPARE(tokens("{\"prompt\":\"" + text + "\"}"), (size + 1 + 3) / 4);
                }
            }
        }
    }

    void agreesWithAParserOnRandomBodies()
    {
        quint64 sum = 0;
        for (int i = 0; i < 5000; ++i) {
            const QJsonDocument document(randomBody());
            const auto format = i % 2 == 0 ? QJsonDocument::Compact : QJsonDocument::Indented;
            const QByteArray body = document.toJson(format);
            const quint64 expected = slowTokens(document.object());
            QVERIFY2(tokens(body.toStdString()) == expected, body.constData());
            sum += expected;
        }
        QVERIFY(sum > 50000); // the bodies did hold messages
    }

    /// What the scanner lets through need not be JSON; the walk must end within the bytes. The
    /// sanitizers watch.
    void survivesDamage()
    {
        static const char Bytes[] = "\"\\{}[]:,u1 a\x80\n";
        int accepted = 0;
        for (int i = 0; i < 20000; ++i) {
            std::string body =
                QJsonDocument(randomBody()).toJson(QJsonDocument::Compact).toStdString();
            for (int n = 1 + below(3); n > 0; --n) {
                body[std::size_t(below(int(body.size())))] = Bytes[below(sizeof(Bytes) - 1)];
            }
            const Scanned scanned(body);
            if (scanned.isOk()) {
                ++accepted;
                QVERIFY(scanned.tokens() <= body.size() * 4 + 3);
                (void)scanned.prefix();
            }
            // extents that nobody has checked
            BodyFields fields;
            fields.messages = fields.prompt = fields.input = {0, body.size()};
            const auto from = std::size_t(below(int(body.size())));
            const std::unique_ptr<char[]> exact(new char[body.size() - from]);
            std::copy(body.begin() + std::ptrdiff_t(from), body.end(), exact.get());
            const std::string_view rest(exact.get(), body.size() - from);
            fields.messages.size = fields.prompt.size = fields.input.size = rest.size();
            QVERIFY(estimatePromptTokens(rest, fields) <= rest.size() * 12 + 9);
            (void)prefixHash(rest, fields);
        }
        QVERIFY(accepted > 500);
    }

    void turnsOfAConversationHashAlike()
    {
        const quint64 first = prefix(chat(System + Question));
        QVERIFY(first != 0);
        QCOMPARE(prefix(chat(System + Question + Answer)), first);
        QCOMPARE(prefix(chat(System + Question + Answer + "," + Hi)), first);
        // what stands beside the messages does not count
        QCOMPARE(prefix("{\"stream\":true,\"messages\":[" + System + Question +
                        ",7],\"temperature\":0.1,\"model\":\"m\",\"prompt\":\"x\"}"),
                 first);
        QCOMPARE(prefix(chat(System + EscapedUser)), prefix(chat(System + EscapedUser + Answer)));
    }

    void conversationsHashApart()
    {
        const quint64 first = prefix(chat(Hi));
        QVERIFY(prefix(chat(Hi, "other")) != first);
        QVERIFY(prefix(chat(Ho)) != first);
        QVERIFY(prefix(chat(EmptySystem + Hi)) != first);
        // nobody is a user: everything counts
        QVERIFY(prefix(chat(System + "{}")) != prefix(chat(System + "{}" + Answer)));
    }

    void barePromptsHashByTheirBeginning()
    {
        const std::string start(PromptPrefixSize, 'p');
        const auto prompt = [](const std::string &text) { return "{\"prompt\":\"" + text + "\"}"; };
        QVERIFY(prefix(prompt("a")) != 0);
        QVERIFY(prefix(prompt("a")) != prefix(prompt("b")));
        QCOMPARE(prefix(prompt(start + "a")), prefix(prompt(start + "b")));
        QVERIFY(prefix(prompt(start.substr(1) + "a")) != prefix(prompt(start.substr(1) + "b")));
        QCOMPARE(prefix("{\"input\":\"a\"}"), prefix(prompt("a")));
        QVERIFY(prefix("{\"prompt\":[\"a\"]}") != prefix("{\"prompt\":[\"b\"]}"));
        QCOMPARE(prefix("{\"input\":[{\"role\":\"user\",\"content\":\"a\"}]}"),
                 prefix("{\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"x\"}]}"));
    }

    void nothingHashesToZero()
    {
        for (const char *body : {"", "{}", "{\"model\":\"m\"}", "{\"messages\":[]}",
                                 "{\"messages\":null,\"prompt\":\"\",\"input\":[ ]}",
                                 "{\"messages\":[1]}", "{\"prompt\":7}", "{\"input\":[[]]}"}) {
            QCOMPARE(prefix(body), quint64{0});
        }
    }

    void estimatesALongText()
    {
        const std::string text(1000000, 'a');
        const std::string body = content("\"" + text + "\"");
        const Scanned scanned(body);
        QBENCHMARK
        {
            QCOMPARE(scanned.tokens(), quint64{250008});
        }
    }
};

QTEST_GUILESS_MAIN(TestPromptEstimate)
#include "tst_promptestimate.moc"
