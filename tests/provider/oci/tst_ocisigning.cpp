// SPDX-License-Identifier: MIT
// OCI's request signature against the values that its documentation publishes.
#include "core/base/base64.h"
#include "core/provider/oci/requestsigner.h"
#include "core/provider/oci/signingkey.h"

#include <QFile>
#include <QTest>

using namespace meridian;
using namespace meridian::provider::oci;
using namespace std::chrono;

namespace {

constexpr const char *Tenancy =
    "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq";
constexpr const char *User =
    "ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq";
constexpr const char *Fingerprint = "73:61:a2:21:67:e0:df:be:7e:4b:93:1e:15:98:a5:b7";
constexpr const char *GetSignature =
    "GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZAHc9r"
    "2DmE4pMwOAy/kiITcZxa1oHPOeRheC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M=";
constexpr const char *PostSignature =
    "Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qIdazWaBy/Ml8DRhqlocMw"
    "oSXv0fbukP8J5N80LCmzT/FFBvIvTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itrtPJBgKmrWso=";
// the published date names the wrong weekday, so that no clock can produce it
constexpr const char *Date = "Thu, 05 Jan 2014 21:31:40 GMT";
constexpr const char *GetTarget =
    "/20160918/"
    "instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&compartmentId=ocid1.compartment.oc1.."
    "aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa&displayName=TeamXInstances&"
    "volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q";
constexpr const char *Host = "iaas.us-phoenix-1.oraclecloud.com";

std::string vector(const char *name)
{
    QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/provider/oci/vectors/") +
               QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no vector %s", name);
    }
    return file.readAll().toStdString();
}

std::string testKeyPem()
{
    const QByteArray der =
        QByteArray::fromHex(QByteArray::fromStdString(vector("test-key.der.hex")));
    const std::string text = base64Encode(der.toStdString());
    std::string pem("-----BEGIN PRIVATE KEY-----\n");
    for (std::size_t at = 0; at < text.size(); at += 64) {
        pem.append(text.substr(at, 64)).append("\n");
    }
    return pem + "-----END PRIVATE KEY-----\n";
}

std::shared_ptr<const SigningKey> testKey()
{
    auto key = SigningKey::forUser(Tenancy, User, Fingerprint, testKeyPem(), Secret());
    return key ? *key : nullptr;
}

SignedRequest get()
{
    return {"GET", GetTarget, Host, {}, {}};
}

} // namespace

class TestOciSigning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keyIdAndFingerprint();
    void refusesAForeignFingerprint();
    void refusesWhatCannotStandInAHeader();
    void signsAGet();
    void signsAPost();
    void writesTheHeadersOfAPost();
    void writesTheHeadersOfAGet();
    void tokens();
    void dates_data();
    void dates();
};

void TestOciSigning::keyIdAndFingerprint()
{
    const auto key = testKey();
    QVERIFY(key);
    QCOMPARE(key->fingerprint(), std::string(Fingerprint));
    QCOMPARE(std::string(key->keyId()), std::string(Tenancy) + "/" + User + "/" + Fingerprint);
    const auto derived = SigningKey::forUser(Tenancy, User, {}, testKeyPem(), Secret());
    QVERIFY(derived);
    QCOMPARE(std::string((*derived)->keyId()), std::string(key->keyId()));
    const std::string upper = QByteArray(Fingerprint).toUpper().toStdString();
    const auto shouted = SigningKey::forUser(Tenancy, User, upper, testKeyPem(), Secret());
    QVERIFY(shouted);
    QCOMPARE(std::string((*shouted)->keyId()), std::string(key->keyId()));
}

void TestOciSigning::refusesAForeignFingerprint()
{
    const auto key = SigningKey::forUser(
        Tenancy, User, "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34", testKeyPem(), Secret());
    QVERIFY(!key);
    QCOMPARE(key.error().code, ErrorCode::InvalidConfig);
    QVERIFY(key.error().detail.find(Fingerprint) != std::string::npos); // what it should say
}

void TestOciSigning::refusesWhatCannotStandInAHeader()
{
    QVERIFY(!SigningKey::forUser("ten\r\nancy", User, {}, testKeyPem(), Secret()));
    QVERIFY(!SigningKey::forUser("ten\"ancy", User, {}, testKeyPem(), Secret()));
    QVERIFY(!SigningKey::forUser({}, User, {}, testKeyPem(), Secret()));
    QVERIFY(!SigningKey::forUser(Tenancy, {}, {}, testKeyPem(), Secret()));
    QVERIFY(!SigningKey::forUser(Tenancy, User, {}, "no key", Secret()));
}

void TestOciSigning::signsAGet()
{
    const std::string text = signingString(get(), Date);
    QCOMPARE(text, vector("get.txt"));
    QCOMPARE(testKey()->sign(text).value(), std::string(GetSignature));
}

void TestOciSigning::signsAPost()
{
    const std::string body = vector("body.json");
    QCOMPARE(body.size(), std::size_t(316));
    const SignedRequest post{"POST", "/20160918/volumeAttachments", Host, "application/json", body};
    const std::string text = signingString(post, Date);
    QCOMPARE(text, vector("post.txt"));
    QCOMPARE(testKey()->sign(text).value(), std::string(PostSignature));
}

void TestOciSigning::writesTheHeadersOfAPost()
{
    const std::string body = vector("body.json");
    const SignedRequest post{"POST", "/20231130/actions/chat", Host, "application/json", body};
    const sys_seconds now = sys_days(2014y / January / 5) + 21h + 31min + 40s;
    const std::string date = "Sun, 05 Jan 2014 21:31:40 GMT";
    std::string head = "host: h\r\n";
    QVERIFY(appendSignedHeaders(head, *testKey(), post, now));
    const std::string signature = testKey()->sign(signingString(post, date)).value();
    QCOMPARE(head, "host: h\r\ndate: " + date +
                       "\r\n"
                       "content-type: application/json\r\n"
                       "x-content-sha256: V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0=\r\n"
                       "authorization: Signature version=\"1\",keyId=\"" +
                       std::string(testKey()->keyId()) +
                       "\",algorithm=\"rsa-sha256\",headers=\"date (request-target) host "
                       "content-length content-type x-content-sha256\",signature=\"" +
                       signature + "\"\r\n");
    const SignedRequest other{"POST", "/20231130/actions/chat", Host, "application/json", "{}"};
    std::string changed;
    QVERIFY(appendSignedHeaders(changed, *testKey(), other, now));
    QVERIFY(changed.find(signature) == std::string::npos);
}

void TestOciSigning::writesTheHeadersOfAGet()
{
    const sys_seconds now = sys_days(2014y / January / 5) + 21h + 31min + 40s;
    std::string head;
    QVERIFY(appendSignedHeaders(head, *testKey(), get(), now));
    const std::string date = "Sun, 05 Jan 2014 21:31:40 GMT";
    const std::string signature = testKey()->sign(signingString(get(), date)).value();
    QCOMPARE(head, "date: " + date + "\r\nauthorization: Signature version=\"1\",keyId=\"" +
                       std::string(testKey()->keyId()) +
                       "\",algorithm=\"rsa-sha256\",headers=\"date (request-target) host\","
                       "signature=\"" +
                       signature + "\"\r\n");
}

void TestOciSigning::tokens()
{
    const auto rsa = RsaKey::fromPem(testKeyPem(), Secret());
    QVERIFY(rsa);
    const auto key = SigningKey::forToken(Secret(std::string_view("eyJraWQi.abc")), *rsa);
    QVERIFY(key);
    QCOMPARE(std::string((*key)->keyId()), std::string("ST$eyJraWQi.abc"));
    QCOMPARE((*key)->sign(vector("get.txt")).value(), std::string(GetSignature));
    QVERIFY(!SigningKey::forToken(Secret(std::string_view("a\nb")), *rsa));
    QVERIFY(!SigningKey::forToken(Secret(), *rsa));
    QVERIFY(!SigningKey::forToken(Secret(std::string_view("abc")), nullptr));
}

void TestOciSigning::dates_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("epoch") << qint64(0) << QByteArray("Thu, 01 Jan 1970 00:00:00 GMT");
    QTest::newRow("rfc 9110") << qint64(784111777) << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT");
    QTest::newRow("leap day") << qint64(1709251199) << QByteArray("Thu, 29 Feb 2024 23:59:59 GMT");
    QTest::newRow("new year") << qint64(1798761600) << QByteArray("Fri, 01 Jan 2027 00:00:00 GMT");
}

void TestOciSigning::dates()
{
    QFETCH(qint64, seconds);
    QFETCH(QByteArray, text);
    const system_clock::time_point time{std::chrono::seconds(seconds)};
    QCOMPARE(httpDate(time), text.toStdString());
    QCOMPARE(httpDate(time + 999ms), text.toStdString());
}

QTEST_GUILESS_MAIN(TestOciSigning)
#include "tst_ocisigning.moc"
