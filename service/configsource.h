// SPDX-License-Identifier: MIT
// Where a command finds its configuration, how it is read again, and whether it is another by now.
#pragma once

#include "core/config/configloader.h"
#include "core/model/settings.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>
#include <string>

namespace meridian::service {

/// The file named on the command line; else by MERIDIAN_CONFIG (or meridian_CONFIG); else
/// ./config.yaml.
[[nodiscard]] QString configPath(const QString &fromCommandLine);

/// A configuration file with what the command line says on top of it. Main thread; blocks on the
/// disk.
class ConfigSource
{
public:
    using Overrides = std::function<void(model::Settings &)>;

    explicit ConfigSource(std::string path, Overrides overrides = nullptr);

    [[nodiscard]] const std::string &path() const noexcept { return m_path; }

    [[nodiscard]] config::LoadResult load();

    /// The file's content is not what load() last read, well or not. False when it cannot be read:
    /// a file that is gone for a moment is no order to stop.
    [[nodiscard]] bool hasChanged() const;

private:
    /// A hash of the content; empty when it cannot be read.
    [[nodiscard]] QByteArray fingerprint() const;

    const std::string m_path;
    const Overrides m_overrides;
    QByteArray m_loaded;
};

/// Loads it and prints every problem to stderr, a line each. Nothing when there is an error.
[[nodiscard]] std::optional<model::Settings> loadOrReport(ConfigSource &source);

} // namespace meridian::service
