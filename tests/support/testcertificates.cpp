// SPDX-License-Identifier: MIT
// Throw-away certificates made by the openssl command, and contexts made from them.
#include "tests/support/testcertificates.h"

#include "tests/support/childprocess.h"

#include <fstream>
#include <iterator>
#include <sstream>

namespace meridian::support {

std::string TestCertificates::file(const std::string &name) const
{
    return m_folder.path().toStdString() + "/" + name;
}

bool TestCertificates::run(const std::string &commandLine)
{
    std::istringstream text(commandLine);
    const Finished done = runProcess({std::istream_iterator<std::string>(text), {}});
    if (done.exitCode != 0) {
        m_problem = commandLine + ": " + done.error;
    }
    return done.exitCode == 0;
}

bool TestCertificates::makeServer(const std::string &name, const std::string &alternatives)
{
    std::ofstream(file(name + ".ext"))
        << "subjectAltName=" << alternatives << "\nextendedKeyUsage=serverAuth\n";
    return run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" +
               name + " -keyout " + key(name) + " -out " + file(name + ".csr")) &&
           run("openssl x509 -req -days 2 -CAcreateserial -CA " + authority() + " -CAkey " +
               file("ca.key") + " -in " + file(name + ".csr") + " -extfile " + file(name + ".ext") +
               " -out " + certificate(name));
}

bool TestCertificates::make()
{
    return run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
               "-subj /CN=test-authority"
               " -keyout " +
               file("ca.key") + " -out " + authority()) &&
           makeServer("localhost", "DNS:localhost,IP:127.0.0.1") &&
           makeServer("other.example", "DNS:other.example");
}

SslContext TestCertificates::serverContext(const std::string &name) const
{
    SslContext context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate_chain_file(context.get(), certificate(name).c_str());
    SSL_CTX_use_PrivateKey_file(context.get(), key(name).c_str(), SSL_FILETYPE_PEM);
    static constexpr unsigned char Id[] = "meridian-test";
    SSL_CTX_set_session_id_context(context.get(), Id, sizeof Id - 1);
    return context;
}

SslContext TestCertificates::clientContext() const
{
    SslContext context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_load_verify_locations(context.get(), authority().c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
    return context;
}

} // namespace meridian::support
