// SPDX-License-Identifier: MIT
// JSON Schemas made plain: references, unions, bounds, and schemas that want to be endless.
#include "core/json/checker.h"
#include "core/provider/oci/schema.h"

#include <QElapsedTimer>
#include <QTest>

using namespace meridian;
using namespace meridian::provider::oci;

namespace {

constexpr SchemaRules Usual{true, true};

PlainSchema checked(const std::string &schema, const SchemaRules &rules)
{
    json::Checker checker;
    if (!checker.check(schema)) {
        qFatal("the test's schema is no JSON: %s", schema.c_str());
    }
    PlainSchema plain = plainSchema(schema, rules);
    if (!checker.check(plain.json)) {
        qFatal("the result is no JSON: %s", plain.json.substr(0, 1000).c_str());
    }
    return plain;
}

} // namespace

class TestOciSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rewrites_data();
    void rewrites();
    void googlesBounds_data();
    void googlesBounds();
    void endsWhatIsEndless_data();
    void endsWhatIsEndless();
    void keepsUnionsWhenAllowed();
};

void TestOciSchema::rewrites_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("plain");
    QTest::addColumn<bool>("isExact");
    const auto row = [](const char *name, const char *schema, const char *plain, bool isExact) {
        QTest::newRow(name) << QByteArray(schema) << QByteArray(plain) << isExact;
    };
    row("nothing", "", R"({"type":"object","properties":{}})", true);
    row("true", "true", R"({"type":"object","properties":{}})", true);
    row("untouched",
        R"({ "type" : "object", "properties" : { "a" : {"type":"number","minimum":1.50,"enum":["x", 1e3]} }, "required":["a"] })",
        R"({"type":"object","properties":{"a":{"type":"number","minimum":1.50,"enum":["x", 1e3]}},"required":["a"]})",
        true);
    row("a property may be called $ref or $defs",
        R"({"type":"object","properties":{"$ref":{"type":"string"},"$defs":{"type":"string"}}})",
        R"({"type":"object","properties":{"$ref":{"type":"string"},"$defs":{"type":"string"}}})",
        true);
    row("reference, description beside it wins",
        R"({"$defs":{"P":{"type":"object","description":"old","properties":{"x":{"$ref":"#/$defs/N"}}},"N":{"type":"number"}},"type":"object","properties":{"p":{"$ref":"#/$defs/P","description":"new"}}})",
        R"({"type":"object","properties":{"p":{"description":"new","type":"object","properties":{"x":{"type":"number"}}}}})",
        true);
    row("definitions, escaped names",
        R"({"definitions":{"a/b~c":{"type":"string"}},"type":"object","properties":{"p":{"$ref":"#/definitions/a~1b~0c"}}})",
        R"({"type":"object","properties":{"p":{"type":"string"}}})", true);
    row("the root may be a reference",
        R"({"$ref":"#/$defs/R","$defs":{"R":{"type":"object","properties":{}}}})",
        R"({"type":"object","properties":{}})", true);
    row("optional",
        R"({"type":"object","properties":{"p":{"anyOf":[{"type":"null"},{"type":"string","maxLength":3}],"default":null}}})",
        R"({"type":"object","properties":{"p":{"default":null,"type":"string","maxLength":3}}})",
        false);
    row("one alternative", R"({"oneOf":[{"type":"string"}]})", R"({"type":"string"})", true);
    row("a union of references",
        R"({"$defs":{"A":{"type":"string"}},"items":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"integer"}]}})",
        R"({"items":{"type":"string"}})", false);
    row("allOf of one", R"({"allOf":[{"$ref":"#/$defs/A"}],"$defs":{"A":{"type":"string"}}})",
        R"({"type":"string"})", true);
    row("elsewhere", R"({"items":{"$ref":"https://example.org/schema.json"}})", R"({"items":{}})",
        false);
    row("dangling", R"({"items":{"$ref":"#/$defs/Nobody"}})", R"({"items":{}})", false);
    row("not even a text", R"({"items":{"$ref":17}})", R"({"items":{}})", false);
}

void TestOciSchema::rewrites()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, plain);
    QFETCH(bool, isExact);
    const PlainSchema result =
        schema.isEmpty() ? plainSchema({}, Usual) : checked(schema.toStdString(), Usual);
    QCOMPARE(result.json, plain.toStdString());
    QCOMPARE(result.isExact(), isExact);
}

void TestOciSchema::googlesBounds_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("plain");
    QTest::addColumn<bool>("isExact");
    QTest::newRow("integer")
        << QByteArray(R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10})")
        << QByteArray(R"({"type":"integer","minimum":1,"maximum":9})") << true;
    QTest::newRow("number") << QByteArray(R"({"type":"number","exclusiveMinimum":0.5})")
                            << QByteArray(R"({"type":"number","minimum":0.5})") << false;
    QTest::newRow("old form") << QByteArray(
                                     R"({"type":"number","minimum":0,"exclusiveMinimum":true})")
                              << QByteArray(R"({"type":"number","minimum":0})") << false;
    QTest::newRow("old form, off")
        << QByteArray(R"({"type":"number","minimum":0,"exclusiveMinimum":false})")
        << QByteArray(R"({"type":"number","minimum":0})") << true;
    QTest::newRow("a property of that name")
        << QByteArray(R"({"properties":{"exclusiveMinimum":{"type":"string"}}})")
        << QByteArray(R"({"properties":{"exclusiveMinimum":{"type":"string"}}})") << true;
}

void TestOciSchema::googlesBounds()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, plain);
    QFETCH(bool, isExact);
    const PlainSchema result = checked(schema.toStdString(), {true, false});
    QCOMPARE(result.json, plain.toStdString());
    QCOMPARE(result.isExact(), isExact);
    QCOMPARE(checked(schema.toStdString(), Usual).json, schema.toStdString());
}

void TestOciSchema::endsWhatIsEndless_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::newRow("itself") << QByteArray(
        R"({"$defs":{"A":{"$ref":"#/$defs/A"}},"$ref":"#/$defs/A"})");
    QTest::newRow("a list") << QByteArray(
        R"({"$defs":{"L":{"type":"object","properties":{"next":{"$ref":"#/$defs/L"}}}},"$ref":"#/$defs/L"})");
    QTest::newRow("the root") << QByteArray(R"({"properties":{"p":{"$ref":"#"}}})");
    QTest::newRow("each other") << QByteArray(
        R"({"$defs":{"A":{"items":{"$ref":"#/$defs/B"}},"B":{"items":{"$ref":"#/$defs/A"}}},"$ref":"#/$defs/A"})");

    // every level has ten times the next one
    QByteArray bomb = R"({"$defs":{"D30":{"type":"string"})";
    for (int i = 29; i >= 0; --i) {
        bomb += ",\"D" + QByteArray::number(i) + "\":{\"properties\":{";
        for (int j = 0; j < 10; ++j) {
            bomb += (j > 0 ? ",\"p" : "\"p") + QByteArray::number(j) + "\":{\"$ref\":\"#/$defs/D" +
                    QByteArray::number(i + 1) + "\"}";
        }
        bomb += "}}";
    }
    QTest::newRow("a bomb") << bomb + "},\"$ref\":\"#/$defs/D0\"}";

    QByteArray deep;
    for (int i = 0; i < 500; ++i) {
        deep += R"({"items":)";
    }
    QTest::newRow("deep") << deep + "{}" + QByteArray(500, '}');

    QByteArray many = R"({"$defs":{)"; // every reference is another one, and far away
    QByteArray uses;
    for (int i = 0; i < 20000; ++i) {
        const QByteArray number = QByteArray::number(i);
        many += (i > 0 ? ",\"N" : "\"N") + number + "\":{\"type\":\"string\"}";
        uses += (i > 0 ? ",\"p" : "\"p") + number + "\":{\"$ref\":\"#/$defs/N" + number + "\"}";
    }
    QTest::newRow("many") << many + "},\"properties\":{" + uses + "}}";

    QByteArray wide = "{";
    for (int i = 0; i < 20000; ++i) {
        wide += "\"x" + QByteArray::number(i) + "\":1,";
    }
    QTest::newRow("wide") << wide + R"("allOf":[{"type":"string"}]})";
}

void TestOciSchema::endsWhatIsEndless()
{
    QFETCH(QByteArray, schema);
    QElapsedTimer timer;
    timer.start();
    const PlainSchema plain = checked(schema.toStdString(), Usual);
    QVERIFY(plain.isCut);
    QVERIFY(plain.json.size() < 2 * SchemaMaxBytes);
    QVERIFY2(timer.elapsed() < 20000, "with sanitizers, on a busy machine");
}

void TestOciSchema::keepsUnionsWhenAllowed()
{
    const std::string schema = R"({"anyOf":[{"type":"string"},{"type":"null"}]})";
    const PlainSchema plain = checked(schema, {false, true});
    QCOMPARE(plain.json, schema);
    QVERIFY(plain.isExact());
}

QTEST_GUILESS_MAIN(TestOciSchema)
#include "tst_ocischema.moc"
