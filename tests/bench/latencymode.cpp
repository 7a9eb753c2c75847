// SPDX-License-Identifier: MIT
// `latency`: one kept-alive connection, one request at a time, blocking calls: as little of the
// client in the figure as can be.
#include "tests/bench/clientmodes.h"
#include "tests/bench/histogram.h"
#include "tests/bench/httpreader.h"
#include "tests/bench/options.h"
#include "tests/bench/payload.h"
#include "tests/bench/report.h"
#include "tests/bench/sockets.h"

#include <array>
#include <sys/socket.h>

namespace meridian::bench {
namespace {

/// One blocking connection and the request it repeats.
class LatencyProbe : private BodySink
{
public:
    LatencyProbe(const sockaddr_in &target, std::string request)
        : m_target(target)
        , m_request(std::move(request))
    {
    }

    /// One exchange; its duration goes to `delays` if it ended well.
    void exchange(Histogram &delays, Tally &tally)
    {
        if (!m_socket.isOpen()) {
            m_socket = connectBlocking(m_target);
            m_reader.reset();
        }
        if (!m_socket.isOpen()) {
            tally.fail(Failure::Connect);
            return;
        }
        const std::uint64_t start = monotonicNow();
        if (!sendAll() || !receive()) {
            tally.fail(m_reader.isMalformed() ? Failure::Malformed : Failure::Closed);
            m_socket.reset();
            return;
        }
        const std::uint64_t end = monotonicNow();
        tally.status(m_reader.status());
        if (m_reader.status() == 200) {
            delays.add(end - start);
        } else {
            tally.fail(Failure::Status);
        }
        if (!m_reader.isKeepAlive()) {
            m_socket.reset();
        }
        m_reader.reset();
    }

    [[nodiscard]] std::uint64_t bodyBytes() const { return m_bodyBytes; }

private:
    void onBody(std::string_view bytes) override { m_bodyBytes += bytes.size(); }

    bool sendAll()
    {
        std::string_view rest = m_request;
        while (!rest.empty()) {
            const ssize_t count = send(m_socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (count <= 0) {
                return false;
            }
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    bool receive()
    {
        while (!m_reader.isComplete() && !m_reader.isMalformed()) {
            const ssize_t count = recv(m_socket.get(), m_buffer.data(), m_buffer.size(), 0);
            if (count < 0) {
                return false; // the socket's receive timeout, too
            }
            if (count == 0) {
                m_reader.finish();
                return m_reader.isComplete();
            }
            m_reader.feed({m_buffer.data(), static_cast<std::size_t>(count)}, *this);
        }
        return m_reader.isComplete();
    }

    const sockaddr_in m_target;
    const std::string m_request;
    Fd m_socket;
    HttpReader m_reader{HttpReader::Kind::Response};
    std::array<char, 65536> m_buffer{};
    std::uint64_t m_bodyBytes = 0;
};

} // namespace

int runLatency(int argc, char **argv)
{
    const Options options(argc, argv, 2,
                          {{"target", ""},
                           {"requests", "1000"},
                           {"warmup", "50"},
                           {"path", "/v1/chat/completions"},
                           {"body", ""}});
    const sockaddr_in target = parseAddress(options.text("target"));
    LatencyProbe probe(target,
                       postRequest(options.text("path"), readBodyFile(options.text("body"))));
    Histogram ignored;
    Histogram delays;
    Tally warmup;
    Tally tally;
    for (std::uint64_t i = options.number("warmup"); i > 0 && !isStopRequested(); --i) {
        probe.exchange(ignored, warmup);
    }
    for (std::uint64_t i = options.number("requests"); i > 0 && !isStopRequested(); --i) {
        probe.exchange(delays, tally);
    }
    Report()
        .add("mode", "latency")
        .add("latency", delays)
        .add(tally)
        .add("body_bytes", static_cast<double>(probe.bodyBytes()))
        .print();
    return 0;
}

} // namespace meridian::bench
