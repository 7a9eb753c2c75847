// SPDX-License-Identifier: MIT
// A look for the PEM armour; whether the contents are good is for the TLS library to say.
#include "core/config/pemfile.h"

#include "core/base/secret.h"
#include "core/config/scalars.h"
#include "core/secrets/boundedfile.h"

namespace meridian::config {

std::optional<std::string> readPemPath(const Cursor &value, PemKind kind)
{
    constexpr std::size_t MaxPathBytes = 4096;
    constexpr std::size_t MaxPemBytes =
        std::size_t{4} * 1024 * 1024; // a system's whole CA bundle: ≈ 200 KiB
    auto path = readName(value, MaxPathBytes);
    if (!path) {
        return std::nullopt;
    }
    auto contents = readBoundedFile(*path, MaxPemBytes);
    if (!contents) {
        value.error("cannot read " + quoted(*path) + ": " + contents.error().detail);
        return std::nullopt;
    }
    const Secret pem(std::move(*contents)); // wiped on return
    const bool isKey = kind == PemKind::PrivateKey;
    const std::string_view armour = isKey ? "PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----";
    const bool isTrusted =
        pem.reveal().find("-----BEGIN TRUSTED CERTIFICATE-----") != std::string_view::npos;
    if (pem.reveal().find(armour) == std::string_view::npos && (isKey || !isTrusted)) {
        value.error(quoted(*path) + " holds no PEM " + (isKey ? "private key" : "certificate"));
        return std::nullopt;
    }
    return path;
}

} // namespace meridian::config
