// SPDX-License-Identifier: MIT
// Every error of a configuration: its exact line, and all of them at once.
#include "tests/config/configtext.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace meridian;

namespace {

QByteArray backend(const QByteArray &key)
{
    return "backends:\n  - name: a\n    url: http://h\n    " + key + "\n";
}

QByteArray withBackend(const QByteArray &text)
{
    return text +
           QByteArray(test::OneBackend.data(), static_cast<qsizetype>(test::OneBackend.size()));
}

} // namespace

class TestConfigLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reportsErrors_data();
    void reportsErrors();
    void reportsWarnings_data();
    void reportsWarnings();
    void reportsEverythingAtOnceInFileOrder();
    void strictTurnsUnknownKeysIntoErrors();
    void reportsFilesItCannotRead();
    void checksPemFiles();
};

void TestConfigLoader::reportsErrors_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const QByteArray &text, const char *problem) {
        QTest::newRow(name) << text << QString::fromUtf8(problem);
    };
    const auto top = [&row](const char *name, const QByteArray &text, const char *problem) {
        row(name, withBackend(text), problem);
    };
    // the file as a whole
    row("top level list", "- a\n", "c.yaml:1:1: document: expected a mapping, found a list");
    row("top level text", "hello\n", "c.yaml:1:1: document: expected a mapping, found a string");
    row("empty file", "",
        "c.yaml:1:1: backends: no backends; give at least one with a name and a url");
    row("no backends", "# x\ngateway: {}\n",
        "c.yaml:2:1: backends: no backends; give at least one with a name and a url");
    row("empty list", "backends: []\n",
        "c.yaml:1:11: backends: no backends; give at least one with a name and a url");
    row("backends null", "backends:\n",
        "c.yaml:1:1: backends: expected a list of backends, found nothing");
    row("backends mapping", "backends: {a: 1}\n",
        "c.yaml:1:11: backends: expected a list of backends, found a mapping");
    top("duplicate section", "gateway: {}\ngateway: {}\n",
        "c.yaml:2:1: gateway: duplicate key, first given on line 1");
    top("section null", "gateway:\n", "c.yaml:1:1: gateway: expected a mapping, found nothing");
    top("section list", "health: []\n", "c.yaml:1:9: health: expected a mapping, found a list");
    top("later section null", "auth:\n", "c.yaml:1:1: auth: expected a mapping, found nothing");
    top("complex key", "gateway:\n  ? [a]\n  : b\n",
        "c.yaml:2:5: gateway: expected a word as key, found a list");
    top("strict", "strict: maybe\n",
        "c.yaml:1:9: strict: expected a boolean (true or false), found a string");
    // wrong types
    top("text for integer", "gateway:\n  port: eighty\n",
        "c.yaml:2:9: gateway.port: expected an integer, found a string");
    top("list for integer", "gateway: {port: [80]}\n",
        "c.yaml:1:17: gateway.port: expected an integer, found a list");
    top("null for integer", "gateway:\n  port:\n",
        "c.yaml:2:3: gateway.port: expected an integer, found nothing");
    top("boolean for integer", "gateway: {port: true}\n",
        "c.yaml:1:17: gateway.port: expected an integer, found a boolean");
    top("fraction for integer", "gateway: {port: 80.5}\n",
        "c.yaml:1:17: gateway.port: expected an integer, found a number");
    top("octal", "gateway: {port: 0100}\n",
        "c.yaml:1:17: gateway.port: an integer with a leading zero is octal to YAML 1.1 and "
        "decimal "
        "to others; write it without");
    top("text for seconds", "timeouts: {read: 5s}\n",
        "c.yaml:1:18: timeouts.read: expected a number, found a string");
    top("number for text", "logging: {level: 5}\n",
        "c.yaml:1:18: logging.level: expected a string, found an integer; put it in quotes");
    top("boolean for text", "gateway: {host: on}\n",
        "c.yaml:1:17: gateway.host: expected a string, found a boolean; put it in quotes");
    row("2 for boolean", backend("retry_after_send: 2"),
        "c.yaml:4:23: backends[0].retry_after_send: expected a boolean (true or false), found an "
        "integer");
    // ranges
    top("port", "gateway: {port: 65536}\n",
        "c.yaml:1:17: gateway.port: must be between 0 and 65535");
    top("negative port", "gateway: {port: -1}\n",
        "c.yaml:1:17: gateway.port: must be between 0 and 65535");
    top("huge port", "gateway: {port: 99999999999999999999}\n",
        "c.yaml:1:17: gateway.port: must be between 0 and 65535");
    top("huge float port", "gateway: {port: 1.0e+30}\n",
        "c.yaml:1:17: gateway.port: must be between 0 and 65535");
    top("workers", "gateway: {workers: 257}\n",
        "c.yaml:1:20: gateway.workers: must be between 0 and 256");
    top("body", "gateway: {max_body_bytes: 0}\n",
        "c.yaml:1:27: gateway.max_body_bytes: must be between 1 and 4000000000");
    top("zero seconds", "health: {interval_s: 0}\n",
        "c.yaml:1:22: health.interval_s: must be greater than 0 seconds");
    top("negative seconds", "timeouts: {connect: -1.5}\n",
        "c.yaml:1:21: timeouts.connect: must be greater than 0 seconds");
    top("tiny seconds", "timeouts: {connect: 1e-9}\n",
        "c.yaml:1:21: timeouts.connect: must be between 0.001 and 1000000000 seconds");
    top("infinite seconds", "timeouts: {read: .inf}\n",
        "c.yaml:1:18: timeouts.read: must be a finite number");
    top("no number of seconds", "timeouts: {read: .nan}\n",
        "c.yaml:1:18: timeouts.read: must be a finite number");
    top("nan as text", "timeouts: {read: 'nan'}\n",
        "c.yaml:1:18: timeouts.read: must be a finite number");
    top("fail threshold", "health: {fail_threshold: 0}\n",
        "c.yaml:1:26: health.fail_threshold: must be between 1 and 1000000");
    top("success threshold", "health: {success_threshold: -3}\n",
        "c.yaml:1:29: health.success_threshold: must be between 1 and 1000000");
    // gateway
    top("strategy", "gateway: {strategy: random}\n",
        "c.yaml:1:21: gateway.strategy: unknown strategy 'random'; known are weighted_round_robin, "
        "least_inflight, ewma_latency, token_aware, peak_ewma_p2c, prefix_hash, least_cost");
    top("empty host", "gateway: {host: ''}\n", "c.yaml:1:17: gateway.host: must not be empty");
    top("tls null", "gateway: {tls: }\n",
        "c.yaml:1:16: gateway.tls: expected a mapping, found nothing");
    top("tls file", "gateway: {tls: {cert: /nowhere/c.pem, key: /}}\n",
        "c.yaml:1:23: gateway.tls.cert: cannot read '/nowhere/c.pem': No such file or directory|"
        "c.yaml:1:44: gateway.tls.key: cannot read '/': Is a directory");
    top("tls half", "gateway:\n  tls:\n    cert: /nowhere\n",
        "c.yaml:3:5: gateway.tls.key: required, but not given|"
        "c.yaml:3:11: gateway.tls.cert: cannot read '/nowhere': No such file or directory");
    // admin
    top("admin text", "admin: {allow: 10.0.0.1}\n",
        "c.yaml:1:16: admin.allow: expected a list of networks, found a string");
    top("admin token", "admin: {token: fifteen-letters}\n",
        "c.yaml:1:16: admin.token: the token has fewer than 16 characters and could be guessed; "
        "make one with: openssl rand -hex 32");
    top("admin network", "admin:\n  allow:\n    - 10.0.0.0/8\n    - 10.0.0.0/33\n    - here\n",
        "c.yaml:4:7: admin.allow[1]: the prefix length must be between 0 and 32|"
        "c.yaml:5:7: admin.allow[2]: expected an address or a network such as 10.0.0.0/8");
    // backends
    row("no url", "backends:\n  - name: a\n",
        "c.yaml:2:5: backends[0].url: required, but not given");
    row("no name", "backends:\n  - url: http://h\n",
        "c.yaml:2:5: backends[0].name: required, but not given");
    row("empty name", "backends: [{name: '', url: 'http://h'}]\n",
        "c.yaml:1:19: backends[0].name: must not be empty");
    row("name is a number", "backends: [{name: 1, url: 'http://h'}]\n",
        "c.yaml:1:19: backends[0].name: expected a string, found an integer; put it in quotes");
    row("long name", "backends: [{name: " + QByteArray(65, 'x') + ", url: 'http://h'}]\n",
        "c.yaml:1:19: backends[0].name: must not be longer than 64 bytes");
    row("control character", "backends: [{name: \"a\\nb\", url: 'http://h'}]\n",
        "c.yaml:1:19: backends[0].name: must not hold control characters");
    row("duplicate backend",
        "backends:\n  - {name: a, url: 'http://h'}\n  - {name: a, url: 'http://i'}\n",
        "c.yaml:3:12: backends[1].name: duplicate backend name 'a', first given on line 2");
    row("backend is text", "backends: [a]\n",
        "c.yaml:1:12: backends[0]: expected a mapping, found a string");
    row("bad url", "backends: [{name: a, url: 'ftp://h'}]\n",
        "c.yaml:1:27: backends[0].url: must start with http:// or https://");
    row("url port", "backends: [{name: a, url: 'http://h:70000'}]\n",
        "c.yaml:1:27: backends[0].url: the port must be between 1 and 65535");
    row("weight 0", backend("weight: 0"),
        "c.yaml:4:13: backends[0].weight: must be between 1 and 1000000");
    row("weight too large", backend("weight: 1000001"),
        "c.yaml:4:13: backends[0].weight: must be between 1 and 1000000");
    row("tags text", backend("tags: fast"),
        "c.yaml:4:11: backends[0].tags: expected a list of strings, found a string");
    row("tag is a boolean", backend("tags: [a, on]"),
        "c.yaml:4:15: backends[0].tags[1]: expected a string, found a boolean; put it in quotes");
    row("blank tag", backend("tags: ['']"), "c.yaml:4:12: backends[0].tags[0]: must not be empty");
    row("model is a number", backend("model: 123"),
        "c.yaml:4:12: backends[0].model: expected a string, found an integer; put it in quotes");
    row("long model", backend("model: " + QByteArray(129, 'm')),
        "c.yaml:4:12: backends[0].model: must not be longer than 128 bytes");
    row("health endpoint", backend("health_endpoint: v1/models"),
        "c.yaml:4:22: backends[0].health_endpoint: must be a path that starts with /");
    row("health endpoint with a space", backend("health_endpoint: /a b"),
        "c.yaml:4:22: backends[0].health_endpoint: must be a path that starts with /");
    row("backend timeout", backend("timeout: {read: 0}"),
        "c.yaml:4:21: backends[0].timeout.read: must be greater than 0 seconds");
    row("ca file", backend("tls: {ca_file: /nowhere}").replace("http:", "https:"),
        "c.yaml:4:20: backends[0].tls.ca_file: cannot read '/nowhere': No such file or directory");
}

void TestConfigLoader::reportsErrors()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const auto loaded = test::load(text.toStdString());
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()), problem.split(QLatin1Char('|')));
}

void TestConfigLoader::reportsWarnings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const QByteArray &text, const char *problem) {
        QTest::newRow(name) << text << QString::fromUtf8(problem);
    };
    const auto top = [&row](const char *name, const QByteArray &text, const char *problem) {
        row(name, withBackend(text), problem);
    };
    top("unknown section", "gatway: {}\n",
        "c.yaml:1:1: gatway: unknown key; did you mean 'gateway'?");
    top("unknown key", "gateway:\n  stategy: x\n",
        "c.yaml:2:3: gateway.stategy: unknown key; did you mean 'strategy'?");
    top("nothing near", "zzz: 1\n", "c.yaml:1:1: zzz: unknown key");
    row("mistyped secret key", backend("auth_headr: Bearer hush"),
        "c.yaml:4:5: backends[0].auth_headr: unknown key; did you mean 'auth_header'?");
    top("level", "logging: {level: chatty}\n",
        "c.yaml:1:18: logging.level: unknown level 'chatty'; using INFO (known are DEBUG, INFO, "
        "WARNING, ERROR, CRITICAL)");
    row("version path", "backends: [{name: a, url: 'http://h/v1'}]\n",
        "c.yaml:1:27: backends[0].url: the url is given without the API version: /v1 is left off "
        "here, "
        "the gateway appends /v1/… itself");
    row("tls without https", backend("tls: {server_name: x}"),
        "c.yaml:4:5: backends[0].tls: has no effect: the url is not https");
    row("unverified", backend("tls: {verify: no}").replace("http:", "https:"),
        "c.yaml:4:19: backends[0].tls.verify: anybody on the way can pretend to be this backend");
    top("host bits", "admin: {allow: [10.1.2.3/8]}\n",
        "c.yaml:1:17: admin.allow[0]: bits beyond the prefix are ignored; read as 10.0.0.0/8");
    top("everybody", "admin: {allow: ['::/0']}\n",
        "c.yaml:1:17: admin.allow[0]: opens the control plane to everybody who can reach the "
        "gateway");
}

void TestConfigLoader::reportsWarnings()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const auto loaded = test::load(text.toStdString());
    QVERIFY2(loaded, qPrintable(loaded ? QString()
                                       : test::formatted(loaded.error()).join(QLatin1Char('\n'))));
    QCOMPARE(test::formatted(loaded->warnings), QStringList{problem});
}

void TestConfigLoader::reportsEverythingAtOnceInFileOrder()
{
    const auto loaded = test::load("backends:\n"
                                   "  - name: a\n"
                                   "    url: nonsense\n"
                                   "    weight: 0\n"
                                   "  - name: a\n"
                                   "    wieght: 2\n"
                                   "timeouts:\n"
                                   "  read: 0\n"
                                   "  read: 5\n"
                                   "gateway:\n"
                                   "  port: http\n"
                                   "  strategy: best\n");
    QVERIFY(!loaded);
    const QStringList expected{
        QStringLiteral("c.yaml:3:10: backends[0].url: must start with http:// or https://"),
        QStringLiteral("c.yaml:4:13: backends[0].weight: must be between 1 and 1000000"),
        QStringLiteral("c.yaml:5:5: backends[1].url: required, but not given"),
        QStringLiteral(
            "c.yaml:5:11: backends[1].name: duplicate backend name 'a', first given on line 2"),
        QStringLiteral("c.yaml:6:5: backends[1].wieght: unknown key; did you mean 'weight'?"),
        QStringLiteral("c.yaml:8:9: timeouts.read: must be greater than 0 seconds"),
        QStringLiteral("c.yaml:9:3: timeouts.read: duplicate key, first given on line 8"),
        QStringLiteral("c.yaml:11:9: gateway.port: expected an integer, found a string"),
        QStringLiteral("c.yaml:12:13: gateway.strategy: unknown strategy 'best'; known are "
                       "weighted_round_robin, least_inflight, ewma_latency, token_aware, "
                       "peak_ewma_p2c, prefix_hash, least_cost"),
    };
    QCOMPARE(test::formatted(loaded.error()), expected);
    QCOMPARE(loaded.error().at(4).severity, config::Diagnostic::Severity::Warning);
    QCOMPARE(loaded.error().at(5).severity, config::Diagnostic::Severity::Error);
}

void TestConfigLoader::strictTurnsUnknownKeysIntoErrors()
{
    const std::string text =
        "gateway: {prot: 1}\nx-mine: {anything: goes}\n" + std::string(test::OneBackend);
    QVERIFY(test::load(text));
    QVERIFY(test::load(text + "strict: false\n"));
    const auto strict = test::load(text + "strict: on\n"); // wherever it stands
    QVERIFY(!strict);
    QCOMPARE(test::formatted(strict.error()),
             QStringList{
                 QStringLiteral("c.yaml:1:11: gateway.prot: unknown key; did you mean 'port'?")});
}

void TestConfigLoader::reportsFilesItCannotRead()
{
    const QTemporaryDir directory;
    const std::string missing = directory.filePath(QStringLiteral("no.yaml")).toStdString();
    const auto absent = config::loadConfigFile(missing, SecretResolver());
    QVERIFY(!absent);
    QCOMPARE(absent.error().size(), std::size_t{1});
    QCOMPARE(absent.error().front().format(),
             missing + ":1:1: document: cannot read the file: No such file or directory");
    QVERIFY(!config::loadConfigFile(directory.path().toStdString(), SecretResolver()));
    QVERIFY(!config::loadConfigFile("/dev/zero", SecretResolver()));

    QFile file(directory.filePath(QStringLiteral("yes.yaml")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(test::OneBackend.data());
    file.close();
    const auto loaded = config::loadConfigFile(file.fileName().toStdString(), SecretResolver());
    QVERIFY(loaded);
    QCOMPARE(loaded->settings.backends.at(0).host, std::string("h"));
}

void TestConfigLoader::checksPemFiles()
{
    const QTemporaryDir directory;
    const auto write = [&directory](const char *name, const char *text) {
        QFile file(directory.filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::WriteOnly) && file.write(text) > 0;
    };
    QVERIFY(write("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    QVERIFY(
        write("key.pem", "-----BEGIN EC PRIVATE KEY-----\nhush\n-----END EC PRIVATE KEY-----\n"));
    const auto text = [&directory](const char *cert, const char *key) {
        const std::string path = directory.path().toStdString() + '/';
        return "gateway: {tls: {cert: " + path + cert + ", key: " + path + key + "}}\n" +
               std::string(test::OneBackend);
    };
    const auto good = test::load(text("cert.pem", "key.pem"));
    QVERIFY(good && good->settings.gateway.tls);
    QVERIFY(good->settings.gateway.tls->keyFile.ends_with("/key.pem"));
    const QStringList swapped = test::problemsOf(text("key.pem", "cert.pem"));
    QCOMPARE(swapped.size(), 2);
    QVERIFY(swapped.at(0).endsWith(QLatin1String("key.pem' holds no PEM certificate")));
    QVERIFY(swapped.at(1).endsWith(QLatin1String("cert.pem' holds no PEM private key")));
}

QTEST_GUILESS_MAIN(TestConfigLoader)
#include "tst_configloader.moc"
