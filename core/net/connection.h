// SPDX-License-Identifier: MIT
// One stream socket, plain or TLS, on the thread's loop.
#pragma once

#include "core/event/loop.h"
#include "core/net/socketaddress.h"
#include "core/net/tlscontext.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::net {

/// What a Connection tells its owner, from inside the event loop. The owner may call close() at any
/// point but must not destroy the connection before the callback has returned (Loop::deleteLater).
class ConnectionEvents
{
public:
    /// Connected and, with TLS, shaken hands. Only for connections that were made ready() later.
    virtual void onConnected() {}

    /// Bytes as they came; valid during the call only. They lie in a buffer that the receiver may
    /// overwrite.
    virtual void onBytes(std::string_view bytes) = 0;

    /// The peer will send no more.
    virtual void onPeerClosed() = 0;

    /// The connection is dead; `error` is an errno, or 0 with a reason from TLS.
    virtual void onFailed(int error, const std::string &reason) = 0;

    /// What was written has left our buffers, after isCongested() had become true.
    virtual void onDrained() {}

    /// Every byte given to write() or writeFrom() has been handed to the kernel.
    virtual void onFlushed() {}

protected:
    ~ConnectionEvents() = default;
};

/// Output is collected and leaves once, at the end of the loop's turn; buffers are borrowed from
/// the loop and returned when empty. Thread: its loop's.
class Connection final : public event::Deferred, private event::Flushable
{
public:
    /// Above this many unsent bytes isCongested() is true until less than half is left: the source
    /// of the bytes must pause.
    static constexpr std::size_t HighWatermark = 128 * 1024;

    /// Takes ownership of a connected, non-blocking descriptor. `tls` may be null.
    Connection(event::Loop &loop, int fd, ConnectionEvents &events, TlsContext *tls = nullptr);

    /// Starts connecting; the outcome comes as onConnected() or onFailed(), never from inside this
    /// call.
    Connection(event::Loop &loop,
               const SocketAddress &address,
               ConnectionEvents &events,
               TlsContext *tls = nullptr);

    ~Connection() override;

    /// The buffer that leaves at the end of the turn; append to it and call commit().
    [[nodiscard]] std::string &output();
    void commit();
    void write(std::string_view bytes);

    /// The first `bytes` of output() hold secrets: they are overwritten when it has left. Until
    /// then it must not grow by itself: see reserveOutput().
    void guardOutput(std::size_t bytes) noexcept { m_guarded = bytes; }

    /// Room for more behind guarded bytes, if there are any; call it before appending to them.
    void reserveOutput(std::size_t bytes);

    /// Sends bytes that stay valid and unchanged until onFlushed() or close(), after what output()
    /// holds. One at a time.
    void writeFrom(std::string_view bytes);

    [[nodiscard]] bool isCongested() const noexcept { return m_isCongested; }

    [[nodiscard]] std::size_t unsent() const noexcept
    {
        return m_output.size() - m_sent + m_external.size();
    }

    [[nodiscard]] bool isOpen() const noexcept { return m_fd >= 0; }

    /// Looks into the socket: neither closed by the peer nor holding bytes nobody asked for.
    [[nodiscard]] bool isQuiet() const noexcept;

    /// How many bytes the kernel has taken from us.
    [[nodiscard]] std::uint64_t bytesSent() const noexcept { return m_bytesSent; }

    /// Sends what is buffered now instead of at the end of the turn.
    void flush() noexcept override;

    void pauseReading();
    void resumeReading();

    /// Sends FIN after the buffer has left; reading goes on.
    void shutdownWrite();

    /// Closes at once; no further event. Unsent bytes are lost.
    void close() noexcept;

private:
    enum class Phase : std::uint8_t { Connecting, Handshaking, Open };

    class Notifier;

    void start();
    void onReadable();
    void onWritable();
    void finishConnect();
    void handshake();
    void readPlain();
    void readTls();
    void readTlsRecords();
    void readTlsSoon();
    void enableTls(TlsContext &tls);
    [[nodiscard]] long sendSome();
    [[nodiscard]] long sendTls();
    void consume(std::size_t sent);
    void dropOutput() noexcept;
    void wantRead(bool wanted);
    void wantWrite(bool wanted);
    void fail(int error, const std::string &reason);
    void failTls();

    event::Loop &m_loop;
    ConnectionEvents &m_events;
    int m_fd;
    Phase m_phase = Phase::Open;
    bool m_isCongested = false;
    bool m_isReadingPaused = false;
    bool m_shutdownWanted = false;
    std::unique_ptr<Notifier> m_reader;
    std::unique_ptr<Notifier> m_writer; // made when first needed
    SslPointer m_ssl;
    std::shared_ptr<char> m_alive; // TLS only: lets a posted read see that we are gone
    std::string m_output;
    std::size_t m_sent = 0;    // of m_output
    std::size_t m_guarded = 0; // first bytes of m_output that may hold secrets
    std::string_view m_external;
    std::uint64_t m_bytesSent = 0;
};

} // namespace meridian::net
