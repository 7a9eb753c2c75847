// SPDX-License-Identifier: MIT
// `backends[].options.credentials` — what the gateway proves itself with, beyond a fixed key.
#pragma once

#include "core/config/section.h"
#include "core/model/backendsettings.h"

#include <optional>
#include <string>
#include <string_view>

namespace meridian::config {

[[nodiscard]] const Section<model::CredentialSettings> &credentialsSection();

/// The kind called `name`; nothing when there is none.
[[nodiscard]] std::optional<model::CredentialKind> credentialKindOf(std::string_view name) noexcept;
[[nodiscard]] std::string_view credentialKindName(model::CredentialKind kind) noexcept;

/// Settles what depends on the provider: the kind that is meant when none is given, what it
/// needs, what it does not read, and the project that a key file names. `given` is the mapping in
/// the file, if there is one; `at` stands for it where there is none.
void settleCredentials(const std::optional<Cursor> &given,
                       const Cursor &at,
                       model::BackendSettings &backend);

} // namespace meridian::config
