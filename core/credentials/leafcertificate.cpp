// SPDX-License-Identifier: MIT
// The certificate that OCI gives a machine: whose it is, and its fingerprint.
#include "core/credentials/leafcertificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

namespace meridian::credentials {

namespace {

struct Free
{
    void operator()(BIO *bio) const noexcept { BIO_free(bio); }

    void operator()(X509 *certificate) const noexcept { X509_free(certificate); }
};

std::string tenancyOf(X509 *certificate)
{
    constexpr std::string_view Tenant = "opc-tenant:";
    constexpr std::string_view Identity = "opc-identity:"; // of older ones
    constexpr std::size_t Longest = 255;
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
        const ASN1_STRING *data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i));
        std::string_view text(reinterpret_cast<const char *>(ASN1_STRING_get0_data(data)),
                              static_cast<std::size_t>(ASN1_STRING_length(data)));
        const bool isTenant = text.starts_with(Tenant);
        if (!isTenant && !text.starts_with(Identity)) {
            continue;
        }
        text.remove_prefix(isTenant ? Tenant.size() : Identity.size());
        const bool isOcid = text.starts_with("ocid1.") && text.size() <= Longest &&
                            std::all_of(text.begin(), text.end(), [](char c) {
                                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
                            });
        if (isOcid) {
            return std::string(text);
        }
    }
    return {};
}

} // namespace

Result<LeafCertificate> readLeafCertificate(std::string_view pem)
{
    constexpr std::size_t Longest = 256UL * 1024;
    const std::unique_ptr<BIO, Free> bio(
        pem.size() > Longest ? nullptr : BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const std::unique_ptr<X509, Free> certificate(
        bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest, &size) != 1) {
        return failure(ErrorCode::InvalidConfig, "the machine's certificate cannot be read");
    }
    LeafCertificate leaf{tenancyOf(certificate.get()), {}};
    if (leaf.tenancy.empty()) {
        return failure(ErrorCode::InvalidConfig, "the machine's certificate names no tenancy");
    }
    constexpr std::string_view Hex = "0123456789abcdef";
    for (unsigned int i = 0; i < size; ++i) {
        leaf.fingerprint.append(i == 0 ? "" : ":");
        leaf.fingerprint += Hex[digest[i] >> 4U];
        leaf.fingerprint += Hex[digest[i] & 15U];
    }
    return leaf;
}

std::string pemContents(std::string_view pem)
{
    constexpr std::string_view Begin = "-----BEGIN ";
    constexpr std::string_view Dashes = "-----";
    const std::size_t begin = pem.find(Begin);
    const std::size_t body = begin == pem.npos ? pem.npos : pem.find(Dashes, begin + Begin.size());
    const std::size_t end = body == pem.npos ? pem.npos : pem.find("-----END ", body);
    if (end == pem.npos) {
        return {};
    }
    std::string text(pem.substr(body + Dashes.size(), end - body - Dashes.size()));
    std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    return text;
}

} // namespace meridian::credentials
