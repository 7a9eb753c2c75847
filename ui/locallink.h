// SPDX-License-Identifier: MIT
// The gateway in this process: a whole one, asked without HTTP.
#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"
#include "service/adminresponse.h"
#include "ui/gatewaylink.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace meridian::service {
class ConfigSource;
class GatewayProcess;
} // namespace meridian::service

namespace meridian::ui {

/// Main thread, which keeps Qt's stock dispatcher; model traffic has a thread of its own. Without a
/// configuration file the gateway runs with no backend; the first configuration that is applied
/// makes the file. A file with errors does not keep the gateway from starting: it runs without
/// backends too, and problem() says why.
class LocalLink final : public GatewayLink
{
    Q_OBJECT

public:
    struct Setup
    {
        QString configFile; // absolute
        QString host = QStringLiteral("127.0.0.1");
        std::uint16_t port = 8080; // 0: any
        QString logFolder;         // of the request log; empty: none is written
        /// Told of each source before it is read: to add sources of secrets.
        std::function<void(service::ConfigSource &)> prepare;
    };

    /// Ports that are tried after the wanted one.
    static constexpr int FurtherPorts = 20;

    explicit LocalLink(Setup setup, QObject *parent = nullptr);
    ~LocalLink() override;

    /// Once. On an error nothing runs, and connection() is Stopped.
    [[nodiscard]] Result<void> start();

    [[nodiscard]] bool isStarted() const noexcept { return m_isStarted; }

    /// Requests are refused with 503 `paused` until it is taken back; those in flight go on.
    void setPaused(bool isPaused);

    /// What is in flight may end, up to gateway.drain_timeout_s. `done` comes once.
    void drain(std::function<void()> done);

    /// The wanted port was taken by somebody else; another one is used.
    [[nodiscard]] bool isPortTaken() const noexcept { return m_isPortTaken; }

    void call(std::string method, std::string path, std::string body, Done done) override;
    [[nodiscard]] QString address() const override;
    [[nodiscard]] Connection connection() const override;

    [[nodiscard]] QString problem() const override { return m_problem; }

    [[nodiscard]] bool isLocal() const override { return true; }

Q_SIGNALS:
    /// The first configuration has been applied.
    void configCreated(const QString &file);

private:
    struct Place;

    [[nodiscard]] std::shared_ptr<service::ConfigSource> sourceOfFile() const;
    [[nodiscard]] model::Settings settingsOf(service::ConfigSource *source);
    [[nodiscard]] Result<void> startAt(const model::Settings &settings,
                                       const std::shared_ptr<service::ConfigSource> &source);
    [[nodiscard]] service::AdminResponse
    answer(const std::string &method, const std::string &path, const std::string &body);
    [[nodiscard]] service::AdminResponse createConfig(const std::string &body);

    const Setup m_setup;
    const std::shared_ptr<Place> m_place; // what overrides the file
    std::unique_ptr<service::GatewayProcess> m_process;
    QString m_problem;
    bool m_isStarted = false;
    bool m_hasFile = false;
    bool m_isPortTaken = false;
};

} // namespace meridian::ui
