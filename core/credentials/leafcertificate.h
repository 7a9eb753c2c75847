// SPDX-License-Identifier: MIT
// The certificate that OCI gives a machine: whose it is, and its fingerprint.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace meridian::credentials {

struct LeafCertificate
{
    std::string tenancy;     // an OCID, of the subject's opc-tenant
    std::string fingerprint; // SHA-256 of the DER, hexadecimal pairs with colons
};

[[nodiscard]] Result<LeafCertificate> readLeafCertificate(std::string_view pem);

/// The base64 text of the first PEM block, without its armour and line ends; empty: there is none.
[[nodiscard]] std::string pemContents(std::string_view pem);

} // namespace meridian::credentials
