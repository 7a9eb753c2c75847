// SPDX-License-Identifier: MIT
#include "core/base/rsakey.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace meridian {

namespace {

/// A key of 16384 bits is 13 KB of PEM; the rest is room for comments around it.
constexpr std::size_t LargestPem = 64 * 1024;

struct Free
{
    void operator()(BIO *bio) const { BIO_free(bio); }

    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }

    void operator()(unsigned char *bytes) const { OPENSSL_free(bytes); }
};

int passPhraseFor(char *buffer, int size, int, void *passPhrase)
{
    const std::string_view phrase = static_cast<const Secret *>(passPhrase)->reveal();
    if (phrase.empty() || size < 0 || phrase.size() > static_cast<std::size_t>(size)) {
        return -1; // OpenSSL would take 0 for an empty pass phrase, and no callback for "ask a
                   // person"
    }
    std::memcpy(buffer, phrase.data(), phrase.size());
    return static_cast<int>(phrase.size());
}

/// The newest reason of OpenSSL's, which is about the format and never about the content.
tl::unexpected<Error> opensslFailure(ErrorCode code, std::string what)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (reason != nullptr) {
        what.append(": ").append(reason);
    }
    return failure(code, std::move(what));
}

} // namespace

RsaKey::RsaKey(evp_pkey_st *key)
    : m_key(key)
{
}

RsaKey::~RsaKey()
{
    EVP_PKEY_free(m_key);
}

Result<std::shared_ptr<const RsaKey>> RsaKey::fromPem(std::string_view pem,
                                                      const Secret &passPhrase)
{
    if (pem.size() > LargestPem) {
        return failure(ErrorCode::InvalidConfig, "the private key's text is longer than 64 KiB");
    }
    ERR_clear_error();
    const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) {
        return opensslFailure(ErrorCode::Internal, "the private key cannot be read");
    }
    // the callback only reads; OpenSSL's signature knows no const
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio.get(), nullptr, &passPhraseFor,
                                             const_cast<Secret *>(&passPhrase));
    if (pkey == nullptr) {
        const bool isEncrypted = pem.find("ENCRYPTED") != std::string_view::npos;
        return opensslFailure(ErrorCode::InvalidConfig,
                              !isEncrypted ? "the private key is not readable PEM"
                              : passPhrase.isEmpty()
                                  ? "the private key is encrypted and no pass phrase was given"
                                  : "the private key does not open with the pass phrase given");
    }
    ERR_clear_error();
    std::shared_ptr<const RsaKey> key(new RsaKey(pkey));
    if (EVP_PKEY_is_a(pkey, "RSA") != 1) {
        return failure(ErrorCode::InvalidConfig, "the private key is not an RSA key");
    }
    const int bits = EVP_PKEY_get_bits(pkey);
    if (bits < MinimumBits || bits > MaximumBits) {
        return failure(ErrorCode::InvalidConfig, "the RSA key has " + std::to_string(bits) +
                                                     " bits; " + std::to_string(MinimumBits) +
                                                     " to " + std::to_string(MaximumBits) +
                                                     " are accepted");
    }
    return key;
}

Result<std::shared_ptr<const RsaKey>> RsaKey::generate(int bits)
{
    if (bits < MinimumBits || bits > MaximumBits) {
        return failure(ErrorCode::Internal, "no RSA key of " + std::to_string(bits) + " bits");
    }
    ERR_clear_error();
    EVP_PKEY *pkey = EVP_RSA_gen(static_cast<unsigned int>(bits));
    if (pkey == nullptr) {
        return opensslFailure(ErrorCode::Internal, "no RSA key could be made");
    }
    return std::shared_ptr<const RsaKey>(new RsaKey(pkey));
}

Result<std::string> RsaKey::signSha256(std::string_view bytes) const
{
    ERR_clear_error();
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *options = nullptr; // the digest context's own
    const auto *data = reinterpret_cast<const unsigned char *>(bytes.data());
    std::string signature(static_cast<std::size_t>(std::max(EVP_PKEY_get_size(m_key), 0)), '\0');
    std::size_t size = signature.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, m_key) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size,
                       data, bytes.size()) != 1) {
        return opensslFailure(ErrorCode::Internal, "RSA signature failed");
    }
    signature.resize(size);
    return signature;
}

std::string RsaKey::fingerprint() const
{
    ERR_clear_error();
    unsigned char *raw = nullptr;
    const int size = i2d_PUBKEY(m_key, &raw);
    const std::unique_ptr<unsigned char, Free> der(raw);
    unsigned char digest[EVP_MAX_MD_SIZE] = {};
    unsigned int digestSize = 0;
    if (size <= 0 || EVP_Digest(der.get(), static_cast<std::size_t>(size), digest, &digestSize,
                                EVP_md5(), nullptr) != 1) {
        ERR_clear_error();
        return {};
    }
    constexpr std::string_view Hex = "0123456789abcdef";
    std::string text;
    text.reserve(std::size_t(3) * digestSize);
    for (unsigned int i = 0; i < digestSize; ++i) {
        if (i > 0) {
            text += ':';
        }
        text += Hex[digest[i] >> 4U];
        text += Hex[digest[i] & 0xFU];
    }
    return text;
}

std::string RsaKey::publicKeyPem() const
{
    ERR_clear_error();
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), m_key) != 1) {
        ERR_clear_error();
        return {};
    }
    char *text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

} // namespace meridian
