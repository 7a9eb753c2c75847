// SPDX-License-Identifier: MIT
// What decides where a request goes: the cost of requests, aliases, tiers, sessions, tenants,
// canaries. Values, ranges, and what must hold between keys.
#include "core/config/strategynames.h"
#include "tests/config/configrows.h"

using namespace meridian;
using namespace std::chrono_literals;

namespace {

using Tags = std::vector<std::string>;

// With backends for every tag these tests use, so that no warning stands in the way.
model::Settings settingsOf(const std::string &text)
{
    return test::settingsWithoutProblems(
        text + "\nbackends:\n"
               "  - {name: a, url: 'http://h', tags: [prefill-pool, canary, gold, x]}\n"
               "  - {name: b, url: 'http://i', tags: [decode-pool, general, stable, y]}\n");
}

} // namespace

class TestConfigRouting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheCostOfRequests();
    void takesEveryStrategy();
    void saysWhenTheEstimatorIsUnknown();
    void readsAliases();
    void readsTiering();
    void saysWhichTiersAreUnused();
    void readsAffinity();
    void readsIsolation();
    void readsCanaries();
    void looksAtTagsOnlyWhenTheCanaryIsEnabled();
    void boundsLists();
    void refuses_data();
    void refuses();
};

void TestConfigRouting::readsTheCostOfRequests()
{
    QVERIFY(settingsOf("gateway: {}").gateway == model::GatewaySettings());
    const model::GatewaySettings read =
        settingsOf("gateway: {prefill_weight: 0, decode_weight: '2.5', default_max_tokens: 1,"
                   " token_estimator: heuristic, queue_weight: 3, mem_weight: 1e6,"
                   " watch_config: off, core_dumps: on}")
            .gateway;
    QCOMPARE(read.cost.prefillWeight, 0.0);
    QCOMPARE(read.cost.decodeWeight, 2.5);
    QCOMPARE(read.cost.defaultMaxTokens, 1U);
    QCOMPARE(read.cost.queueWeight, 3.0);
    QCOMPARE(read.cost.memWeight, 1e6);
    QVERIFY(!read.watchConfig);
    QVERIFY(read.coreDumps);
}

void TestConfigRouting::takesEveryStrategy()
{
    for (std::string_view name : config::StrategyNames) {
        const std::string text(name);
        QCOMPARE(
            test::settingsWithoutProblems(test::withBackend("gateway: {strategy: " + text + "}"))
                .gateway.strategy,
            text);
    }
}

void TestConfigRouting::saysWhenTheEstimatorIsUnknown()
{
    const std::string text = test::withBackend("gateway: {token_estimator: tiktoken}");
    QVERIFY(test::load(text));
    QCOMPARE(test::problemsOf(text),
             QStringList{QStringLiteral("c.yaml:1:28: gateway.token_estimator: unknown estimator "
                                        "'tiktoken'; heuristic is used")});
}

void TestConfigRouting::readsAliases()
{
    QVERIFY(settingsOf("models: {aliases: {}}").models.aliases.empty());
    const auto aliases =
        settingsOf("models: {aliases: {gpt-4: llama, 'gpt-*': llama, '3': 'x', '*': y}}")
            .models.aliases;
    const std::map<std::string, std::string> expected{
        {"gpt-4", "llama"}, {"gpt-*", "llama"}, {"3", "x"}, {"*", "y"}};
    QVERIFY(aliases == expected);
    const std::string longest(128, 'm');
    QCOMPARE(settingsOf("models: {aliases: {? " + longest + " : n}}").models.aliases.begin()->first,
             longest);
}

void TestConfigRouting::readsTiering()
{
    QVERIFY(settingsOf("tiering: {}").tiering == model::TieringSettings());
    model::TieringSettings expected;
    expected.enabled = true;
    QVERIFY(settingsOf("tiering: {enabled: true}").tiering == expected);
    expected.longPromptTokens = 1;
    expected.longDecodeTokens = 2;
    expected.longPrompt = {"x"};
    expected.longDecode = {"decode-pool", "y"};
    expected.general = {};
    QVERIFY(settingsOf("tiering: {enabled: 1, long_prompt_tokens: 1, long_decode_tokens: 2,"
                       " tiers: {default: [], long_prompt: [x], long_decode: [decode-pool, y]}}")
                .tiering == expected);
}

void TestConfigRouting::saysWhichTiersAreUnused()
{
    const std::string text = test::withBackend(
        "strict: true\ntiering:\n  tiers: {long_prompt: [], long_decode: [], default: [],\n"
        "    batch: [slow]}");
    QVERIFY(test::load(text)); // allowed, even here
    QCOMPARE(test::problemsOf(text),
             QStringList{QStringLiteral(
                 "c.yaml:4:5: tiering.tiers.batch: unused: nothing goes by this name")});
}

void TestConfigRouting::readsAffinity()
{
    QVERIFY(settingsOf("session_affinity: {}").affinity == model::AffinitySettings());
    const model::AffinitySettings read =
        settingsOf("session_affinity: {enabled: true, header: X-Chat, ttl_s: 0.5,"
                   " sweep_interval_s: 2, max_sessions: 1}")
            .affinity;
    QVERIFY(read.enabled && read.ttl == 500ms && read.sweepInterval == 2s);
    QCOMPARE(read.header, std::string("x-chat"));
    QCOMPARE(read.maxSessions, std::size_t{1});
}

void TestConfigRouting::readsIsolation()
{
    QVERIFY(settingsOf("isolation: {}").isolation == model::IsolationSettings());
    QVERIFY(!settingsOf("isolation: {mode: shared, pools: {}}").isolation.dedicated);
    const model::IsolationSettings read =
        settingsOf("isolation: {mode: dedicated, pools: {acme: [gold], 'b c': [x, gold]}}")
            .isolation;
    QVERIFY(read.dedicated);
    QVERIFY(read.pools.at("acme") == Tags{"gold"});
    QVERIFY(read.pools.at("b c") == (Tags{"x", "gold"}));
}

void TestConfigRouting::readsCanaries()
{
    QVERIFY(settingsOf("canary: {}").canary == model::CanarySettings());
    QVERIFY(settingsOf("canary: {enabled: true}").canary.enabled);
    const model::CanarySettings read =
        settingsOf("canary: {enabled: true, canary_tags: [x], stable_tags: [y, stable],"
                   " start_weight: 0.5, rollback_error_rate: 1, rollback_min_samples: 1,"
                   " window_s: 2, tick_s: 0.1,"
                   " steps: [{weight: 5, duration_s: 60}, {weight: 100, duration_s: null},"
                   "         {weight: 0}]}")
            .canary;
    QVERIFY(read.enabled && read.canaryTags == Tags{"x"});
    QVERIFY(read.stableTags == (Tags{"y", "stable"}));
    QCOMPARE(read.startWeight, 0.5);
    QCOMPARE(read.rollbackErrorRate, 1.0);
    QCOMPARE(read.rollbackMinSamples, std::uint64_t{1});
    QVERIFY(read.window == 2s && read.tick == 100ms);
    const std::vector<model::CanaryStep> steps{{5, 60s}, {100, std::nullopt}, {0, std::nullopt}};
    QVERIFY(read.steps == steps);
}

// As in Meridian 0.12: a canary that is switched off may be half written.
void TestConfigRouting::looksAtTagsOnlyWhenTheCanaryIsEnabled()
{
    const auto read = settingsOf("canary: {canary_tags: [], stable_tags: ['', x]}").canary;
    QVERIFY(read.canaryTags.empty());
    QVERIFY(read.stableTags == (Tags{"", "x"}));
    (void)settingsOf("canary: {enabled: false, canary_tags: [x], stable_tags: [x]}");
}

void TestConfigRouting::boundsLists()
{
    const auto refusal = [](const std::string &text) {
        const auto loaded = test::load(test::withBackend(text));
        return loaded ? QString() : test::formatted(loaded.error()).join(QLatin1Char('|'));
    };
    std::string aliases;
    for (int i = 0; i <= 1000; ++i) {
        aliases += "a" + std::to_string(i) + ": b, ";
    }
    QCOMPARE(refusal("models: {aliases: {" + aliases + "}}"),
             QStringLiteral("c.yaml:1:19: models.aliases: must not hold more than 1000 aliases"));
    aliases.resize(aliases.rfind("a1000"));
    QCOMPARE(settingsOf("models: {aliases: {" + aliases + "}}").models.aliases.size(),
             std::size_t{1000});
    std::string tags;
    for (int i = 0; i <= 64; ++i) {
        tags += "t,";
    }
    QCOMPARE(refusal("canary: {canary_tags: [" + tags + "]}"),
             QStringLiteral("c.yaml:1:23: canary.canary_tags: must not hold more than 64 tags"));
    QCOMPARE(refusal("isolation: {pools: {a: [" + tags + "]}}"),
             QStringLiteral("c.yaml:1:24: isolation.pools.a: must not hold more than 64 tags"));
}

void TestConfigRouting::refuses_data()
{
    test::addProblemColumns();
    const auto row = test::addProblem;
    row("gateway: {prefill_weight: -1}", "1:27: gateway.prefill_weight: must be at least 0");
    row("gateway: {decode_weight: .nan}", "1:26: gateway.decode_weight: must be a finite number");
    row("gateway: {queue_weight: .inf}", "1:25: gateway.queue_weight: must be a finite number");
    row("gateway: {mem_weight: -0.1}", "1:23: gateway.mem_weight: must be at least 0");
    row("gateway: {default_max_tokens: 0}",
        "1:31: gateway.default_max_tokens: must be between 1 and 4294967295");
    row("gateway: {default_max_tokens: 2.5}",
        "1:31: gateway.default_max_tokens: expected an integer, found a number");
    row("gateway: {token_estimator: 1}", "1:28: gateway.token_estimator: expected a string, found "
                                         "an integer; put it in quotes");
    row("gateway: {watch_config: often}",
        "1:25: gateway.watch_config: expected a boolean (true or false), found a string");
    row("models: {aliases: [a]}", "1:19: models.aliases: expected a mapping, found a list");
    row("models: {aliases: {a: 'b*'}}", "1:23: models.aliases.a: must be a name, without *");
    row("models: {aliases: {a: a}}", "1:23: models.aliases.a: is an alias of itself");
    row("models: {aliases: {a: }}", "1:23: models.aliases.a: expected a string, found nothing");
    row("models: {aliases: {a: ''}}", "1:23: models.aliases.a: must not be empty");
    row("models: {aliases: {'': a}}", "1:20: models.aliases.\"\": must not be empty");
    row("models: {aliases: {3: a}}",
        "1:20: models.aliases.3: expected a string, found an integer; put it in quotes");
    row("models: {aliases: {\"a\\n\": b}}",
        "1:20: models.aliases.a?: must not hold control characters");
    row("models: {aliases: {a: " + std::string(129, 'b') + "}}",
        "1:23: models.aliases.a: must not be longer than 128 bytes");
    row("tiering: {long_prompt_tokens: 0}",
        "1:31: tiering.long_prompt_tokens: must be between 1 and 1000000000000");
    row("tiering: {long_decode_tokens: 0}",
        "1:31: tiering.long_decode_tokens: must be between 1 and 1000000000000");
    row("tiering: {tiers: }", "1:18: tiering.tiers: expected a mapping, found nothing");
    row("tiering: {tiers: {long_prompt: [], long_decode: []}}",
        "1:18: tiering.tiers.default: required, but not given");
    row("tiering: {tiers: {default: [], long_decode: []}}",
        "1:18: tiering.tiers.long_prompt: required, but not given");
    row("tiering: {tiers: {default: [], long_prompt: []}}",
        "1:18: tiering.tiers.long_decode: required, but not given");
    row("tiering: {tiers: {default: general, long_prompt: [], long_decode: []}}",
        "1:28: tiering.tiers.default: expected a list of strings, found a string");
    row("tiering: {tiers: {default: [1], long_prompt: [], long_decode: []}}",
        "1:29: tiering.tiers.default[0]: expected a string, found an integer; put it in quotes");
    row("session_affinity: {header: ''}", "1:28: session_affinity.header: must not be empty");
    row("session_affinity: {header: 'x y'}",
        "1:28: session_affinity.header: is not the name of a header field");
    row("session_affinity: {header: x-sitzung-ü}",
        "1:28: session_affinity.header: is not the name of a header field");
    row("session_affinity: {header: null}",
        "1:28: session_affinity.header: expected a string, found nothing");
    row("session_affinity: {header: " + std::string(65, 'h') + "}",
        "1:28: session_affinity.header: must not be longer than 64 bytes");
    row("session_affinity: {ttl_s: 0}",
        "1:27: session_affinity.ttl_s: must be greater than 0 seconds");
    row("session_affinity: {sweep_interval_s: 0}",
        "1:38: session_affinity.sweep_interval_s: must be greater than 0 seconds");
    row("session_affinity: {max_sessions: 0}",
        "1:34: session_affinity.max_sessions: must be between 1 and 100000000");
    row("isolation: {mode: none}",
        "1:19: isolation.mode: unknown mode; known are shared and dedicated");
    row("isolation: {mod: dedicated}", "1:13: isolation.mod: unknown key; did you mean 'mode'?");
    row("isolation: {pools: [a]}", "1:20: isolation.pools: expected a mapping, found a list");
    row("isolation: {pools: {'': [a]}}", "1:21: isolation.pools.\"\": must not be empty");
    row("isolation: {pools: {'  ': [a]}}", "1:21: isolation.pools.  : must not be blank");
    row("isolation: {pools: {a: []}}", "1:24: isolation.pools.a: must hold at least one tag");
    row("isolation: {pools: {a: ['']}}", "1:25: isolation.pools.a[0]: must not be empty");
    row("isolation: {pools: {a: [b, ' ']}}", "1:28: isolation.pools.a[1]: must not be blank");
    row("isolation: {pools: {a: b}}",
        "1:24: isolation.pools.a: expected a list of strings, found a string");
    row("canary: {stepz: []}", "1:10: canary.stepz: unknown key; did you mean 'steps'?");
    row("canary: {steps: [{weight: 1, duration: 5}]}",
        "1:30: canary.steps[0].duration: unknown key; did you mean 'duration_s'?");
    row("canary: {enabled: true, canary_tags: []}",
        "1:38: canary.canary_tags: must hold at least one tag");
    row("canary: {enabled: true, stable_tags: []}",
        "1:38: canary.stable_tags: must hold at least one tag");
    row("canary: {enabled: true, stable_tags: [a, ' ']}",
        "1:42: canary.stable_tags[1]: must not be blank");
    row("canary: {enabled: true, canary_tags: ['']}",
        "1:39: canary.canary_tags[0]: must not be blank");
    row("canary: {enabled: true, canary_tags: [a, b], stable_tags: [b]}",
        "1:38: canary.canary_tags: canary_tags and stable_tags must not share a tag: 'b'");
    row("canary: {enabled: true, stable_tags: [canary]}",
        "1:38: canary.stable_tags: canary_tags and stable_tags must not share a tag: 'canary'");
    row("canary: {start_weight: 101}", "1:24: canary.start_weight: must be between 0 and 100");
    row("canary: {start_weight: -1}", "1:24: canary.start_weight: must be between 0 and 100");
    row("canary: {steps: {weight: 5}}", "1:17: canary.steps: expected a list of steps, found a "
                                        "mapping");
    row("canary: {steps: [5]}", "1:18: canary.steps[0]: expected a mapping, found an integer");
    row("canary: {steps: [{duration_s: 5}]}",
        "1:18: canary.steps[0].weight: required, but not given");
    row("canary: {steps: [{weight: 5}, {weight: 100.1}]}",
        "1:40: canary.steps[1].weight: must be between 0 and 100");
    row("canary: {steps: [{weight: 5, duration_s: 0}]}",
        "1:42: canary.steps[0].duration_s: must be greater than 0 seconds");
    row("canary: {rollback_error_rate: 0}",
        "1:31: canary.rollback_error_rate: must be greater than 0 and at most 1");
    row("canary: {rollback_error_rate: 1.5}",
        "1:31: canary.rollback_error_rate: must be greater than 0 and at most 1");
    row("canary: {rollback_min_samples: 0}",
        "1:32: canary.rollback_min_samples: must be between 1 and 1000000000");
    row("canary: {window_s: 0}", "1:20: canary.window_s: must be greater than 0 seconds");
    row("canary: {tick_s: .nan}", "1:18: canary.tick_s: must be a finite number");
}

void TestConfigRouting::refuses()
{
    test::verifyRefused();
}

QTEST_GUILESS_MAIN(TestConfigRouting)
#include "tst_configrouting.moc"
