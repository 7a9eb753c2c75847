// SPDX-License-Identifier: MIT
// `loris`: clients that are slow on purpose: a head or a body byte by byte, or a reader that takes
// a few bytes at a time. Prints {"event":"live"} when all are connected; reports who was cut off.
#include "tests/bench/clientmodes.h"
#include "tests/bench/histogram.h"
#include "tests/bench/options.h"
#include "tests/bench/payload.h"
#include "tests/bench/report.h"
#include "tests/bench/sockets.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace meridian::bench {
namespace {

constexpr std::size_t SlowRead = 64;
constexpr int SlowReceiveBuffer = 4096;
constexpr std::uint32_t EndlessChunks = 10'000'000;

struct SlowClient
{
    Fd socket;
    std::size_t sent = 0;
    std::uint64_t since = 0;
    std::uint64_t received = 0;
    int status = 0; // of an answer, 0: none yet
};

/// Thousands of SlowClients, each moved a little once an interval.
class LorisHerd
{
public:
    /// `instant` bytes of `request` go out at once, the rest one at a time.
    LorisHerd(const sockaddr_in &target, std::string request, std::size_t instant, bool isReader)
        : m_target(target)
        , m_request(std::move(request))
        , m_instant(instant)
        , m_isReader(isReader)
    {
    }

    void connectAll(std::size_t count)
    {
        for (std::size_t i = 0; i < count && !isStopRequested(); ++i) {
            SlowClient client;
            client.socket = startConnect(m_target, m_isReader ? SlowReceiveBuffer : 0);
            pollfd ready{client.socket.get(), POLLOUT, 0};
            if (!client.socket.isOpen() || poll(&ready, 1, 5000) != 1 ||
                connectError(client.socket) != 0) {
                m_tally.fail(Failure::Connect);
                continue;
            }
            client.since = monotonicNow();
            client.sent = m_instant;
            send(client.socket.get(), m_request.data(), m_instant, MSG_NOSIGNAL);
            m_clients.push_back(std::move(client));
        }
    }

    void moveAll()
    {
        for (SlowClient &client : m_clients) {
            if (client.socket.isOpen()) {
                move(client);
            }
        }
    }

    [[nodiscard]] std::size_t open() const
    {
        return static_cast<std::size_t>(
            std::count_if(m_clients.begin(), m_clients.end(),
                          [](const SlowClient &client) { return client.socket.isOpen(); }));
    }

    [[nodiscard]] Report report(const std::string &kind) const
    {
        std::uint64_t received = 0;
        for (const SlowClient &client : m_clients) {
            received += client.received;
        }
        Report report;
        report.add("mode", "loris")
            .add("kind", kind)
            .add("connected", static_cast<double>(m_clients.size()))
            .add("still_open", static_cast<double>(open()))
            .add("received", static_cast<double>(received))
            .add("cut_after", m_lives)
            .add(m_tally);
        return report;
    }

private:
    void move(SlowClient &client)
    {
        if (client.sent < m_request.size()) {
            const ssize_t count =
                send(client.socket.get(), m_request.data() + client.sent, 1, MSG_NOSIGNAL);
            client.sent += count == 1 ? 1 : 0;
        }
        std::array<char, SlowRead> bytes{};
        const ssize_t count = recv(client.socket.get(), bytes.data(), bytes.size(), 0);
        if (count > 0) {
            client.received += static_cast<std::uint64_t>(count);
            if (client.status == 0 && count > 12) {
                client.status = std::atoi(bytes.data() + 9);
                m_tally.status(client.status);
            }
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            m_lives.add(monotonicNow() - client.since);
            client.socket.reset();
        }
    }

    const sockaddr_in m_target;
    const std::string m_request;
    const std::size_t m_instant;
    const bool m_isReader;
    std::vector<SlowClient> m_clients;
    Histogram m_lives; // of connections the gateway closed
    Tally m_tally;
};

} // namespace

int runLoris(int argc, char **argv)
{
    const Options options(argc, argv, 2,
                          {{"target", ""},
                           {"kind", "head"},
                           {"connections", "100"},
                           {"interval-ms", "1000"},
                           {"seconds", "10"},
                           {"path", "/v1/chat/completions"},
                           {"model", "bench-model"}});
    const std::string &kind = options.text("kind");
    if (kind != "head" && kind != "body" && kind != "read") {
        std::fprintf(stderr, "--kind is head, body or read\n");
        return 2;
    }
    const std::string request = postRequest(
        options.text("path"), streamRequestBody({options.text("model"), EndlessChunks, 0}));
    const std::size_t instant = kind == "head"   ? 1
                                : kind == "body" ? request.find("\r\n\r\n") + 4
                                                 : request.size();
    LorisHerd herd(parseAddress(options.text("target")), request, instant, kind == "read");
    const std::uint64_t end =
        monotonicNow() + static_cast<std::uint64_t>(options.real("seconds") * 1e9);
    herd.connectAll(options.number("connections"));
    Report().add("event", "live").add("live", static_cast<double>(herd.open())).print();
    const auto interval =
        static_cast<int>(std::max<std::uint64_t>(options.number("interval-ms"), 1));
    while (monotonicNow() < end && herd.open() > 0 && !isStopRequested()) {
        poll(nullptr, 0, interval);
        herd.moveAll();
    }
    herd.report(kind).print();
    return 0;
}

} // namespace meridian::bench
