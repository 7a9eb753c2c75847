// SPDX-License-Identifier: MIT
// Many clients at once, and clients with an address of their own, for tests of load and of
// fairness.
#pragma once

#include "tests/support/scenario.h"

#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace meridian::support {

/// Requests that are under way on threads of their own. Used by the test's thread.
class Crowd
{
public:
    explicit Crowd(const Scenario &scenario)
        : m_scenario(scenario)
    {
    }

    ~Crowd() { join(); }

    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    /// Starts `count` chats.
    void send(int count, std::string_view body = Scenario::ChatBody, const Headers &extra = {})
    {
        for (int i = 0; i < count; ++i) {
            m_threads.emplace_back([this, body = std::string(body), extra] {
                HttpResponse response = m_scenario.chat(body, extra);
                const std::scoped_lock lock(m_lock);
                m_answers.push_back(std::move(response));
            });
        }
    }

    void join()
    {
        for (std::thread &thread : m_threads) {
            thread.join();
        }
        m_threads.clear();
    }

    [[nodiscard]] std::vector<HttpResponse> answers() const
    {
        const std::scoped_lock lock(m_lock);
        return m_answers;
    }

    /// How many have been answered so; 0 = with anything.
    [[nodiscard]] int count(int status = 0) const
    {
        int sum = 0;
        for (const HttpResponse &answer : answers()) {
            sum += status == 0 || (answer.isComplete() && answer.status == status) ? 1 : 0;
        }
        return sum;
    }

private:
    const Scenario &m_scenario;
    mutable std::mutex m_lock;
    std::vector<HttpResponse> m_answers;
    std::list<std::thread> m_threads;
};

/// A connection that comes from `address`, one of 127.0.0.0/8.
[[nodiscard]] inline RawClient connectFrom(const Scenario &scenario, const char *address)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    ::inet_pton(AF_INET, address, &from.sin_addr);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(scenario.gateway.port());
    ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    RawClient client;
    const bool isConnected =
        ::bind(fd, reinterpret_cast<const sockaddr *>(&from), sizeof from) == 0 &&
        ::connect(fd, reinterpret_cast<const sockaddr *>(&to), sizeof to) == 0 &&
        ::fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
    client.stream() = ByteStream(fd);
    if (!isConnected) {
        client.close();
    }
    return client;
}

[[nodiscard]] inline HttpResponse
chatFrom(const Scenario &scenario, const char *address, std::string_view body = Scenario::ChatBody)
{
    return connectFrom(scenario, address).exchange("POST", Scenario::ChatPath, body);
}

} // namespace meridian::support
