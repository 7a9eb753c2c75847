// SPDX-License-Identifier: MIT
// Promise: `meridian check` exits 0 for a good file, else 1 with every problem as file:line:column:
// path: message.
#include "tests/support/gatewayprocess.h"

#include <QRegularExpression>
#include <QTest>

using namespace meridian::support;

namespace {

Finished check(const std::string &path)
{
    std::vector<std::string> words = GatewayProcess::command();
    for (const std::string &word : {std::string("check"), std::string("-c"), path}) {
        words.push_back(word);
    }
    return runProcess(words, {}, 20s);
}

} // namespace

class TstCheckCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goodFile();
    void missingFile();
    void everyProblemIsListed();
    void oneProblemEach_data();
    void oneProblemEach();
    void laterSectionsAreReportedNotRefused();
    void hostileFilesEndOrderly_data();
    void hostileFilesEndOrderly();
};

void TstCheckCli::goodFile()
{
    const GatewayProcess files;
    const std::string path = files.writeFile(
        "good.yaml",
        R"(gateway: {host: 127.0.0.1, port: 8080, strategy: weighted_round_robin, workers: 2}
timeouts: {connect: 1, read: 2.5, write: 3, pool: 4, stream_read: 60}
health: {interval_s: 1, timeout_s: 0.5, fail_threshold: 2, success_threshold: 1}
logging: {level: INFO}
admin: {allow: [10.0.0.0/8, "::1/128"]}
backends:
  - name: a
    url: http://127.0.0.1:9001
    model: m
    weight: 3
    tags: [x, y]
    timeout: {read: 9}
    retry_after_send: false
  - {name: b, url: "https://llm.example/base", tls: {verify: true, server_name: other.example}}
)");
    const Finished done = check(path);
    QVERIFY2(done.exitCode.value_or(-1) == 0, (done.output + done.error).c_str());
}

void TstCheckCli::missingFile()
{
    const Finished done = check("/nonexistent/c.yaml");
    QCOMPARE(done.exitCode.value_or(-1), 1);
    QVERIFY2((done.output + done.error).find("/nonexistent/c.yaml") != std::string::npos,
             done.error.c_str());
}

void TstCheckCli::everyProblemIsListed()
{
    const GatewayProcess files;
    const std::string path = files.writeFile("bad.yaml", R"(gateway:
  port: many
  strategy: fastest
health:
  interval_s: -1
backends:
  - name: a
    url: ftp://x
    weight: 0
  - name: a
    url: http://127.0.0.1:1
)");
    const Finished done = check(path);
    QCOMPARE(done.exitCode.value_or(-1), 1);
    const QString all = QString::fromStdString(done.output + done.error);
    for (const int line : {2, 3, 5, 8, 9, 10}) {
        const QRegularExpression wanted(
            QStringLiteral("(^|\n)%1:%2:\\d+: [^:\n]+: .+")
                .arg(QRegularExpression::escape(QString::fromStdString(path)))
                .arg(line));
        QVERIFY2(wanted.match(all).hasMatch(),
                 qPrintable(QStringLiteral("line %1 missing in:\n%2").arg(line).arg(all)));
    }
}

void TstCheckCli::oneProblemEach_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<int>("line");
    const QByteArray backend = "backends:\n  - name: a\n    url: http://127.0.0.1:1\n";
    QTest::newRow("wrong type") << ("gateway:\n  max_headers: lots\n" + backend) << 2;
    QTest::newRow("section is a list") << ("gateway: [1]\n" + backend) << 1;
    QTest::newRow("unknown strategy") << ("gateway:\n  strategy: best\n" + backend) << 2;
    QTest::newRow("duplicate key") << ("gateway:\n  port: 1\n  port: 2\n" + backend) << 3;
    QTest::newRow("duplicate section") << (backend + "backends: []\n") << 4;
    QTest::newRow("bad URL") << QByteArray("backends:\n  - name: a\n    url: not a url\n") << 3;
    QTest::newRow("URL without host")
        << QByteArray("backends:\n  - name: a\n    url: http://\n") << 3;
    QTest::newRow("URL port") << QByteArray("backends:\n  - name: a\n    url: http://x:99999\n")
                              << 3;
    QTest::newRow("weight 0") << (backend + "    weight: 0\n") << 4;
    QTest::newRow("no name") << QByteArray("backends:\n  - url: http://127.0.0.1:1\n") << 2;
    QTest::newRow("no url") << QByteArray("backends:\n  - name: a\n") << 2;
    QTest::newRow("timeout 0") << ("timeouts:\n  connect: 0\n" + backend) << 2;
    QTest::newRow("timeout nan") << ("timeouts:\n  connect: .nan\n" + backend) << 2;
    QTest::newRow("bad network") << ("admin:\n  allow: [10.0.0.0/99]\n" + backend) << 2;
    QTest::newRow("not a mapping") << QByteArray("- a\n- b\n") << 1;
    QTest::newRow("not YAML") << QByteArray("gateway: {port: 1\nbackends: }{\n") << 2;
    QTest::newRow("missing certificate")
        << ("gateway:\n  tls:\n    cert: /nonexistent/c.pem\n    key: /nonexistent/k.pem\n" +
            backend)
        << 3;
}

void TstCheckCli::oneProblemEach()
{
    QFETCH(QByteArray, yaml);
    QFETCH(int, line);
    const GatewayProcess files;
    const std::string path = files.writeFile("c.yaml", yaml.toStdString());
    const Finished done = check(path);
    QCOMPARE(done.exitCode.value_or(-1), 1);
    const std::string all = done.output + done.error;
    QVERIFY2(all.find(path + ":" + std::to_string(line) + ":") != std::string::npos, all.c_str());
}

void TstCheckCli::laterSectionsAreReportedNotRefused()
{
    const GatewayProcess files;
    const std::string path = files.writeFile(
        "c.yaml",
        "backends:\n  - {name: a, url: \"http://127.0.0.1:1\"}\nbudgets:\n  enabled: true\n");
    const Finished done = check(path);
    QCOMPARE(done.exitCode.value_or(-1), 0);
    const std::string all = done.output + done.error;
    QVERIFY2(all.find("budgets") != std::string::npos, "silently ignored");
}

void TstCheckCli::hostileFilesEndOrderly_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QByteArray bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        const QByteArray before = "*a" + QByteArray::number(i - 1);
        QByteArray list = before;
        for (int n = 0; n < 8; ++n) {
            list += "," + before;
        }
        bomb += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + list + "]\n";
    }
    QTest::newRow("alias bomb") << (bomb + "backends: *a11\n");
    QTest::newRow("deep nesting") << ("gateway: " + QByteArray(20000, '[') + "\n");
    QTest::newRow("binary") << QByteArray::fromHex("00ff00ff89504e470d0a1a0a00000000");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only a document mark") << QByteArray("---\n...\n");
}

void TstCheckCli::hostileFilesEndOrderly()
{
    QFETCH(QByteArray, yaml);
    const GatewayProcess files;
    const Finished done = check(files.writeFile("c.yaml", yaml.toStdString()));
    QVERIFY2(done.exitCode.has_value(), "had to be killed");
    QVERIFY2(*done.exitCode == 0 || *done.exitCode == 1,
             (std::to_string(*done.exitCode) + " " + done.error).c_str());
}

QTEST_GUILESS_MAIN(TstCheckCli)
#include "tst_check_cli.moc"
