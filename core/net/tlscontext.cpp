// SPDX-License-Identifier: MIT
#include "core/net/tlscontext.h"

#include "core/net/socketaddress.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace meridian::net {

namespace {

constexpr unsigned char Http11[] = {8,   'h', 't', 't', 'p',
                                    '/', '1', '.', '1'}; // RFC 7301 wire form

int chooseProtocol(SSL *,
                   const unsigned char **out,
                   unsigned char *outSize,
                   const unsigned char *in,
                   unsigned int inSize,
                   void *)
{
    unsigned char *chosen = nullptr;
    if (SSL_select_next_proto(&chosen, outSize, Http11, sizeof(Http11), in, inSize) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK; // a client that offers only h2 learns it by its first answer
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

TlsContext::TlsContext(bool isServer)
    : m_context(SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()))
    , m_isServer(isServer)
{
    SSL_CTX_set_min_proto_version(m_context, TLS1_2_VERSION);
    SSL_CTX_set_mode(m_context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(m_context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_app_data(m_context, this);
}

TlsContext::~TlsContext()
{
    SSL_SESSION_free(m_session);
    SSL_CTX_free(m_context);
}

std::string TlsContext::lastError()
{
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) {
        return "connection closed by the peer";
    }
    const char *reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "TLS error " + std::to_string(code);
}

Result<std::shared_ptr<TlsContext>> TlsContext::forListener(const std::string &certFile,
                                                            const std::string &keyFile)
{
    ERR_clear_error();
    std::shared_ptr<TlsContext> tls(new TlsContext(true));
    if (SSL_CTX_use_certificate_chain_file(tls->m_context, certFile.c_str()) != 1) {
        return failure(ErrorCode::TlsFailed, "certificate " + certFile + ": " + lastError());
    }
    if (SSL_CTX_use_PrivateKey_file(tls->m_context, keyFile.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls->m_context) != 1) {
        return failure(ErrorCode::TlsFailed, "private key " + keyFile + ": " + lastError());
    }
    // what clients send is overwritten in OpenSSL's buffers when it has been read from them
    SSL_CTX_set_options(tls->m_context, SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_alpn_select_cb(tls->m_context, chooseProtocol, nullptr);
    static constexpr unsigned char Id[] = "meridian";
    SSL_CTX_set_session_id_context(tls->m_context, Id, sizeof(Id) - 1);
    return tls;
}

Result<std::shared_ptr<TlsContext>>
TlsContext::forUpstream(const std::string &caFile, const std::string &serverName, bool verify)
{
    ERR_clear_error();
    std::shared_ptr<TlsContext> tls(new TlsContext(false));
    const int loaded = caFile.empty()
                           ? SSL_CTX_set_default_verify_paths(tls->m_context)
                           : SSL_CTX_load_verify_locations(tls->m_context, caFile.c_str(), nullptr);
    if (loaded != 1) {
        return failure(ErrorCode::TlsFailed, "CA file " + caFile + ": " + lastError());
    }
    SSL_CTX_set_verify(tls->m_context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_alpn_protos(tls->m_context, Http11, sizeof(Http11));
    SSL_CTX_set_session_cache_mode(tls->m_context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(tls->m_context, &TlsContext::onNewSession);
    tls->m_serverName = serverName;
    return tls;
}

int TlsContext::onNewSession(SSL *ssl, SSL_SESSION *session)
{
    auto *self = static_cast<TlsContext *>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const std::scoped_lock lock(self->m_sessionLock);
    SSL_SESSION_free(self->m_session);
    self->m_session = session;
    return 1; // we keep the reference
}

SslPointer TlsContext::newSession(int fd)
{
    SslPointer ssl(SSL_new(m_context));
    if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) {
        return nullptr;
    }
    if (m_isServer) {
        SSL_set_accept_state(ssl.get());
        return ssl;
    }
    SSL_set_connect_state(ssl.get());
    if (SocketAddress::parse(m_serverName, 0)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), m_serverName.c_str());
    } else {
        SSL_set_tlsext_host_name(ssl.get(), m_serverName.c_str());
        SSL_set1_host(ssl.get(), m_serverName.c_str());
    }
    const std::scoped_lock lock(m_sessionLock);
    if (m_session != nullptr) {
        SSL_set_session(ssl.get(), m_session);
    }
    return ssl;
}

} // namespace meridian::net
