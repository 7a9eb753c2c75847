// SPDX-License-Identifier: MIT
// A client that sends exactly the bytes it is told to and shows exactly what came back.
#include "tests/support/rawclient.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace meridian::support {

RawClient::RawClient(std::uint16_t port, Deadline deadline, int receiveBuffer)
    : m_stream(ByteStream::connectTo(port, deadline, receiveBuffer))
{
}

bool RawClient::startTls(SSL_CTX *context, const std::string &serverName, SSL_SESSION *session)
{
    return m_stream.connectTls(context, serverName, Patient, session) == IoStatus::Ok;
}

bool RawClient::send(std::string_view bytes, Deadline deadline)
{
    return m_stream.writeAll(bytes, deadline) == IoStatus::Ok;
}

bool RawClient::sendByteByByte(std::string_view bytes, Deadline deadline)
{
    return std::all_of(bytes.begin(), bytes.end(),
                       [&](const char &c) { return send(std::string_view(&c, 1), deadline); });
}

std::string RawClient::request(std::string_view method,
                               std::string_view target,
                               std::string_view body,
                               const Headers &extra)
{
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!body.empty()) {
        if (findHeader(extra, "content-type") == nullptr) {
            text += "Content-Type: application/json\r\n";
        }
        if (findHeader(extra, "transfer-encoding") == nullptr) {
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        }
    }
    return text.append(headerLines(extra)).append("\r\n").append(body);
}

IoStatus RawClient::readSome(Deadline deadline, std::size_t limit)
{
    return m_stream.isOpen() ? m_stream.readSome(m_pending, limit, deadline) : IoStatus::Reset;
}

bool RawClient::readUntil(std::string_view text, Deadline deadline)
{
    while (m_pending.find(text) == std::string::npos) {
        if (readSome(deadline) != IoStatus::Ok) {
            return false;
        }
    }
    return true;
}

bool RawClient::readAtLeast(std::size_t count, Deadline deadline)
{
    while (m_pending.size() < count) {
        if (readSome(deadline) != IoStatus::Ok) {
            return false;
        }
    }
    return true;
}

IoStatus RawClient::readToEnd(Deadline deadline)
{
    for (;;) {
        const IoStatus status = readSome(deadline);
        if (status != IoStatus::Ok) {
            return status;
        }
    }
}

HttpResponse RawClient::readHead(Deadline deadline)
{
    HttpResponse response;
    for (;;) {
        bool isMalformed = false;
        const std::optional<HttpHead> head = parseHead(m_pending, &isMalformed);
        if (isMalformed) {
            response.problem = "malformed response head: " + m_pending.substr(0, 200);
            return response;
        }
        if (!head) {
            const IoStatus status = readSome(deadline);
            if (status != IoStatus::Ok) {
                response.problem = std::string("no response head: ") + ioStatusName(status) +
                                   ", received: " + m_pending.substr(0, 200);
                return response;
            }
            continue;
        }
        m_pending.erase(0, head->size);
        const std::string &code = head->second;
        std::from_chars(code.data(), code.data() + code.size(), response.status);
        if (response.status >= 100 && response.status < 200) {
            response.interim.push_back(response.status);
            continue;
        }
        response.version = head->first;
        response.reason = head->third;
        response.headers = head->headers;
        if (!response.version.starts_with("HTTP/1.") || code.size() != 3 || response.status < 200) {
            response.problem = "bad status line: " + head->first + " " + code;
        }
        return response;
    }
}

HttpResponse RawClient::readResponse(std::string_view method, Deadline deadline)
{
    HttpResponse response = readHead(deadline);
    if (!response.isComplete() || method == "HEAD" || response.status == 204 ||
        response.status == 304) {
        return response;
    }
    const std::string *length = findHeader(response.headers, "content-length");
    response.isChunked = response.has("transfer-encoding");
    if (response.isChunked && length != nullptr) {
        response.problem = "both content-length and transfer-encoding";
        return response;
    }
    ChunkReader reader;
    std::size_t expected = 0;
    if (length != nullptr) {
        std::from_chars(length->data(), length->data() + length->size(), expected);
    }
    IoStatus status = IoStatus::Ok;
    for (;;) {
        bool isDone = false;
        if (response.isChunked) {
            const auto state = reader.feed(m_pending);
            isDone = state == ChunkReader::State::Done;
            if (state == ChunkReader::State::Broken) {
                response.problem = "broken chunk";
            }
        } else if (length != nullptr) {
            isDone = m_pending.size() >= expected;
        }
        if (isDone || !response.problem.empty()) {
            break;
        }
        status = readSome(deadline);
        if (status == IoStatus::Closed && length == nullptr && !response.isChunked) {
            response.endedByClose = true;
            expected = m_pending.size();
            break;
        }
        if (status != IoStatus::Ok) {
            response.problem = std::string("body cut: ") + ioStatusName(status);
            expected = m_pending.size();
            break;
        }
    }
    if (response.isChunked) {
        response.chunkSizes = reader.sizes();
        response.trailers = reader.trailers();
        response.body = reader.takeBody();
    } else {
        expected = std::min(expected, m_pending.size());
        response.body = m_pending.substr(0, expected);
        m_pending.erase(0, expected);
    }
    return response;
}

HttpResponse RawClient::exchange(std::string_view method,
                                 std::string_view target,
                                 std::string_view body,
                                 const Headers &extra,
                                 Deadline deadline)
{
    HttpResponse response;
    if (!isOpen()) {
        response.problem = "not connected";
        return response;
    }
    // A server may answer before it has read everything: a failed send is not yet a failed
    // exchange.
    (void)send(request(method, target, body, extra), deadline);
    return readResponse(method, deadline);
}

} // namespace meridian::support
