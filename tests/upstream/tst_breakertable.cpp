// SPDX-License-Identifier: MIT
// One breaker per model with trouble, in a table that names cannot fill.
#include "core/upstream/breakertable.h"

#include <QtTest>

#include <map>
#include <thread>
#include <vector>

using namespace meridian;
using namespace meridian::upstream;
using namespace std::chrono_literals;

using Gate = CircuitBreaker::Gate;

namespace {

constexpr SteadyTime Now{1h};

model::BreakerSettings firstFailureOpens()
{
    model::BreakerSettings settings;
    settings.enabled = true;
    settings.failureThreshold = 1;
    return settings;
}

void fail(BreakerTable &table, const std::string &modelName, SteadyTime now = Now)
{
    table.at(modelName, now)
        .noteFailure(now, CircuitBreaker::Nobody, false, 0ns, firstFailureOpens());
}

Gate gate(const BreakerTable &table, const std::string &modelName)
{
    const CircuitBreaker *breaker = table.find(modelName);
    return breaker == nullptr ? Gate::Pass : breaker->gate(Now, 1);
}

std::map<std::string, int> failuresOf(const BreakerTable &table)
{
    std::map<std::string, int> failures;
    table.forEach([&failures](const std::string &name, const CircuitBreaker &breaker) {
        failures[name] += breaker.consecutiveFailures();
    });
    return failures;
}

} // namespace

class TestBreakerTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void modelsDoNotShareTheirTrouble()
    {
        BreakerTable table;
        QVERIFY(table.find("a") == nullptr);
        fail(table, "a");
        QVERIFY(gate(table, "a") == Gate::Blocked);
        QVERIFY(table.find("b") == nullptr && table.find("") == nullptr);
        fail(table, "");
        QVERIFY(table.find("") != nullptr && table.find("") != table.find("a"));
        QVERIFY(&table.at("a", Now) == table.find("a"));
        QCOMPARE(failuresOf(table), (std::map<std::string, int>{{"", 1}, {"a", 1}}));
    }

    void whatIsWellAgainMakesRoom()
    {
        BreakerTable table;
        for (int i = 0; i < 10'000; ++i) { // names that clients made up
            const std::string name = "made up " + std::to_string(i);
            CircuitBreaker &breaker = table.at(name, Now);
            breaker.noteFailure(Now, 1, false, 0ns, {});
            breaker.noteSuccess(Now, false, {});
        }
        QVERIFY(failuresOf(table).size() <= BreakerTable::Capacity);
        fail(table, "real");
        QVERIFY(gate(table, "real") == Gate::Blocked);
        QVERIFY(gate(table, "another") == Gate::Pass);
        QVERIFY(!failuresOf(table).contains("*"));
    }

    void beyondTheCapacityTheRestSharesOneEntry()
    {
        BreakerTable table;
        const int named = int(BreakerTable::Capacity) - 1;
        for (int i = 0; i < named; ++i) {
            fail(table, "m" + std::to_string(i));
        }
        QVERIFY(table.find("late") == nullptr);
        fail(table, "late");
        fail(table, "later");
        QVERIFY2(gate(table, "late") == Gate::Blocked, "what is counted must also be asked");
        QVERIFY(table.find("late") == table.find("later"));
        const auto failures = failuresOf(table);
        QCOMPARE(failures.size(), BreakerTable::Capacity);
        QCOMPARE(failures.at("*"), 2);
        for (int i = 0; i < named; ++i) { // nobody pays for the rest
            QCOMPARE(failures.at("m" + std::to_string(i)), 1);
        }
        table.at("m0", Now).reset(); // room again: the next one gets an entry of its own
        fail(table, "late");
        QVERIFY(table.find("late") != table.find("later"));
        QCOMPARE(failuresOf(table).at("late"), 1);
    }

    void resetClosesAll()
    {
        BreakerTable table;
        for (int i = 0; i < 40; ++i) {
            fail(table, "m" + std::to_string(i));
        }
        table.reset();
        for (int i = 0; i < 40; ++i) {
            QVERIFY(gate(table, "m" + std::to_string(i)) == Gate::Pass);
        }
    }

    void threadsMeetAtOneEntryPerModel()
    {
        constexpr int Threads = 4;
        constexpr int Rounds = 500;
        constexpr int Models = 8;
        BreakerTable table;
        std::vector<std::thread> threads;
        for (int t = 0; t < Threads; ++t) {
            threads.emplace_back([&table] {
                for (int i = 0; i < Rounds * Models; ++i) {
                    fail(table, "m" + std::to_string(i % Models));
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        const auto failures = failuresOf(table);
        QCOMPARE(failures.size(), std::size_t{Models});
        for (const auto &[name, count] : failures) {
            QCOMPARE(count, Threads * Rounds);
        }
    }
};

QTEST_GUILESS_MAIN(TestBreakerTable)
#include "tst_breakertable.moc"
