// SPDX-License-Identifier: MIT
// Base64 against the vectors of RFC 4648 §10, and what a strict reader refuses.
#include "core/base/base64.h"

#include <QTest>

using namespace meridian;

class TestBase64 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodesTheStandardsVectors_data();
    void encodesTheStandardsVectors();
    void bothAlphabets();
    void everyByteComesBack();
    void refuses_data();
    void refuses();
};

void TestBase64::encodesTheStandardsVectors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("0") << QByteArray("") << QByteArray("");
    QTest::newRow("1") << QByteArray("f") << QByteArray("Zg==");
    QTest::newRow("2") << QByteArray("fo") << QByteArray("Zm8=");
    QTest::newRow("3") << QByteArray("foo") << QByteArray("Zm9v");
    QTest::newRow("4") << QByteArray("foob") << QByteArray("Zm9vYg==");
    QTest::newRow("5") << QByteArray("fooba") << QByteArray("Zm9vYmE=");
    QTest::newRow("6") << QByteArray("foobar") << QByteArray("Zm9vYmFy");
}

void TestBase64::encodesTheStandardsVectors()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    const std::string padded = text.toStdString();
    QCOMPARE(base64Encode(bytes.toStdString()), padded);
    const std::string bare = padded.substr(0, padded.find('='));
    QCOMPARE(base64UrlEncode(bytes.toStdString()), bare);
    QCOMPARE(base64Decode(padded).value_or("refused"), bytes.toStdString());
    QCOMPARE(base64Decode(bare).value_or("refused"), bytes.toStdString());
}

void TestBase64::bothAlphabets()
{
    const std::string bytes("\xfb\xff\xfe", 3);
    QCOMPARE(base64Encode(bytes), std::string("+//+"));
    QCOMPARE(base64UrlEncode(bytes), std::string("-__-"));
    QCOMPARE(base64Decode("-__-").value_or("refused"), bytes);
}

void TestBase64::everyByteComesBack()
{
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<char>(i));
        const QByteArray expected = QByteArray::fromStdString(bytes).toBase64();
        QCOMPARE(QByteArray::fromStdString(base64Encode(bytes)), expected);
        QCOMPARE(base64Decode(base64Encode(bytes)).value_or("refused"), bytes);
        QCOMPARE(base64Decode(base64UrlEncode(bytes)).value_or("refused"), bytes);
    }
}

void TestBase64::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"Z", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v=", "Zm9vYg=a", "Zm 9v",
                             "Zm9v\n", "Zm9\xc3", "Zh==", "Zm9="}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

void TestBase64::refuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!base64Decode(text.toStdString()));
}

QTEST_GUILESS_MAIN(TestBase64)
#include "tst_base64.moc"
