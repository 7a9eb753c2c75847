// SPDX-License-Identifier: MIT
// The little grammar of references.
#include "core/secrets/secretresolver.h"

#include "core/secrets/secretsources.h"

#include <utility>

namespace meridian {

namespace {

constexpr std::string_view Open = "${";
constexpr std::string_view EscapedOpen = "$${";

tl::unexpected<Error> unavailable(std::string detail)
{
    return failure(ErrorCode::SecretUnavailable, std::move(detail));
}

} // namespace

SecretResolver::SecretResolver()
{
    setSource("env", secretFromEnvironment);
    setSource("file", secretFromFile);
    setSource("credential", secretFromCredential);
    setSource("keychain", [](const std::string &) -> Result<Secret> {
        return unavailable("keychain: works in the desktop application only; a service takes env:, "
                           "file: or credential:");
    });
}

void SecretResolver::setSource(const std::string &scheme, Source source)
{
    m_sources.insert_or_assign(scheme, std::move(source));
}

const SecretResolver::Source *SecretResolver::sourceOf(std::string_view scheme) const
{
    const auto found = m_sources.find(scheme);
    return found == m_sources.end() ? nullptr : &found->second;
}

Result<Secret> SecretResolver::fetch(std::string_view scheme, std::string_view name) const
{
    return (*sourceOf(scheme))(std::string(name));
}

Result<Secret> SecretResolver::resolve(std::string_view text) const
{
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && sourceOf(text.substr(0, colon)) != nullptr) {
        return fetch(text.substr(0, colon), text.substr(colon + 1));
    }
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find(Open);
        if (open != std::string_view::npos && open > 0 &&
            text.substr(open - 1).starts_with(EscapedOpen)) {
            result.append(text.substr(0, open - 1)).append(Open);
            text.remove_prefix(open + Open.size());
            continue;
        }
        result.append(text.substr(0, open));
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) {
            return unavailable("a reference that starts with ${ has no closing brace");
        }
        const std::string_view reference =
            text.substr(open + Open.size(), close - open - Open.size());
        const std::size_t split = reference.find(':');
        const bool hasScheme = split != std::string_view::npos;
        const std::string_view scheme = hasScheme ? reference.substr(0, split) : "env";
        if (sourceOf(scheme) == nullptr) {
            return unavailable("a reference in ${ } takes a variable's name, env:, file:, "
                               "credential: or keychain:");
        }
        auto secret = fetch(scheme, hasScheme ? reference.substr(split + 1) : reference);
        if (!secret) {
            return secret;
        }
        result.append(secret->reveal());
        text.remove_prefix(close + 1);
    }
    // `Bearer env:NAME` would be sent as it stands; nobody wants that
    for (std::size_t space = result.find(' '); space != std::string::npos;
         space = result.find(' ', space + 1)) {
        const std::string_view rest = std::string_view(result).substr(space + 1);
        const std::size_t split = rest.find(':');
        if (split != std::string_view::npos && sourceOf(rest.substr(0, split)) != nullptr) {
            return unavailable("inside longer text a reference is written ${" +
                               std::string(rest.substr(0, split + 1)) + "…}");
        }
    }
    return Secret(std::move(result));
}

} // namespace meridian
