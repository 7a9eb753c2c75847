// SPDX-License-Identifier: MIT
// Turns what a configuration says about a secret into the secret: text, or a reference to one.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace meridian {

/// Resolves the values of secret keys. A value is one reference (`env:NAME`, `file:/path`,
/// `credential:name`, `keychain:name`), or text in which `${NAME}` stands for an environment
/// variable and `${scheme:name}` for any other reference; `$${` is a literal `${`.
///
/// Errors name the reference, never a value; a reference that is not well-formed is not even
/// named, as it may be a secret with a typo around it.
/// Reading is const and thread-safe as far as the sources are; sources are added before.
class SecretResolver
{
public:
    /// Gives the secret called `name`, or an error that names it.
    using Source = std::function<Result<Secret>(const std::string &name)>;

    /// With the sources a service has: env, file, credential. `keychain` fails with the reason.
    SecretResolver();

    /// Adds a source, or puts it in the place of the one with the same scheme.
    void setSource(const std::string &scheme, Source source);

    [[nodiscard]] Result<Secret> resolve(std::string_view text) const;

private:
    [[nodiscard]] Result<Secret> fetch(std::string_view scheme, std::string_view name) const;
    [[nodiscard]] const Source *sourceOf(std::string_view scheme) const;

    std::map<std::string, Source, std::less<>> m_sources;
};

} // namespace meridian
