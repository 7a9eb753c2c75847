// SPDX-License-Identifier: MIT
// Promise: the program is replaced while requests flow, and no client notices; sockets come from a
// service manager when it offers them; two gateways share a port only when told to.
#include "tests/support/scenario.h"

#include <QTest>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace meridian::support;

namespace {

/// The process ids that hand-overs started, as the processes' common stderr tells them.
std::vector<pid_t> successors(const Scenario &scenario)
{
    std::vector<pid_t> pids;
    const std::string said = const_cast<Scenario &>(scenario).gateway.process().standardError();
    constexpr std::string_view Before = "hand-over: process ";
    constexpr std::string_view After = " is starting";
    for (auto at = said.find(Before); at != std::string::npos; at = said.find(Before, at + 1)) {
        const auto digits = at + Before.size();
        const auto end = said.find_first_not_of("0123456789", digits);
        if (end != std::string::npos && said.compare(end, After.size(), After) == 0) {
            pids.push_back(static_cast<pid_t>(std::stoi(said.substr(digits, end - digits))));
        }
    }
    return pids;
}

/// A successor is no child of the test until its parent is gone; then it is (see initTestCase).
bool waitUntilGone(pid_t pid)
{
    const Deadline deadline = 30s;
    while (!deadline.hasPassed()) {
        (void)::waitpid(pid, nullptr, WNOHANG);
        if (::kill(pid, 0) != 0) {
            return true;
        }
        QTest::qWait(10);
    }
    return false;
}

/// Ends what hand-overs left behind, whatever the test's outcome.
struct Cleaner
{
    explicit Cleaner(const Scenario &of)
        : scenario(of)
    {
    }

    ~Cleaner()
    {
        for (const pid_t pid : successors(scenario)) {
            ::kill(pid, SIGKILL);
        }
        for (const pid_t pid : successors(scenario)) {
            (void)waitUntilGone(pid);
        }
    }

    const Scenario &scenario;
};

/// Requests on fresh connections, one after the other, until told to stop.
class Load
{
public:
    explicit Load(const Scenario &scenario)
    {
        for (std::thread &thread : m_threads) {
            thread = std::thread([this, &scenario] {
                while (!m_isOver) {
                    const HttpResponse response = scenario.chat();
                    ++(response.isComplete() && response.status == 200 ? served : failed);
                }
            });
        }
    }

    ~Load() { stop(); }

    void stop()
    {
        m_isOver = true;
        for (std::thread &thread : m_threads) {
            if (thread.joinable()) {
                thread.join();
            }
        }
    }

    std::atomic<int> served = 0;
    std::atomic<int> failed = 0;

private:
    std::atomic<bool> m_isOver = false;
    std::array<std::thread, 3> m_threads;
};

Reply answer(const RecordedRequest &request)
{
    if (request.body.find("\"stream\":true") == std::string::npos) {
        return Reply::json(completionBody());
    }
    std::vector<std::string> events(15, deltaEvent("x"));
    events.emplace_back(DoneEvent);
    return Reply::sse(events, 50ms);
}

std::string wholeStream()
{
    std::string text;
    for (int i = 0; i < 15; ++i) {
        text += deltaEvent("x");
    }
    return text + std::string(DoneEvent);
}

/// A listening socket that children inherit.
int listenSomewhere(std::uint16_t &port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *const name = reinterpret_cast<sockaddr *>(&address);
    if (::bind(fd, name, size) != 0 || ::listen(fd, 128) != 0 ||
        ::getsockname(fd, name, &size) != 0) {
        qFatal("cannot listen");
    }
    port = ntohs(address.sin_port);
    return fd;
}

} // namespace

class TstHandover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void twiceUnderLoad();
    void aSuccessorThatCannotStartChangesNothing();
    void socketActivation();
    void portIsSharedOnlyWhenAsked();
};

void TstHandover::initTestCase()
{
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void TstHandover::twiceUnderLoad()
{
    Scenario scenario;
    scenario.addBackend("a").setHandler(answer);
    START_OR_FAIL(scenario);
    const Cleaner cleaner(scenario);
    Load load(scenario);
    pid_t serving = scenario.gateway.process().pid();
    for (std::size_t round = 1; round <= 2; ++round) {
        std::array<RawClient, 3> streams;
        for (RawClient &client : streams) {
            client = scenario.connect();
            QVERIFY(
                client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
            QVERIFY(client.readUntil(deltaEvent("x")));
        }
        QCOMPARE(::kill(serving, SIGUSR2), 0);
        for (RawClient &client : streams) {
            const HttpResponse response = client.readResponse();
            VERIFY_COMPLETE(response);
            QCOMPARE(response.body, wholeStream());
        }
        if (round == 1) {
            QCOMPARE(scenario.gateway.process().waitForExit(30s).value_or(-1), 0);
        } else {
            QVERIFY(waitUntilGone(serving));
        }
        QCOMPARE(successors(scenario).size(), round);
        serving = successors(scenario).back();
        QCOMPARE(::kill(serving, 0), 0);
        const int before = load.served;
        QTRY_VERIFY_WITH_TIMEOUT(load.served > before + 20, 10'000);
    }
    load.stop();
    QCOMPARE(load.failed.load(), 0);
    QVERIFY(load.served > 40);
    ::kill(serving, SIGTERM); // and the last one still drains and closes the port
    QVERIFY(waitUntilGone(serving));
    QVERIFY(!scenario.connect().isOpen());
}

void TstHandover::aSuccessorThatCannotStartChangesNothing()
{
    Scenario scenario;
    scenario.addBackend("a").setHandler(answer);
    scenario.config.set("gateway", "watch_config", "false");
    START_OR_FAIL(scenario);
    const Cleaner cleaner(scenario);
    (void)scenario.gateway.writeFile("config.yaml", "gateway: [unclosed");
    scenario.gateway.process().signal(SIGUSR2);
    const auto said = [&](const char *text) {
        return scenario.gateway.process().standardError().find(text) != std::string::npos;
    };
    QTRY_VERIFY_WITH_TIMEOUT(said("hand-over failed"), 10'000);
    QVERIFY(said("not valid YAML")); // the new one's own words
    QVERIFY(scenario.gateway.process().isRunning());
    QCOMPARE(scenario.chat().status, 200);
    (void)scenario.gateway.writeFile("config.yaml", scenario.config.yaml());
    scenario.gateway.process().signal(SIGUSR2); // the next one may
    QCOMPARE(scenario.gateway.process().waitForExit(30s).value_or(-1), 0);
    QCOMPARE(scenario.chat().status, 200);
}

void TstHandover::socketActivation()
{
    FakeUpstream backend;
    GatewayProcess files; // for its folder
    GatewayConfig config;
    config.backend("a", backend.url()).set("gateway", "workers", "2");
    config.set("gateway", "host", "192.0.2.1"); // not ours: the socket counts
    config.set("logging", "jsonl_path", "''");
    const std::string path = files.writeFile("config.yaml", config.yaml());
    std::uint16_t port = 0;
    const int listening = listenSomewhere(port);
    RawClient early(port); // queued before anybody serves
    QVERIFY(early.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    std::string command = "export LISTEN_PID=$$ LISTEN_FDS=1; exec";
    for (const std::string &word : GatewayProcess::command()) {
        command += " " + word;
    }
    command += " serve -c " + path + " 3<&" + std::to_string(listening);
    ChildProcess child;
    QVERIFY(child.start({"bash", "-c", command}));
    QVERIFY2(child.waitForOutput("meridian: serving on", 15s), child.standardError().c_str());
    QVERIFY(child.standardOutput().find(":" + std::to_string(port)) != std::string::npos);
    QCOMPARE(early.readResponse().status, 200);
    for (int i = 0; i < 20; ++i) {
        RawClient client(port);
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    child.signal(SIGTERM);
    QCOMPARE(child.waitForExit(Patient).value_or(-1), 0);
    RawClient late(port); // the manager's own descriptor keeps the port: nobody is refused
    QVERIFY(late.isOpen());
    ::close(listening);
}

void TstHandover::portIsSharedOnlyWhenAsked()
{
    Scenario scenario;
    scenario.addBackend("a").setHandler(answer);
    START_OR_FAIL(scenario);
    const std::string port = std::to_string(scenario.gateway.port());
    std::vector<std::string> words = GatewayProcess::command();
    const std::string path = scenario.gateway.folder() + "/config.yaml";
    for (const char *word :
         {"serve", "-c", path.c_str(), "--host", "127.0.0.1", "--port", port.c_str()}) {
        words.emplace_back(word);
    }
    const Finished refused = runProcess(words);
    QCOMPARE(refused.exitCode.value_or(0), 1);
    QVERIFY(refused.error.find(port) != std::string::npos);
    words.emplace_back("--takeover");
    ChildProcess second;
    QVERIFY(second.start(words));
    QVERIFY2(second.waitForOutput("meridian: serving on", 15s), second.standardError().c_str());
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    QCOMPARE(scenario.stop(), 0);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    second.signal(SIGTERM);
    QCOMPARE(second.waitForExit(Patient).value_or(-1), 0);
}

QTEST_GUILESS_MAIN(TstHandover)
#include "tst_handover.moc"
