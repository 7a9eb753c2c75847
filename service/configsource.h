// SPDX-License-Identifier: MIT
// Where a command finds its configuration, how it is read again, and whether it is another by now.
#pragma once

#include "core/config/configloader.h"
#include "core/config/provenance.h"
#include "core/model/settings.h"
#include "core/secrets/secretresolver.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace meridian::service {

/// The file named on the command line; else by MERIDIAN_CONFIG (or meridian_CONFIG, or
/// MELIS_CONFIG); else ./config.yaml.
[[nodiscard]] QString configPath(const QString &fromCommandLine);

/// A configuration file, its routes.yaml where it has one, and what the command line says on top of
/// them. Main thread; blocks on the disk.
class ConfigSource
{
public:
    using Overrides = std::function<void(model::Settings &)>;

    explicit ConfigSource(std::string path,
                          Overrides overrides = nullptr,
                          std::string routesPath = {});

    [[nodiscard]] const std::string &path() const noexcept { return m_path; }

    /// The files that load() reads, or would if they were there; the configuration first.
    [[nodiscard]] std::vector<std::string> paths() const;

    [[nodiscard]] config::LoadResult load();

    /// The same for a text in place of the file's, with its companions and overrides; what
    /// hasChanged() compares stays.
    [[nodiscard]] config::LoadResult loadText(std::string_view text) const;

    /// What the command line says on top of the file: path and value.
    [[nodiscard]] config::Overrides overrides() const;

    /// What resolves the secrets of this configuration, in whatever text of it: a program that
    /// knows more sources than a service has adds them before load().
    [[nodiscard]] SecretResolver &secrets() noexcept { return m_secrets; }

    [[nodiscard]] const SecretResolver &secrets() const noexcept { return m_secrets; }

    /// The content of a file is not what load() last read, well or not. False for one that cannot
    /// be read: a file that is gone for a moment is no order to stop.
    [[nodiscard]] bool hasChanged() const;

private:
    const std::string m_path;
    const Overrides m_overrides;
    SecretResolver m_secrets;
    const std::string m_routesGiven; // on the command line
    std::string m_routesPath;        // found by the last load; empty: none
    QByteArray m_loaded;
    QByteArray m_loadedRoutes;
};

/// Loads it and prints every problem to stderr, a line each. Nothing when there is an error.
[[nodiscard]] std::optional<model::Settings> loadOrReport(ConfigSource &source);

} // namespace meridian::service
