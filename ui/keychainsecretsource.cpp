// SPDX-License-Identifier: MIT
// `keychain:<name>` for the gateway in this process: keys read ahead, as a configuration cannot
// wait.
#include "ui/keychainsecretsource.h"

#include <algorithm>

namespace meridian::ui {

namespace {

constexpr std::size_t MaxName = 64;

bool isNameCharacter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '@';
}

bool isNameText(std::string_view name) noexcept
{
    return !name.empty() && name.size() <= MaxName &&
           std::all_of(name.begin(), name.end(), isNameCharacter);
}

} // namespace

KeychainSecretSource::KeychainSecretSource(Keychain &keychain)
    : m_keychain(keychain)
    , m_known(std::make_shared<Known>())
{
}

void KeychainSecretSource::load(const QStringList &names, std::function<void()> done)
{
    QStringList wanted = names.mid(0, MaxNames);
    wanted.removeDuplicates();
    if (wanted.isEmpty()) {
        done();
        return;
    }
    auto missing = std::make_shared<qsizetype>(wanted.size());
    for (const QString &name : wanted) {
        m_keychain.read(name, [known = m_known, key = name.toStdString(), missing,
                               done](const Keychain::Answer &answer) {
            switch (answer.outcome) {
            case Keychain::Outcome::Done:
                known->secrets.insert_or_assign(key, answer.secret);
                known->problems.erase(key);
                break;
            case Keychain::Outcome::NotFound:
                known->secrets.erase(key);
                known->problems.erase(key);
                break;
            case Keychain::Outcome::Unavailable: // what was read before still holds
                known->problems.insert_or_assign(key, answer.reason.toStdString());
            }
            if (--*missing == 0) {
                done();
            }
        });
    }
}

void KeychainSecretSource::put(const QString &name, const Secret &secret)
{
    m_known->secrets.insert_or_assign(name.toStdString(), secret);
    m_known->problems.erase(name.toStdString());
}

void KeychainSecretSource::forget(const QString &name)
{
    m_known->secrets.erase(name.toStdString());
}

bool KeychainSecretSource::has(const QString &name) const
{
    return m_known->secrets.contains(name.toStdString());
}

Secret KeychainSecretSource::get(const QString &name) const
{
    const auto found = m_known->secrets.find(name.toStdString());
    return found == m_known->secrets.end() ? Secret() : found->second;
}

SecretResolver::Source KeychainSecretSource::source() const
{
    return [known = m_known](const std::string &name) -> Result<Secret> {
        const auto unavailable = [](std::string detail) {
            return failure(ErrorCode::SecretUnavailable, std::move(detail));
        };
        if (!isNameText(name)) { // not quoted: it may be the secret itself
            return unavailable("keychain: takes a name of letters, digits and . _ - @");
        }
        if (const auto found = known->secrets.find(name); found != known->secrets.end()) {
            return found->second;
        }
        if (const auto why = known->problems.find(name); why != known->problems.end()) {
            return unavailable("keychain:" + name + " cannot be read (" + why->second +
                               "); unlock the keychain, or use env: or file:");
        }
        return unavailable(
            "keychain:" + name +
            " is not in the keychain; add it on the page Keys, or use env: or file:");
    };
}

QStringList KeychainSecretSource::namesIn(std::string_view configuration)
{
    constexpr std::string_view Scheme = "keychain:";
    QStringList names;
    std::size_t at = configuration.find(Scheme);
    while (at != std::string_view::npos && names.size() < static_cast<qsizetype>(MaxNames)) {
        const std::string_view rest = configuration.substr(at + Scheme.size());
        const auto end = std::find_if_not(rest.begin(), rest.end(), isNameCharacter);
        const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        const QString text = QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
        if (isNameText(name) && !names.contains(text)) {
            names.append(text);
        }
        at = configuration.find(Scheme, at + Scheme.size());
    }
    return names;
}

bool KeychainSecretSource::isName(const QString &name)
{
    return isNameText(name.toStdString());
}

} // namespace meridian::ui
