// SPDX-License-Identifier: MIT
// The check is exact: every event must be the expected one, byte for byte, but for its time stamp.
#include "tests/bench/clientstream.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace meridian::bench {
namespace {

constexpr std::size_t MaxEvent = 4096; // ours are a tenth of it
std::array<char, 262144> readBuffer;   // one thread, and nothing stays in it between reads

} // namespace

bool ClientStream::open()
{
    m_socket = startConnect(m_run.target);
    m_reader.reset();
    m_hasAsked = false;
    m_isComplete = false;
    m_index = 0;
    m_event.clear();
    if (!m_socket.isOpen()) {
        m_run.tally.fail(Failure::Connect);
    }
    return m_socket.isOpen();
}

bool ClientStream::askAgain()
{
    if (!isOpen()) {
        return open();
    }
    m_reader.reset();
    m_isComplete = false;
    m_index = 0;
    m_event.clear();
    return ask();
}

bool ClientStream::ask()
{
    m_hasAsked = true;
    const auto size = static_cast<ssize_t>(m_run.request.size());
    if (send(fd(), m_run.request.data(), m_run.request.size(), MSG_NOSIGNAL) != size) {
        fail(Failure::Closed); // half a kilobyte always fits an idle connection
        return false;
    }
    return true;
}

void ClientStream::onEvent()
{
    if (!m_hasAsked) {
        if (connectError(m_socket) != 0) {
            fail(Failure::Connect);
            return;
        }
        if (!ask()) {
            return;
        }
    }
    while (isOpen()) {
        const ssize_t count = recv(fd(), readBuffer.data(), readBuffer.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)) {
            return;
        }
        if (count <= 0) {
            m_reader.finish();
            if (m_isComplete || m_reader.isComplete()) {
                settle();
                m_socket.reset();
            } else {
                fail(Failure::Closed);
            }
            return;
        }
        const auto size = static_cast<std::size_t>(count);
        const std::size_t used = m_reader.feed({readBuffer.data(), size}, *this);
        if (m_isMismatch || m_reader.isMalformed() || used != size) {
            fail(m_isMismatch ? Failure::Mismatch : Failure::Malformed);
        } else if (m_reader.isComplete()) {
            settle();
        }
    }
}

void ClientStream::onBody(std::string_view bytes)
{
    m_run.bytes += bytes.size();
    if (m_reader.status() != 200) {
        return; // an error body; settle() counts its status
    }
    for (const char byte : bytes) {
        m_event += byte;
        if (byte == '\n' && m_event.ends_with("\n\n")) {
            checkEvent();
        }
    }
    m_isMismatch = m_isMismatch || m_event.size() > MaxEvent;
}

/// A translated stream ends with its last index as an exact one does: after all tokens and the
/// terminal event.
void ClientStream::checkTranslated()
{
    const bool isLast = m_run.form == StreamForm::Chat
                            ? m_event == "data: [DONE]\n\n"
                            : m_event.starts_with("event: message_stop\n");
    const bool isToken = m_event.find(" tok0") != std::string::npos;
    if (isLast || isToken) {
        const bool isWanted = isLast ? m_index == m_run.chunks
                                     : m_event.find(tokenText(m_index)) != std::string::npos;
        m_isMismatch = m_isMismatch || !isWanted;
        ++m_run.events;
        ++m_index;
    }
    m_event.clear();
}

void ClientStream::checkEvent()
{
    if (m_run.form != StreamForm::Exact) {
        checkTranslated();
        return;
    }
    static std::string expected;
    const bool hasStamp = m_index < m_run.chunks && m_event.size() > stampOffset() + StampWidth;
    const std::uint64_t stamp =
        hasStamp ? readStamp(std::string_view(m_event).substr(stampOffset(), StampWidth)) : 0;
    expected.clear();
    appendEvent(expected, m_index, m_run.chunks, stamp);
    if (m_event != expected || m_index > m_run.chunks) {
        m_isMismatch = true;
    } else if (hasStamp) {
        const std::uint64_t now = monotonicNow();
        m_run.delays.add(now > stamp ? now - stamp : 0);
    }
    ++m_run.events;
    ++m_index;
    m_event.clear();
}

void ClientStream::settle()
{
    if (m_isComplete) {
        return;
    }
    m_run.tally.status(m_reader.status());
    if (m_reader.status() != 200) {
        fail(Failure::Status);
    } else if (m_index != m_run.chunks + 1 || !m_event.empty()) {
        fail(Failure::Mismatch); // well-framed, but not the whole stream
    } else {
        m_isComplete = true;
        ++m_run.completed;
        if (!m_reader.isKeepAlive()) {
            m_socket.reset();
        }
    }
}

void ClientStream::fail(Failure failure)
{
    m_run.tally.fail(failure);
    m_socket.abort();
}

void ClientStream::expire()
{
    if (!isOver()) {
        fail(Failure::Timeout);
    }
}

} // namespace meridian::bench
