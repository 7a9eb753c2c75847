// SPDX-License-Identifier: MIT
// RSA keys: every form of PEM, signatures that OpenSSL's verifier takes, and what is refused.
#include "core/base/rsakey.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <QTest>

using namespace meridian;

namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

enum class Form { Pkcs1, Pkcs8, EncryptedPkcs1, EncryptedPkcs8 };

constexpr std::string_view PassPhrase = "correct horse";

std::string pemOf(EVP_PKEY *key, Form form)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    const bool isEncrypted = form == Form::EncryptedPkcs1 || form == Form::EncryptedPkcs8;
    const EVP_CIPHER *cipher = isEncrypted ? EVP_aes_256_cbc() : nullptr;
    const auto *phrase = reinterpret_cast<const unsigned char *>(PassPhrase.data());
    const int size = isEncrypted ? static_cast<int>(PassPhrase.size()) : 0;
    const auto write = form == Form::Pkcs1 || form == Form::EncryptedPkcs1
                           ? &PEM_write_bio_PrivateKey_traditional
                           : &PEM_write_bio_PrivateKey;
    if (write(bio.get(), key, cipher, isEncrypted ? phrase : nullptr, size, nullptr, nullptr) !=
        1) {
        qFatal("no PEM");
    }
    char *text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

/// Somebody else's code judges the signature, with the public key as it is handed out.
bool verifies(const std::string &publicPem, std::string_view bytes, std::string_view signature)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
        BIO_new_mem_buf(publicPem.data(), static_cast<int>(publicPem.size())), &BIO_free);
    const KeyPointer key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    return key &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(),
                            reinterpret_cast<const unsigned char *>(signature.data()),
                            signature.size(), reinterpret_cast<const unsigned char *>(bytes.data()),
                            bytes.size()) == 1;
}

} // namespace

class TestRsaKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void readsEveryForm_data();
    void readsEveryForm();
    void signsWhatOthersVerify();
    void asksNobodyForAPassPhrase();
    void refusesAWrongPassPhrase();
    void refusesWhatIsNoKey();
    void refusesOtherKindsOfKeys();
    void generates();

private:
    KeyPointer m_key{nullptr, &EVP_PKEY_free};
    std::string m_fingerprint;
};

void TestRsaKey::initTestCase()
{
    m_key.reset(EVP_RSA_gen(2048));
    QVERIFY(m_key);
    const auto key = RsaKey::fromPem(pemOf(m_key.get(), Form::Pkcs8), Secret());
    QVERIFY(key);
    m_fingerprint = (*key)->fingerprint();
    QCOMPARE(m_fingerprint.size(), std::size_t(47));
}

void TestRsaKey::readsEveryForm_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<QByteArray>("firstLine");
    QTest::newRow("pkcs1") << int(Form::Pkcs1) << QByteArray("-----BEGIN RSA PRIVATE KEY-----");
    QTest::newRow("pkcs8") << int(Form::Pkcs8) << QByteArray("-----BEGIN PRIVATE KEY-----");
    QTest::newRow("pkcs1 encrypted")
        << int(Form::EncryptedPkcs1) << QByteArray("-----BEGIN RSA PRIVATE KEY-----");
    QTest::newRow("pkcs8 encrypted")
        << int(Form::EncryptedPkcs8) << QByteArray("-----BEGIN ENCRYPTED PRIVATE KEY-----");
}

void TestRsaKey::readsEveryForm()
{
    QFETCH(int, form);
    QFETCH(QByteArray, firstLine);
    std::string pem = pemOf(m_key.get(), static_cast<Form>(form));
    QVERIFY(pem.starts_with(firstLine.toStdString()));
    pem = "a remark\n" + pem + "OCI_API_KEY\n"; // as the console's downloads end
    const auto key = RsaKey::fromPem(pem, Secret(PassPhrase));
    QVERIFY(key);
    QCOMPARE((*key)->fingerprint(), m_fingerprint);
}

void TestRsaKey::signsWhatOthersVerify()
{
    const auto key = RsaKey::fromPem(pemOf(m_key.get(), Form::Pkcs8), Secret());
    QVERIFY(key);
    for (const std::string &bytes : {std::string(), std::string("abc"), std::string(70000, 'x')}) {
        const auto signature = (*key)->signSha256(bytes);
        QVERIFY(signature);
        QCOMPARE(signature->size(), std::size_t(256));
        QVERIFY(verifies((*key)->publicKeyPem(), bytes, *signature));
        QVERIFY(!verifies((*key)->publicKeyPem(), bytes + ".", *signature));
        QCOMPARE((*key)->signSha256(bytes).value(), *signature); // no salt
    }
}

void TestRsaKey::asksNobodyForAPassPhrase()
{
    for (const Form form : {Form::EncryptedPkcs1, Form::EncryptedPkcs8}) {
        const auto key = RsaKey::fromPem(pemOf(m_key.get(), form), Secret());
        QVERIFY(!key);
        QCOMPARE(key.error().code, ErrorCode::InvalidConfig);
        QVERIFY(key.error().detail.find("no pass phrase") != std::string::npos);
    }
}

void TestRsaKey::refusesAWrongPassPhrase()
{
    const auto key =
        RsaKey::fromPem(pemOf(m_key.get(), Form::EncryptedPkcs8), Secret(std::string_view("incorrect horse")));
    QVERIFY(!key);
    QVERIFY(key.error().detail.find("incorrect") == std::string::npos);
    const auto tooLong =
        RsaKey::fromPem(pemOf(m_key.get(), Form::EncryptedPkcs8), Secret(std::string(100000, 'x')));
    QVERIFY(!tooLong);
}

void TestRsaKey::refusesWhatIsNoKey()
{
    std::string cut = pemOf(m_key.get(), Form::Pkcs8);
    cut.resize(cut.size() / 2);
    for (const std::string &pem : {std::string(), std::string("not a key"), cut,
                                   std::string(100000, 'A'), std::string("\0\xff", 2)}) {
        const auto key = RsaKey::fromPem(pem, Secret());
        QVERIFY(!key);
        QCOMPARE(key.error().code, ErrorCode::InvalidConfig);
    }
}

void TestRsaKey::refusesOtherKindsOfKeys()
{
    const KeyPointer curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const auto elliptic = RsaKey::fromPem(pemOf(curve.get(), Form::Pkcs8), Secret());
    QVERIFY(!elliptic);
    QVERIFY(elliptic.error().detail.find("not an RSA key") != std::string::npos);
    const KeyPointer weak(EVP_RSA_gen(512), &EVP_PKEY_free);
    QVERIFY(weak);
    QVERIFY(!RsaKey::fromPem(pemOf(weak.get(), Form::Pkcs8), Secret()));
}

void TestRsaKey::generates()
{
    const auto key = RsaKey::generate(1024);
    QVERIFY(key);
    QVERIFY((*key)->fingerprint() != m_fingerprint);
    const auto signature = (*key)->signSha256("abc");
    QVERIFY(signature);
    QVERIFY(verifies((*key)->publicKeyPem(), "abc", *signature));
    QVERIFY(!RsaKey::generate(512));
    QVERIFY(!RsaKey::generate(-1));
}

QTEST_GUILESS_MAIN(TestRsaKey)
#include "tst_rsakey.moc"
