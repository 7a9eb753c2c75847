// SPDX-License-Identifier: MIT
// One connection of a FakeUpstream: reads requests, plays replies.
#include "tests/support/upstreamsession.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace meridian::support {

namespace {

// Nothing a test wants to see takes longer; a forgotten peer must not hold the thread for ever.
constexpr auto Longest = 300s;
constexpr std::size_t ReadSize = 65536;

} // namespace

UpstreamSession::UpstreamSession(FakeUpstream &owner, ByteStream stream, std::size_t number)
    : m_owner(owner)
    , m_stream(std::move(stream))
    , m_number(number)
{
    m_stream.setStopDescriptor(owner.m_stopEvent);
}

bool UpstreamSession::succeeded(IoStatus status)
{
    if (status == IoStatus::Closed || status == IoStatus::Reset) {
        m_owner.log.connectionClosedByPeer(m_number);
    }
    if (status == IoStatus::Stopped) {
        m_stream.abort(); // as if killed
    }
    return status == IoStatus::Ok;
}

bool UpstreamSession::startTls()
{
    SSL_CTX *context = m_owner.m_tls;
    if (context == nullptr) {
        return true;
    }
    const bool done = m_stream.acceptTls(context, Patient) == IoStatus::Ok;
    m_owner.log.tlsFinished(m_number, done && SSL_session_reused(m_stream.tls()) == 1, !done);
    return done;
}

void UpstreamSession::run()
{
    switch (m_owner.m_acceptMode) {
    case AcceptMode::CloseAtOnce:
        m_stream.close();
        return;
    case AcceptMode::ResetAtOnce:
        m_stream.abort();
        return;
    case AcceptMode::NeverRead:
        (void)succeeded(m_stream.waitForPeerClose(Longest));
        return;
    case AcceptMode::Serve:
    case AcceptMode::DropAfterHead:
        break;
    }
    if (!startTls()) {
        return;
    }
    for (;;) {
        std::optional<RecordedRequest> request = readRequest();
        if (!request) {
            return;
        }
        const bool isProbe = request->method == "GET" && request->target == "/v1/models" &&
                             !m_owner.m_isHealthScripted;
        if (isProbe) {
            m_owner.log.healthChecked();
        } else {
            m_owner.log.requestFinished(*request);
        }
        if (!request->bodyComplete) {
            return;
        }
        const Reply reply = m_owner.replyTo(*request);
        const bool wasPlayed = play(request->method == "HEAD" ? reply.headOnly() : reply);
        if (!wasPlayed) {
            return;
        }
        if (reply.ending() == Ending::Reset) {
            m_stream.abort();
            return;
        }
        if (reply.ending() == Ending::Close ||
            equalsIgnoreCase(request->header("connection"), "close")) {
            if (m_stream.tls() == nullptr) {
                m_stream.shutdownWrite();
                lingerUntilPeerCloses();
            }
            return;
        }
    }
}

void UpstreamSession::lingerUntilPeerCloses()
{
    // Closing at once with unread bytes would turn the FIN into an RST.
    std::string ignored;
    while (succeeded(m_stream.readSome(ignored, ReadSize, Patient))) {
        ignored.clear();
    }
}

bool UpstreamSession::readMore()
{
    return succeeded(m_stream.readSome(m_pending, ReadSize, Longest));
}

std::optional<RecordedRequest> UpstreamSession::readRequest()
{
    {
        const std::lock_guard lock(m_owner.m_idleMutex);
        m_owner.m_idle.push_back(m_stream.fd());
    }
    bool isMalformed = false;
    std::optional<HttpHead> head;
    bool isIdle = true;
    const auto leaveIdle = [this, &isIdle] {
        if (std::exchange(isIdle, false)) {
            const std::lock_guard lock(m_owner.m_idleMutex);
            std::erase(m_owner.m_idle, m_stream.fd());
        }
    };
    const int fd = m_stream.fd();
    while (!(head = parseHead(m_pending, &isMalformed)) && !isMalformed) {
        const bool hasMore = readMore();
        if (!hasMore) {
            const std::lock_guard lock(m_owner.m_idleMutex);
            std::erase(m_owner.m_idle, fd);
            return std::nullopt;
        }
        leaveIdle();
    }
    leaveIdle();
    if (isMalformed) {
        return std::nullopt;
    }
    RecordedRequest request;
    request.connection = m_number;
    request.headAt = Clock::now();
    request.method = head->first;
    request.target = head->second;
    request.version = head->third;
    request.headers = head->headers;
    request.rawHead = m_pending.substr(0, head->size);
    m_pending.erase(0, head->size);
    if (m_owner.m_acceptMode == AcceptMode::DropAfterHead) {
        m_owner.log.requestFinished(request);
        m_stream.abort();
        return std::nullopt;
    }
    request.bodyComplete = readBody(request);
    return request;
}

bool UpstreamSession::readBody(RecordedRequest &request)
{
    const std::string *length = findHeader(request.headers, "content-length");
    request.isChunked = request.header("transfer-encoding") == "chunked";
    if (length == nullptr && !request.isChunked) {
        return true;
    }
    SharedGate gate;
    {
        const std::lock_guard lock(m_owner.m_mutex);
        gate = m_owner.m_bodyGate;
    }
    if (gate && !perform(Reply::AwaitGate{gate})) {
        return false;
    }
    if (equalsIgnoreCase(request.header("expect"), "100-continue") &&
        !succeeded(m_stream.writeAll("HTTP/1.1 100 Continue\r\n\r\n", Patient))) {
        return false;
    }
    ChunkReader reader;
    std::size_t left = 0;
    if (length != nullptr) {
        std::from_chars(length->data(), length->data() + length->size(), left);
    }
    std::size_t reported = 0;
    for (;;) {
        bool isDone = false;
        bool isBroken = false;
        if (request.isChunked) {
            const auto state = reader.feed(m_pending);
            isDone = state == ChunkReader::State::Done;
            isBroken = state == ChunkReader::State::Broken;
        } else {
            const std::size_t take = std::min(left - request.body.size(), m_pending.size());
            request.body.append(m_pending, 0, take);
            m_pending.erase(0, take);
            isDone = request.body.size() == left;
        }
        const std::size_t have = request.isChunked ? reader.body().size() : request.body.size();
        m_owner.log.bodyBytes(have - std::exchange(reported, have));
        if (isDone || isBroken || !readMore()) {
            if (request.isChunked) {
                request.body = reader.takeBody();
                request.trailers = reader.trailers();
            }
            return isDone;
        }
    }
}

bool UpstreamSession::perform(const Reply::Step &step)
{
    if (const auto *piece = std::get_if<Reply::Send>(&step)) {
        for (std::size_t i = 0; i < piece->times; ++i) {
            std::size_t written = 0;
            const IoStatus status = m_stream.writeAll(piece->bytes, Longest, &written);
            m_owner.log.bytesWritten(written);
            if (!succeeded(status)) {
                return false;
            }
        }
        return true;
    }
    IoStatus status = IoStatus::Ok;
    if (const auto *pause = std::get_if<Reply::Pause>(&step)) {
        // Not a Deadline of patience: the length of the pause is part of the script.
        const auto end = Clock::now() + pause->span;
        while (status == IoStatus::Ok && Clock::now() < end) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
            status = m_stream.waitForPeerClose(left / patience() + 1ms);
            status = status == IoStatus::TimedOut ? IoStatus::Ok : status;
        }
    } else if (const auto *wait = std::get_if<Reply::AwaitGate>(&step)) {
        status = m_stream.waitForPeerClose(Longest, wait->gate->fd());
    } else {
        status = m_stream.waitForPeerClose(Longest);
    }
    return succeeded(status);
}

bool UpstreamSession::play(const Reply &reply)
{
    return std::all_of(reply.steps().begin(), reply.steps().end(),
                       [this](const Reply::Step &step) { return perform(step); });
}

} // namespace meridian::support
