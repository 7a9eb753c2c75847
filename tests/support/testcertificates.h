// SPDX-License-Identifier: MIT
// Throw-away certificates made by the openssl command, and contexts made from them.
#pragma once

#include <openssl/ssl.h>

#include <QTemporaryDir>

#include <memory>
#include <string>

namespace meridian::support {

struct SslContextDeleter
{
    void operator()(SSL_CTX *context) const { SSL_CTX_free(context); }
};

using SslContext = std::unique_ptr<SSL_CTX, SslContextDeleter>;

/// One authority and two servers signed by it: `localhost` (with 127.0.0.1) and `other.example`.
/// Files live as long as this.
class TestCertificates
{
public:
    /// False when the openssl command is missing or fails: then problem() says why.
    [[nodiscard]] bool make();

    [[nodiscard]] const std::string &problem() const { return m_problem; }

    [[nodiscard]] std::string authority() const { return file("ca.pem"); }

    [[nodiscard]] std::string certificate(const std::string &name = "localhost") const
    {
        return file(name + ".pem");
    }

    [[nodiscard]] std::string key(const std::string &name = "localhost") const
    {
        return file(name + ".key");
    }

    [[nodiscard]] SslContext serverContext(const std::string &name = "localhost") const;
    /// Verifies against the authority.
    [[nodiscard]] SslContext clientContext() const;

private:
    [[nodiscard]] std::string file(const std::string &name) const;
    [[nodiscard]] bool run(const std::string &commandLine);
    [[nodiscard]] bool makeServer(const std::string &name, const std::string &alternatives);

    QTemporaryDir m_folder;
    std::string m_problem;
};

} // namespace meridian::support
