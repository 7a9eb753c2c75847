// SPDX-License-Identifier: MIT
// Promise: `meridian serve` says where it serves, or in one clear message why it does not, and
// never shows a secret.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>
#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace meridian::support;

namespace {

Finished run(const std::vector<std::string> &arguments, const ChildProcess::Environment &extra = {})
{
    std::vector<std::string> words = GatewayProcess::command();
    words.insert(words.end(), arguments.begin(), arguments.end());
    return runProcess(words, extra, 20s);
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TstServeCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void missingFileIsAnError();
    void environmentNamesTheFile_data();
    void environmentNamesTheFile();
    void flagsOverrideTheFile();
    void portInUseIsSaid();
    void badAddressIsSaid();
    void badConfigurationStopsTheStart();
    void secretsAreNeverPrinted();
    void helpAndVersion();
    void unknownWordsAreErrors_data();
    void unknownWordsAreErrors();
    void startsAndStopsAgainAndAgain();
    void unwritableLogIsSaid();
    void memoryIsClosedUnlessDumpsAreAllowed_data();
    void memoryIsClosedUnlessDumpsAreAllowed();
};

void TstServeCli::missingFileIsAnError()
{
    const Finished done = run({"serve", "-c", "/nonexistent/config.yaml", "--port", "0"});
    QCOMPARE(done.exitCode.value_or(-1), 1);
    QVERIFY2(contains(done.error, "/nonexistent/config.yaml"), done.error.c_str());
    QVERIFY(!contains(done.output, "serving"));
}

void TstServeCli::environmentNamesTheFile_data()
{
    QTest::addColumn<QString>("variable");
    QTest::newRow("MERIDIAN_CONFIG") << QStringLiteral("MERIDIAN_CONFIG");
    QTest::newRow("meridian_CONFIG") << QStringLiteral("meridian_CONFIG");
}

void TstServeCli::environmentNamesTheFile()
{
    QFETCH(QString, variable);
    const GatewayProcess files;
    FakeUpstream backend;
    GatewayConfig config;
    config.backend("from-environment", backend.url())
        .set("logging", "jsonl_path", files.folder() + "/log.jsonl");
    const std::string path = files.writeFile("named.yaml", config.yaml());
    std::vector<std::string> words = GatewayProcess::command();
    for (const char *word : {"serve", "--port", "0", "--host", "127.0.0.1"}) {
        words.emplace_back(word);
    }
    ChildProcess child;
    QVERIFY(child.start(words, {{variable.toStdString(), path}}));
    QVERIFY2(child.waitForOutput("meridian: serving on http://127.0.0.1:", 15s),
             child.standardError().c_str());
    const std::string output = child.standardOutput();
    const auto port =
        static_cast<std::uint16_t>(std::stoi(output.substr(output.find("127.0.0.1:") + 10)));
    const HttpResponse status = RawClient(port).exchange("GET", "/meridian/status");
    QVERIFY2(contains(status.body, "from-environment"), status.body.c_str());
    child.signal(SIGTERM);
    QCOMPARE(child.waitForExit(Patient).value_or(-1), 0);
}

void TstServeCli::flagsOverrideTheFile()
{
    Scenario scenario; // always started with --host 127.0.0.1 --port 0
    scenario.addBackend("a");
    scenario.config.set("gateway", "host", "192.0.2.1").set("gateway", "port", "1");
    START_OR_FAIL(scenario);
    QVERIFY(scenario.gateway.port() != 1);
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(scenario.stop(), 0);
}

void TstServeCli::portInUseIsSaid()
{
    const FakeUpstream occupant;
    const GatewayProcess files;
    const std::string path =
        files.writeFile("c.yaml", GatewayConfig().backend("a", occupant.url()).yaml());
    const Finished done = run(
        {"serve", "-c", path, "--host", "127.0.0.1", "--port", std::to_string(occupant.port())});
    QCOMPARE(done.exitCode.value_or(-1), 1);
    QVERIFY2(contains(done.error, std::to_string(occupant.port())) &&
                 contains(done.error, "in use"),
             done.error.c_str());
}

void TstServeCli::badAddressIsSaid()
{
    const GatewayProcess files;
    const std::string path =
        files.writeFile("c.yaml", GatewayConfig().backend("a", "http://127.0.0.1:9").yaml());
    for (const std::vector<std::string> &flags :
         {std::vector<std::string>{"--host", "192.0.2.1", "--port", "0"},
          std::vector<std::string>{"--host", "127.0.0.1", "--port", "70000"},
          std::vector<std::string>{"--host", "127.0.0.1", "--port", "x"}}) {
        std::vector<std::string> words{"serve", "-c", path};
        words.insert(words.end(), flags.begin(), flags.end());
        const Finished done = run(words);
        QVERIFY2(done.exitCode.value_or(0) != 0, "started all the same");
        QVERIFY2(contains(done.error, flags[1]) || contains(done.error, flags[3]),
                 done.error.c_str());
    }
}

void TstServeCli::badConfigurationStopsTheStart()
{
    const GatewayProcess files;
    const std::string path = files.writeFile(
        "c.yaml", "gateway:\n  port: many\nbackends:\n  - name: a\n    url: nonsense\n");
    const Finished done = run({"serve", "-c", path, "--port", "0"});
    QCOMPARE(done.exitCode.value_or(-1), 1);
    QVERIFY2(contains(done.error, path + ":2:"), done.error.c_str());
    QVERIFY2(contains(done.error, path + ":5:"), done.error.c_str());
}

void TstServeCli::secretsAreNeverPrinted()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a", {{"auth_header", "\"Bearer top-secret-1\""}});
    const RefusingPort refusing;
    scenario.config.backend("b", refusing.url(), {{"auth_header", "\"Bearer top-secret-2\""}});
    scenario.config.set("logging", "level", "DEBUG");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return Reply::json("{}", 401); });
    for (int i = 0; i < 6; ++i) {
        (void)scenario.chat(Scenario::ChatBody, {{"Authorization", "Bearer top-secret-3"}});
        (void)scenario.chat("{\"api_key\":\"top-secret-4\"");
    }
    const std::string shown = scenario.get("/meridian/status").body +
                              scenario.get("/meridian/requests").body +
                              scenario.get("/metrics").body;
    QCOMPARE(scenario.stop(), 0);
    std::string all = shown + scenario.gateway.process().standardError() +
                      scenario.gateway.process().standardOutput();
    for (const std::string &line : scenario.gateway.requestLog()) {
        all += line;
    }
    const std::size_t leak = all.find("top-secret");
    const std::string around =
        leak == std::string::npos ? std::string() : all.substr(leak < 200 ? 0 : leak - 200, 300);
    QVERIFY2(leak == std::string::npos, around.c_str());
    // In a file that is refused, too.
    const GatewayProcess files;
    const std::string path =
        files.writeFile("c.yaml", "backends:\n  - name: a\n    url: nonsense\n    weight: 0\n    "
                                  "auth_header: [top-secret-5]\n"
                                  "  - name: b\n    url: http://user:top-secret-6@127.0.0.1:1\n    "
                                  "auth_header: {x: top-secret-7}\n");
    for (const char *command : {"serve", "check"}) {
        const Finished done = run({command, "-c", path});
        QCOMPARE(done.exitCode.value_or(-1), 1);
        QVERIFY2(!contains(done.error + done.output, "top-secret"),
                 (done.error + done.output).c_str());
    }
}

void TstServeCli::helpAndVersion()
{
    const Finished help = run({"--help"});
    QCOMPARE(help.exitCode.value_or(-1), 0);
    for (const char *word : {"serve", "check", "demo", "simulate"}) {
        QVERIFY2(contains(help.output, word), help.output.c_str());
    }
    const Finished serveHelp = run({"serve", "--help"});
    QCOMPARE(serveHelp.exitCode.value_or(-1), 0);
    QVERIFY(contains(serveHelp.output, "--port"));
    const Finished version = run({"--version"});
    QCOMPARE(version.exitCode.value_or(-1), 0);
    QVERIFY2(contains(version.output, MERIDIAN_VERSION), version.output.c_str());
}

void TstServeCli::unknownWordsAreErrors_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("no subcommand") << QStringList();
    QTest::newRow("unknown subcommand") << QStringList{QStringLiteral("dance")};
    QTest::newRow("unknown option")
        << QStringList{QStringLiteral("serve"), QStringLiteral("--dance")};
    QTest::newRow("option without value")
        << QStringList{QStringLiteral("serve"), QStringLiteral("-c")};
}

void TstServeCli::unknownWordsAreErrors()
{
    QFETCH(QStringList, words);
    std::vector<std::string> arguments;
    for (const QString &word : words) {
        arguments.push_back(word.toStdString());
    }
    const Finished done = run(arguments);
    QVERIFY(done.exitCode.has_value());
    QVERIFY(*done.exitCode != 0 && *done.exitCode < 128);
    QVERIFY(!done.error.empty() || !done.output.empty());
    if (!words.isEmpty()) {
        QVERIFY2(contains(done.error, words.last().remove(QLatin1String("--")).toStdString()),
                 done.error.c_str());
    }
}

void TstServeCli::startsAndStopsAgainAndAgain()
{
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
        Scenario scenario;
        scenario.addBackend("a");
        const auto start = Clock::now();
        START_OR_FAIL(scenario);
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        QCOMPARE(scenario.stop(), 0);
    }
    std::sort(times.begin(), times.end());
    qInfo("start to serving: median %.0f ms", times[2]);
}

void TstServeCli::unwritableLogIsSaid()
{
    const GatewayProcess files;
    GatewayConfig config;
    config.backend("a", "http://127.0.0.1:9")
        .set("logging", "jsonl_path", "/proc/nonexistent/log.jsonl");
    const Finished done = run({"serve", "-c", files.writeFile("c.yaml", config.yaml()), "--host",
                               "127.0.0.1", "--port", "0"});
    QCOMPARE(done.exitCode.value_or(-1), 1);
    QVERIFY2(contains(done.error, "/proc/nonexistent"), done.error.c_str());
}

void TstServeCli::memoryIsClosedUnlessDumpsAreAllowed_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("isOpen");
    QTest::newRow("default") << QString() << false;
    QTest::newRow("false") << QStringLiteral("false") << false;
    QTest::newRow("true") << QStringLiteral("true") << true;
}

/// What a process that is not dumpable has under /proc belongs to root, whoever runs it: as root
/// the gateway is run as somebody else, to see the difference.
void TstServeCli::memoryIsClosedUnlessDumpsAreAllowed()
{
    QFETCH(QString, value);
    QFETCH(bool, isOpen);
    constexpr uid_t Nobody = 65534;
    const uid_t user = ::geteuid() == 0 ? Nobody : ::geteuid();
    const GatewayProcess files;
    FakeUpstream backend;
    GatewayConfig config;
    config.backend("a", backend.url()).set("logging", "jsonl_path", "\"\"");
    if (!value.isEmpty()) {
        config.set("gateway", "core_dumps", value.toStdString());
    }
    const std::string path = files.writeFile("config.yaml", config.yaml());
    std::vector<std::string> words = GatewayProcess::command();
    for (const char *word : {"serve", "--port", "0", "--host", "127.0.0.1", "-c", path.c_str()}) {
        words.emplace_back(word);
    }
    if (user != ::geteuid()) {
        QCOMPARE(::chown(files.folder().c_str(), user, user), 0);
        QCOMPARE(::chown(path.c_str(), user, user), 0);
        const std::vector<std::string> as{"setpriv", "--reuid=65534", "--regid=65534",
                                          "--clear-groups"};
        std::vector<std::string> probe = as;
        probe.insert(probe.end(), {words[0], "--version"});
        const Finished probed = runProcess(probe);
        if (probed.exitCode.value_or(-1) != 0) {
            QSKIP(("cannot run the gateway as another user: " + probed.error).c_str());
        }
        words.insert(words.begin(), as.begin(), as.end());
    }
    ChildProcess child;
    QVERIFY(child.start(words));
    QVERIFY2(child.waitForOutput("meridian: serving on", 15s), child.standardError().c_str());
    struct stat memory = {};
    QCOMPARE(::stat(("/proc/" + std::to_string(child.pid()) + "/mem").c_str(), &memory), 0);
    QCOMPARE(memory.st_uid, isOpen ? user : uid_t{0});
    child.signal(SIGTERM);
    QCOMPARE(child.waitForExit(Patient).value_or(-1), 0);
}

QTEST_GUILESS_MAIN(TstServeCli)
#include "tst_serve_cli.moc"
