// SPDX-License-Identifier: MIT
#include "service/configsource.h"

#include "core/config/yamlloader.h"
#include "core/secrets/secretresolver.h"

#include <QCryptographicHash>

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace meridian::service {

QString configPath(const QString &fromCommandLine)
{
    if (!fromCommandLine.isEmpty()) {
        return fromCommandLine;
    }
    for (const char *name : {"MERIDIAN_CONFIG", "meridian_CONFIG"}) {
        if (const QString value = qEnvironmentVariable(name); !value.isEmpty()) {
            return value;
        }
    }
    return QStringLiteral("config.yaml");
}

ConfigSource::ConfigSource(std::string path, Overrides overrides)
    : m_path(std::move(path))
    , m_overrides(std::move(overrides))
{
}

config::LoadResult ConfigSource::load()
{
    // First the fingerprint: a change between the two reads is then seen as one, not missed.
    m_loaded = fingerprint();
    const SecretResolver secrets;
    auto loaded = config::loadConfigFile(m_path, secrets);
    if (loaded && m_overrides) {
        m_overrides(loaded->settings);
    }
    return loaded;
}

bool ConfigSource::hasChanged() const
{
    const QByteArray now = fingerprint();
    return !now.isEmpty() && now != m_loaded;
}

QByteArray ConfigSource::fingerprint() const
{
    // O_NONBLOCK: should somebody put a pipe there, nobody waits for its writer
    const int fd = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return {};
    }

    struct stat info
    {
    };

    QCryptographicHash hash(QCryptographicHash::Sha256);
    bool isRead = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    std::size_t total = 0;
    std::array<char, 65536> buffer{};
    while (isRead && total <= config::MaxYamlBytes) { // beyond it the loader refuses anyhow
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0) {
            isRead = count == 0;
            break;
        }
        hash.addData(QByteArrayView(buffer.data(), count));
        total += static_cast<std::size_t>(count);
    }
    ::close(fd);
    return isRead ? hash.result() : QByteArray();
}

std::optional<model::Settings> loadOrReport(ConfigSource &source)
{
    auto loaded = source.load();
    const auto &diagnostics = loaded ? loaded->warnings : loaded.error();
    for (const config::Diagnostic &diagnostic : diagnostics) {
        std::fprintf(stderr, "%s\n", diagnostic.format().c_str());
    }
    if (!loaded) {
        return std::nullopt;
    }
    return std::move(loaded->settings);
}

} // namespace meridian::service
