// SPDX-License-Identifier: MIT
#include "service/configsource.h"

#include "core/config/yamlloader.h"

#include <QCryptographicHash>

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace meridian::service {

namespace {

/// A hash of the content; empty when it cannot be read.
QByteArray fingerprint(const std::string &path)
{
    // O_NONBLOCK: should somebody put a pipe there, nobody waits for its writer
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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

} // namespace

QString configPath(const QString &fromCommandLine)
{
    if (!fromCommandLine.isEmpty()) {
        return fromCommandLine;
    }
    for (const char *name : {"MERIDIAN_CONFIG", "meridian_CONFIG", "MELIS_CONFIG"}) {
        if (const QString value = qEnvironmentVariable(name); !value.isEmpty()) {
            return value;
        }
    }
    return QStringLiteral("config.yaml");
}

ConfigSource::ConfigSource(std::string path, Overrides overrides, std::string routesPath)
    : m_path(std::move(path))
    , m_overrides(std::move(overrides))
    , m_routesGiven(std::move(routesPath))
    , m_routesPath(m_routesGiven)
{
}

std::vector<std::string> ConfigSource::paths() const
{
    std::vector<std::string> paths{m_path};
    if (!m_routesPath.empty()) {
        paths.push_back(m_routesPath);
    }
    return paths;
}

config::LoadResult ConfigSource::load()
{
    // First the fingerprints: a change between the two reads is then seen as one, not missed.
    m_loaded = fingerprint(m_path);
    const std::string before = m_routesPath;
    m_loadedRoutes = before.empty() ? QByteArray() : fingerprint(before);
    std::string routes = before; // kept while the configuration cannot be read at all
    auto loaded = config::loadConfigFile(m_path, m_secrets, {m_routesGiven, &routes});
    m_routesPath = std::move(routes);
    if (m_routesPath != before) { // its fingerprint could not be taken before
        m_loadedRoutes = fingerprint(m_routesPath);
        loaded = config::loadConfigFile(m_path, m_secrets, {m_routesGiven, nullptr});
    }
    if (loaded && m_overrides) {
        m_overrides(loaded->settings);
    }
    return loaded;
}

config::LoadResult ConfigSource::loadText(std::string_view text) const
{
    auto loaded = config::loadConfigText(text, m_path, m_secrets, {m_routesGiven, nullptr});
    if (loaded && m_overrides) {
        m_overrides(loaded->settings);
    }
    return loaded;
}

config::Overrides ConfigSource::overrides() const
{
    config::Overrides found;
    if (!m_overrides) {
        return found;
    }
    std::array<model::Settings, 2> probes; // what both say afterwards was said by the command line
    for (std::size_t i = 0; i < probes.size(); ++i) {
        probes[i].gateway.host = std::to_string(i);
        probes[i].gateway.port = static_cast<std::uint16_t>(i);
    }
    for (model::Settings &probe : probes) {
        m_overrides(probe);
    }
    if (probes[0].gateway.host == probes[1].gateway.host) {
        found.emplace_back("gateway.host", probes[0].gateway.host);
    }
    if (probes[0].gateway.port == probes[1].gateway.port) {
        found.emplace_back("gateway.port", std::to_string(probes[0].gateway.port));
    }
    return found;
}

bool ConfigSource::hasChanged() const
{
    const QByteArray now = fingerprint(m_path);
    if (!now.isEmpty() && now != m_loaded) {
        return true;
    }
    const QByteArray routes = m_routesPath.empty() ? QByteArray() : fingerprint(m_routesPath);
    return !routes.isEmpty() && routes != m_loadedRoutes;
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
