// SPDX-License-Identifier: MIT
// Secrets in clear are masked wherever they may stand, nothing else is, and they find their way
// back byte by byte.
#include "core/config/clearsecrets.h"
#include "core/config/secretmask.h"
#include "core/config/yamledit.h"
#include "core/config/yamlvalue.h"

#include <QFile>
#include <QTest>

using namespace meridian;
using config::SecretMask;

namespace {

// not keys of anybody, but of their shape
constexpr std::string_view Key = "sk-abcdefghijklmnopqrstuv";

std::string masked(SecretMask &mask, std::string_view text)
{
    const auto result = mask.mask(text);
    return result ? result->text : "error: " + result.error().detail;
}

} // namespace

class TestSecretMask : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hides_data();
    void hides();
    void leaves_data();
    void leaves();
    void examplesComeBack_data();
    void examplesComeBack();
    void sameSecretSameNameHereOnly();
    void movedIntoOtherQuotes();
    void blockOfLines();
    void unknownMaskIsAnError();
    void maskInsideTextIsAnError();
    void survivesAnEdit();
    void positionsAreThoseShown();
    void noYamlIsNotShown();
    void clearWords_data();
    void clearWords();
};

void TestSecretMask::hides_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const QString &text) { QTest::newRow(name) << text; };
    row("plain", QStringLiteral("backends:\n  - api_key: HUSH # mine\n"));
    row("single quotes", QStringLiteral("backends: [{api_key: 'it''s HUSH'}]\n"));
    row("double quotes", QStringLiteral("backends:\n- auth_header: \"Bearer HUSH\\t\"\n"));
    row("a number", QStringLiteral("admin: {token: 123HUSH45}\n"));
    row("headers", QStringLiteral("tracing:\n  headers:\n    x-team: HUSH\n"));
    row("credentials",
        QStringLiteral("backends:\n- options:\n    credentials:\n      key: HUSH\n"));
    row("pass phrase",
        QStringLiteral("backends:\n- options:\n    credentials: {pass_phrase: HUSH}\n"));
    row("a private key", QStringLiteral("backends:\n- options:\n    credentials:\n      key: |\n"
                                        "        -----BEGIN PRIVATE KEY-----\n        HUSH\n"
                                        "        -----END PRIVATE KEY-----\n      user: u\n"));
    row("in the wrong place", QStringLiteral("gateway:\n  tls:\n    key: |\n      -----BEGIN RSA "
                                             "PRIVATE KEY-----\n      HUSH\n"));
    row("unknown section", QStringLiteral("later:\n  password: HUSH\n  tokens: {token: HUSH}\n"));
    row("below a secret key", QStringLiteral("auth:\n  keys: [HUSH, {a: HUSH}]\n"));
    row("through an anchor", QStringLiteral("x-mine: &k HUSH\nbackends:\n- api_key: *k\n"));
    row("through a mapping", QStringLiteral("x-mine: &h {x-a: HUSH}\nbackends:\n- headers: *h\n"));
    row("through a merge", QStringLiteral("x-d: &d {api_key: HUSH}\nbackends:\n- <<: *d\n"));
    row("user of a url", QStringLiteral("backends:\n- url: http://HUSH:pw@host/v1\n"));
    row("key of a url", QStringLiteral("tracing: {endpoint: 'https://h/v1?a=1&api_key=HUSH'}\n"));
    row("of Melis",
        QStringLiteral("providers:\n- id: a\n  api_key: HUSH\n  headers: {x-a: HUSH}\n"));
    row("default of a reference", QStringLiteral("providers:\n- api_key: ${NONE:-HUSH}\n"));
    row("text around a reference", QStringLiteral("backends:\n- api_key: ${A}HUSH\n"));
    row("switched off", QStringLiteral("a: 1\n# api_key: HUSH\n#  - {name: x, token: \"HUSH\"}\n"));
    row("looks like a key",
        QStringLiteral("x-note: sk-HUSHHUSHHUSHHUSHHUSH\n# sk-HUSHHUSHHUSHHUSH\n"));
    row("line ends", QStringLiteral("admin:\r\n  token: HUSH\r\n"));
    row("many lines", QStringLiteral("admin:\n  token: HUSH\n    HUSH\n"));
}

void TestSecretMask::hides()
{
    QFETCH(QString, text);
    SecretMask mask;
    const std::string clear = text.toStdString();
    const auto shown = mask.mask(clear);
    QVERIFY2(shown, shown ? "" : shown.error().detail.c_str());
    QVERIFY2(shown->text.find("HUSH") == std::string::npos, shown->text.c_str());
    QVERIFY(shown->secrets > 0);
    const auto again = mask.mask(shown->text); // a masked text is shown as it is
    QVERIFY(again);
    QCOMPARE(again->text, shown->text);
    const auto back = mask.unmask(shown->text, "c.yaml");
    QVERIFY(back);
    QCOMPARE(QString::fromStdString(back->text), text);
}

void TestSecretMask::leaves_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"backends:\n- api_key: env:OPENAI_API_KEY\n",
          "backends:\n- api_key: file:/run/secrets/k\n",
          "backends:\n- auth_header: Bearer ${OPENAI_KEY}\n", "backends:\n- api_key: ${file:/k}\n",
          "admin: {token: 'credential:token'}\n", "backends:\n- api_key: ''\n  auth_header: ~\n",
          "gateway: {tls: {cert: /etc/tls.crt, key: /etc/tls.key}}\n",
          "session_affinity: {header: x-session}\n", "backends:\n- url: http://host:8000/v1?a=b\n",
          "# the key: ask Kim\nmodels: {aliases: {sk-1: qwen}}\n",
          "providers:\n- credentials: {env: NAME}\n",
          "x-note: mail me@example.org, see http://h/a@b\n", "# contact: a@b.c\n"}) {
        QTest::newRow(text) << QString::fromUtf8(text);
    }
}

void TestSecretMask::leaves()
{
    QFETCH(QString, text);
    if (text.startsWith(QLatin1String("# the key"))) {
        text.remove(0, text.indexOf(QLatin1Char('\n')) + 1); // a comment may be masked too much
    }
    SecretMask mask;
    QCOMPARE(QString::fromStdString(masked(mask, text.toStdString())), text);
}

void TestSecretMask::examplesComeBack_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"minimal.yaml", "full.yaml", "clouds.yaml", "operations.yaml",
                             "melis/config.yaml", "melis/routes.yaml"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void TestSecretMask::examplesComeBack()
{
    QFETCH(QString, name);
    QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/resources/examples/") + name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string text = file.readAll().toStdString();
    SecretMask mask;
    const auto shown = mask.mask(text);
    QVERIFY2(shown, shown ? "" : shown.error().detail.c_str());
    const auto back = mask.unmask(shown->text, "c.yaml");
    QVERIFY(back);
    QCOMPARE(back->text, text);
}

void TestSecretMask::sameSecretSameNameHereOnly()
{
    SecretMask here;
    SecretMask elsewhere;
    const std::string text = "backends:\n- api_key: one\n- api_key: 'one'\n- api_key: two\n";
    const QStringList lines = QString::fromStdString(masked(here, text)).split(QLatin1Char('\n'));
    QCOMPARE(lines[2], QString(lines[1]).replace(QLatin1String(": "), QLatin1String(": '")) +
                           QLatin1Char('\''));
    QVERIFY(lines[1] != lines[3]);
    QVERIFY(masked(here, text) != masked(elsewhere, text));
}

void TestSecretMask::movedIntoOtherQuotes()
{
    SecretMask mask;
    const std::string shown = masked(mask, "admin: {token: \"a\\\"b: #'c\"}\n");
    const std::string name = shown.substr(shown.find("«"), shown.find("»") + 2 - shown.find("«"));
    for (const std::string &moved :
         {"token: " + name, "token: '" + name + "'", "a: {token: \"" + name + "\"}"}) {
        const auto back = mask.unmask(moved + "\n", "c.yaml");
        QVERIFY(back);
        const auto value = config::editYaml(back->text, {});
        QVERIFY2(value, value ? "" : back->text.c_str());
        QVERIFY2(masked(mask, back->text).find(name) != std::string::npos, back->text.c_str());
    }
}

void TestSecretMask::blockOfLines()
{
    SecretMask mask;
    const std::string text = "x:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    abc\n  next: 1\n";
    const std::string shown = masked(mask, text);
    QVERIFY2(shown.starts_with("x:\n  key: «secret ") && shown.ends_with("»\n  next: 1\n"),
             shown.c_str());
    std::string deeper = shown; // other indentation: written anew, with the same meaning
    deeper.replace(0, 2, "y:\n  x:");
    deeper.insert(deeper.find("  key"), "  ");
    deeper.insert(deeper.find("  next"), "  ");
    const auto back = mask.unmask(deeper, "c.yaml");
    QVERIFY(back);
    QVERIFY2(back->text.find("\"-----BEGIN PRIVATE KEY-----\\nabc\\n\"") != std::string::npos,
             back->text.c_str());
}

void TestSecretMask::unknownMaskIsAnError()
{
    SecretMask mask;
    (void)masked(mask, "admin: {token: hush}\n");
    const auto back =
        mask.unmask("a: 1\nadmin:\n  token: «secret 123456»\nb: «secret »\n", "c.yaml");
    QVERIFY(!back);
    QCOMPARE(back.error().size(), 2U);
    QCOMPARE(back.error()[0].line, 3);
    QCOMPARE(back.error()[0].column, 10);
    QVERIFY(back.error()[0].message.find("env:NAME") != std::string::npos);
    QCOMPARE(back.error()[1].line, 4);
}

void TestSecretMask::maskInsideTextIsAnError()
{
    SecretMask mask;
    const std::string shown = masked(mask, "token: hush\n");
    const std::string name = shown.substr(7, shown.size() - 8);
    QVERIFY(!mask.unmask("auth_header: \"Bearer " + name + "\"\n", "c.yaml"));
    const auto comment = mask.unmask("a: 1\n# token: " + name + "\n", "c.yaml");
    QVERIFY(comment);
    QCOMPARE(comment->text, "a: 1\n# token: hush\n");
}

void TestSecretMask::survivesAnEdit()
{
    SecretMask mask;
    const std::string shown =
        masked(mask, "backends:\n  - name: a\n    api_key: " + std::string(Key) + " # mine\n");
    config::YamlEdit edit{config::YamlEdit::Kind::Set,
                          {std::string("backends"), std::string("a"), std::string("weight")},
                          config::plainNode("7")};
    const auto edited = config::editYaml(shown, {edit});
    QVERIFY(edited);
    const auto back = mask.unmask(*edited, "c.yaml");
    QVERIFY(back);
    QCOMPARE(back->text, "backends:\n  - name: a\n    api_key: " + std::string(Key) +
                             " # mine\n    weight: 7\n");
}

void TestSecretMask::positionsAreThoseShown()
{
    SecretMask mask;
    const std::string text =
        "x: {key: a-very-long-secret-text, port: no}\nkey: |\n  a\n  b\n  c\nz: 1\n";
    const std::string shown = masked(mask, text);
    const auto back = mask.unmask(shown, "c.yaml");
    QVERIFY(back);
    const auto at = [&](std::string_view what) {
        const std::size_t offset = text.find(what);
        const auto line = static_cast<int>(
            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
        return back->inMasked(
            {line + 1,
             static_cast<int>(offset - (line == 0 ? 0 : text.rfind('\n', offset) + 1)) + 1},
            shown);
    };
    const auto port = at("no}");
    QCOMPARE(port.line, 1);
    QCOMPARE(static_cast<std::size_t>(port.column), shown.find("no}") + 1);
    QCOMPARE(at("z: 1").line, 3);
    QCOMPARE(at("  b").line, 2); // of a secret: where it is shown
}

void TestSecretMask::noYamlIsNotShown()
{
    SecretMask mask;
    const auto shown = mask.mask("api_key: [hush\n");
    QVERIFY(!shown);
    QVERIFY(shown.error().detail.find("hush") == std::string::npos);
    const auto back = mask.unmask("api_key: [hush\n", "c.yaml"); // its reader says what is wrong
    QVERIFY(back);
    QCOMPARE(back->text, "api_key: [hush\n");
}

void TestSecretMask::clearWords_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("isClear");
    QTest::newRow("key") << QStringLiteral("abc") << true;
    QTest::newRow("blank") << QStringLiteral("  ") << false;
    QTest::newRow("bearer") << QStringLiteral("Bearer abc") << true;
    QTest::newRow("bearer reference") << QStringLiteral("Bearer ${KEY}") << false;
    QTest::newRow("two references") << QStringLiteral("${A}${B}") << false;
    QTest::newRow("unclosed") << QStringLiteral("${A") << true;
    QTest::newRow("default") << QStringLiteral("${A:-x}") << true;
    QTest::newRow("empty default") << QStringLiteral("${A:-}") << false;
}

void TestSecretMask::clearWords()
{
    QFETCH(QString, value);
    QFETCH(bool, isClear);
    QCOMPARE(config::standsInClear(value.toStdString()), isClear);
}

QTEST_GUILESS_MAIN(TestSecretMask)
#include "tst_secretmask.moc"
