// SPDX-License-Identifier: MIT
// `keychain:<name>` for the gateway in this process: keys read ahead, as a configuration cannot
// wait.
#pragma once

#include "core/secrets/secretresolver.h"
#include "ui/keychain.h"

#include <QStringList>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::ui {

/// Main thread. The resolver is synchronous and the keychain is not, so that every key a
/// configuration may name is read before it is loaded.
class KeychainSecretSource
{
public:
    static constexpr std::size_t MaxNames = 200;

    explicit KeychainSecretSource(Keychain &keychain);

    /// Reads these keys, all at once; `done` comes once, within the keychain's deadline.
    void load(const QStringList &names, std::function<void()> done);

    void put(const QString &name, const Secret &secret);
    void forget(const QString &name);

    [[nodiscard]] bool has(const QString &name) const;
    [[nodiscard]] Secret get(const QString &name) const;

    /// For SecretResolver::setSource("keychain", …); may outlive this.
    [[nodiscard]] SecretResolver::Source source() const;

    /// The names behind `keychain:` in a configuration's text; at most MaxNames.
    [[nodiscard]] static QStringList namesIn(std::string_view configuration);
    /// Letters, digits and . _ - @, at most 64.
    [[nodiscard]] static bool isName(const QString &name);

private:
    struct Known
    {
        std::map<std::string, Secret, std::less<>> secrets;
        std::map<std::string, std::string, std::less<>> problems; // why a name has none
    };

    Keychain &m_keychain;
    std::shared_ptr<Known> m_known;
};

} // namespace meridian::ui
