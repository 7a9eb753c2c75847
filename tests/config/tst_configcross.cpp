// SPDX-License-Identifier: MIT
// What is valid and yet cannot work is said, at the key concerned; what works is passed over.
#include "tests/config/configtext.h"

#include <QTest>

using namespace meridian;

class TestConfigCross : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void warns_data();
    void warns();
    void isQuietWhenErrorsAreToldFirst();
};

void TestConfigCross::warns_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("problems");
    const auto row = [](const char *text, const QStringList &problems) {
        QTest::newRow(text) << QByteArray(text) << problems;
    };
    const auto line = [](const char *problem) { return QString::fromUtf8(problem); };
    // tags that nobody carries (the backends below have `x, y` and `general, y`)
    row("canary: {canary_tags: [x], stable_tags: [general]}", {});
    row("canary: {enabled: true, canary_tags: [x], stable_tags: [general]}", {});
    row("canary: {enabled: true, canary_tags: [x, y, next], stable_tags: [general]}",
        {line("1:45: canary.canary_tags[2]: no backend carries the tag 'next'")});
    row("canary: {enabled: true}",
        {line("1:1: canary: no backend carries the tag 'canary', which is the default"),
         line("1:1: canary: no backend carries the tag 'stable', which is the default")});
    row("canary: {enabled: true, canary_tags: [x, general], stable_tags: [y]}",
        {line("1:25: canary.canary_tags: no backend carries all of these tags")});
    row("tiering: {}", {});
    row("tiering: {enabled: true}",
        {line("1:1: tiering: no backend carries the tag 'prefill-pool', which is the default"),
         line("1:1: tiering: no backend carries the tag 'decode-pool', which is the default")});
    row("tiering:\n  enabled: true\n  tiers:\n    long_prompt: [x, big]\n    long_decode: []\n"
        "    default: [general]",
        {line("4:22: tiering.tiers.long_prompt[1]: no backend carries the tag 'big'")});
    row("isolation: {mode: dedicated, pools: {acme: [x, y], beta: [gold]}}",
        {line("1:59: isolation.pools.beta[0]: no backend carries the tag 'gold'")});
    row("isolation: {pools: {acme: [gold]}}",
        {line("1:13: isolation.pools: has no effect: the mode is shared")});
    // names that nobody serves
    row("models: {aliases: {a: b}}", {}); // the backends below serve any model
    row("models: {aliases: {a: b, 'c*': d, e: qwen-7b, f: llama}}\n"
        "backends: [{name: a, url: 'http://h', model: llama},\n"
        " {name: b, url: 'http://h', model: 'qwen-*'}]",
        {line("1:23: models.aliases.a: no backend serves the model 'b'"),
         line("1:32: models.aliases.c*: no backend serves the model 'd'")});
    row("models: {aliases: {a: b, b: llama}}\nbackends: [{name: a, url: 'http://h', model: llama}]",
        {line("1:23: models.aliases.a: no backend serves the model 'b'")});
    // limits that nobody reaches
    row("admission: {max_queue: 5}",
        {line("1:24: admission.max_queue: has no effect: no backend has max_concurrency")});
    row("admission: {max_queue: 0, overload_status: 429}", {});
    row("resilience: {continuation: true}",
        {line("1:28: resilience.continuation: has no effect: no backend has continuation")});
    row("resilience: {hedge: {after: p95}}", {}); // there are two backends
    row("gateway: {strategy: least_cost}",
        {line("1:21: gateway.strategy: no backend has a price: all cost the same")});
    // the same with the backend that was missing, and a hedge without a second one
    row("admission: {max_queue: 5}\nbackends: [{name: a, url: 'http://h', max_concurrency: 1}]",
        {});
    row("resilience: {continuation: true}\n"
        "backends: [{name: a, url: 'http://h', continuation: true}]",
        {});
    row("gateway: {strategy: least_cost}\nbackends: [{name: a, url: 'http://h'},\n"
        " {name: b, url: 'http://h', price: {prompt_per_1m: 1}}]",
        {});
    row("resilience: {hedge: {after: p95}}\nbackends: [{name: a, url: 'http://h'}]",
        {line("1:14: resilience.hedge: has no effect: there is only one backend")});
    row("resilience: {hedge: {enabled: no, after: p95}}\nbackends: [{name: a, url: 'http://h'}]",
        {});
}

void TestConfigCross::warns()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, problems);
    std::string whole = text.toStdString();
    if (whole.find("backends:") == std::string::npos) {
        whole += "\nbackends:\n  - {name: a, url: 'http://h', tags: [x, y]}\n"
                 "  - {name: b, url: 'http://i', tags: [general, y]}\n";
    }
    QVERIFY(test::load(whole));
    for (QString &problem : problems) {
        problem.prepend(QLatin1String("c.yaml:"));
    }
    QCOMPARE(test::problemsOf(whole), problems);
}

void TestConfigCross::isQuietWhenErrorsAreToldFirst()
{
    const QStringList problems = test::problemsOf("admission: {max_queue: 5}\ncanary: {enabled: "
                                                  "true}\nbackends: [{name: a, url: nonsense}]\n");
    QCOMPARE(problems, QStringList{QStringLiteral("c.yaml:3:27: backends[0].url: must start with "
                                                  "http:// or https://")});
}

QTEST_GUILESS_MAIN(TestConfigCross)
#include "tst_configcross.moc"
