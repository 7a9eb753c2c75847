// SPDX-License-Identifier: MIT
// The TLS half of a connection: handshake, and reading and writing through OpenSSL.
#include "core/net/connection.h"

#include <openssl/err.h>

#include <algorithm>

namespace meridian::net {

void Connection::enableTls(TlsContext &tls)
{
    m_ssl = tls.newSession(m_fd);
    m_alive = std::make_shared<char>();
}

long Connection::sendTls()
{
    const std::string_view next =
        m_output.size() > m_sent ? std::string_view(m_output).substr(m_sent) : m_external;
    const int size = static_cast<int>(std::min<std::size_t>(next.size(), 1 << 20));
    ERR_clear_error();
    const int sent = SSL_write(m_ssl.get(), next.data(), size);
    if (sent > 0) {
        return sent;
    }
    const int reason = SSL_get_error(m_ssl.get(), sent);
    if (reason == SSL_ERROR_WANT_WRITE) {
        wantWrite(true);
    } else if (reason != SSL_ERROR_WANT_READ) {
        failTls();
    }
    return -1;
}

void Connection::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(m_ssl.get());
    if (result == 1) {
        m_phase = Phase::Open;
        wantWrite(false);
        wantRead(!m_isReadingPaused);
        m_events.onConnected();
        if (m_fd >= 0 && unsent() > 0) {
            m_loop.markDirty(*this);
        }
        if (m_fd >= 0 && !m_isReadingPaused) {
            readTls(); // what came with the last handshake record
        }
        return;
    }
    const int reason = SSL_get_error(m_ssl.get(), result);
    if (reason == SSL_ERROR_WANT_WRITE) {
        wantWrite(true);
    } else if (reason == SSL_ERROR_WANT_READ) {
        wantWrite(false);
    } else {
        failTls();
    }
}

void Connection::readTls()
{
    if (SSL_is_server(m_ssl.get()) == 0) {
        readTlsRecords();
        return;
    }
    // Each record is overwritten as it is read (SSL_OP_CLEANSE_PLAINTEXT). Releasing the buffer
    // would overwrite all of its 16 KiB once more, at each read: so it is released here, without
    // that.
    SSL *ssl = m_ssl.get();
    SSL_clear_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    readTlsRecords();
    SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    if (m_fd >= 0 && SSL_has_pending(ssl) == 0) {
        SSL_clear_options(ssl, SSL_OP_CLEANSE_PLAINTEXT);
        SSL_free_buffers(ssl);
        SSL_set_options(ssl, SSL_OP_CLEANSE_PLAINTEXT);
    }
}

void Connection::readTlsRecords()
{
    constexpr int RecordsPerTurn = 8; // 16 KiB each; a fast peer must not starve the others
    for (int i = 0; i < RecordsPerTurn && m_fd >= 0 && !m_isReadingPaused; ++i) {
        ERR_clear_error();
        const int size = SSL_read(m_ssl.get(), m_loop.readBuffer(), event::Loop::ReadBufferSize);
        if (size > 0) {
            m_events.onBytes({m_loop.readBuffer(), static_cast<std::size_t>(size)});
            continue;
        }
        const int reason = SSL_get_error(m_ssl.get(), size);
        if (reason == SSL_ERROR_WANT_READ) {
            if (unsent() > 0) {
                m_loop.markDirty(*this); // a write may have waited for this read
            }
        } else if (reason == SSL_ERROR_ZERO_RETURN) {
            pauseReading();
            m_events.onPeerClosed();
        } else if (reason != SSL_ERROR_WANT_WRITE) {
            failTls();
        }
        return;
    }
    if (m_fd >= 0 && !m_isReadingPaused && SSL_pending(m_ssl.get()) > 0) {
        readTlsSoon(); // more is decrypted than a turn may take
    }
}

void Connection::readTlsSoon()
{
    // not at once: the read buffer is shared, and a caller further up may still be looking at it
    m_loop.post([alive = std::weak_ptr<char>(m_alive), this] {
        if (!alive.expired() && m_fd >= 0 && m_phase == Phase::Open && !m_isReadingPaused) {
            readTls();
        }
    });
}

void Connection::failTls()
{
    std::string reason = "TLS: " + TlsContext::lastError();
    if (const long verdict = SSL_get_verify_result(m_ssl.get()); verdict != X509_V_OK) {
        reason += std::string(" (") + X509_verify_cert_error_string(verdict) + ")";
    }
    fail(0, reason);
}

} // namespace meridian::net
