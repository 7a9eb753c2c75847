// SPDX-License-Identifier: MIT
// Pins last as long as they are used, and the store stays within its limit.
#include "core/routing/sessionstore.h"

#include <QtTest>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace meridian::routing;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr SessionStore::TimePoint Start{1h};

std::string name(int i)
{
    return sessionKey("org", "session-" + std::to_string(i));
}

} // namespace

class TestSessionStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void keysTellOrganisationsAndValuesApart()
    {
        QCOMPARE(sessionKey("acme", "s1"), "acme\0s1"s);
        QCOMPARE(sessionKey("", "s1"), "_anon\0s1"s);
        QVERIFY(sessionKey("a", "bs") != sessionKey("ab", "s"));
        const std::string longest(SessionStore::LongestValue, 'v');
        QCOMPARE(sessionKey("a", longest), "a\0"s + longest);
        const std::string hashed = sessionKey("a", longest + "1");
        QCOMPARE(hashed.size(), "a"s.size() + 1 + 1 + 32);
        QCOMPARE(hashed, sessionKey("a", longest + "1"));
        QVERIFY(hashed != sessionKey("a", longest + "2"));
        QVERIFY(hashed != sessionKey("b", longest + "1"));
        QVERIFY(hashed != sessionKey("a", hashed.substr(3))); // nobody can send another's hash
    }

    void remembersAndOverwrites()
    {
        SessionStore store(10s, 100);
        QVERIFY(!store.lookup(name(1), Start));
        store.pin(name(1), "b1", Start);
        store.pin(name(2), "b2", Start);
        QCOMPARE(store.lookup(name(1), Start), std::optional("b1"s));
        QCOMPARE(store.lookup(name(2), Start), std::optional("b2"s));
        store.pin(name(1), "b3", Start);
        QCOMPARE(store.lookup(name(1), Start), std::optional("b3"s));
        QCOMPARE(store.size(), 2U);
    }

    void expiresWhenUnused()
    {
        SessionStore store(10s, 100);
        store.pin(name(1), "b", Start);
        QVERIFY(store.lookup(name(1), Start + 10s - 1ns));
        QVERIFY(!store.lookup(name(1), Start + 20s - 1ns)); // exactly the TTL after the use
        QCOMPARE(store.size(), 0U);
    }

    void slidesWithEachUse()
    {
        SessionStore store(10s, 100);
        store.pin(name(1), "b", Start);
        for (auto now = Start; now < Start + 100s; now += 9s) {
            QVERIFY(store.lookup(name(1), now));
        }
        store.pin(name(2), "b", Start);
        store.pin(name(2), "b", Start + 9s);
        QVERIFY(store.lookup(name(2), Start + 18s));
    }

    /// A worker whose clock reading is older does not make a pin older.
    void timeDoesNotGoBack()
    {
        SessionStore store(10s, 100);
        store.pin(name(1), "b", Start + 5s);
        QVERIFY(store.lookup(name(1), Start));
        QVERIFY(store.lookup(name(1), Start + 14s));
    }

    void sweepRemovesWhatHasExpired()
    {
        SessionStore store(10s, 10000);
        for (int i = 0; i < 5000; ++i) {
            store.pin(name(i), "b", Start + (i < 2500 ? 0s : 5s));
        }
        QCOMPARE(store.sweep(Start + 9s), 0U);
        QCOMPARE(store.sweep(Start + 10s), 2500U);
        QCOMPARE(store.size(), 2500U);
        QVERIFY(!store.lookup(name(0), Start + 10s));
        QVERIFY(store.lookup(name(4000), Start + 10s));
        QCOMPARE(store.sweep(Start + 15s), 2499U);
        QVERIFY(store.lookup(name(4000), Start + 15s)); // used since
    }

    void dropsTheLeastRecentlyUsed_data()
    {
        QTest::addColumn<int>("limit");
        for (const int limit : {1, 2, 16, 17, 1000}) {
            QTest::addRow("%d", limit) << limit;
        }
    }

    /// The limit and the order hold over all shards, however few sessions are allowed.
    void dropsTheLeastRecentlyUsed()
    {
        QFETCH(int, limit);
        SessionStore store(1h, std::size_t(limit));
        auto now = Start;
        for (int i = 0; i < limit; ++i) {
            store.pin(name(i), "b", now += 1ms);
        }
        QCOMPARE(store.size(), std::size_t(limit));
        QVERIFY(store.lookup(name(0), now += 1ms)); // now the most recently used
        for (int i = 0; i < limit - 1; ++i) {
            store.pin(name(limit + i), "b", now += 1ms);
            QCOMPARE(store.size(), std::size_t(limit));
            QVERIFY(!store.lookup(name(i + 1), now));
        }
        QVERIFY(store.lookup(name(0), now));
        store.pin(name(-1), "b", now += 1ms);
        QVERIFY(store.lookup(name(-1), now));
        QCOMPARE(store.size(), std::size_t(limit));
    }

    /// With a clock that stands still the new pin still wins over the old one.
    void keepsTheNewPinAtTheLimit()
    {
        SessionStore store(1h, 1);
        for (int i = 0; i < 200; ++i) {
            store.pin(name(i), "b", Start);
            QVERIFY(store.lookup(name(i), Start));
            QCOMPARE(store.size(), 1U);
        }
    }

    void configureKeepsThePins()
    {
        SessionStore store(10s, 100);
        for (int i = 0; i < 50; ++i) {
            store.pin(name(i), "b", Start + std::chrono::milliseconds(i));
        }
        store.configure(100s, 80);
        QCOMPARE(store.size(), 50U);
        QVERIFY(store.lookup(name(0), Start + 99s)); // pinned under the shorter TTL
        store.configure(100s, 3);
        QCOMPARE(store.size(), 3U);
        QVERIFY(store.lookup(name(0), Start + 99s));
        QVERIFY(store.lookup(name(49), Start + 99s));
        QVERIFY(store.lookup(name(48), Start + 99s));
        store.configure(5s, 3);
        QVERIFY(!store.lookup(name(0), Start + 104s));
    }

    /// Many threads on the same few sessions: every answer is a name somebody pinned, the limit
    /// holds at the end, and everything left is found.
    void isSharedByThreads()
    {
        constexpr int Threads = 4;
        constexpr int Rounds = 20000;
        constexpr std::size_t Limit = 300;
        SessionStore store(50ms, Limit);
        std::atomic<int> wrong{0};
        std::atomic<int> hits{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < Threads; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < Rounds; ++i) {
                    const auto now = Start + std::chrono::microseconds(10 * i);
                    const int session = (i * 7 + t) % 400;
                    const std::string key = name(session);
                    const std::string backend =
                        "a-backend-with-a-long-name-" + std::to_string(session);
                    if (const auto found = store.lookup(key, now)) {
                        hits += 1;
                        wrong += *found == backend ? 0 : 1;
                    } else {
                        store.pin(key, backend, now);
                    }
                    if (i % 1000 == t * 100) {
                        store.sweep(now);
                    }
                    if (i % 5000 == 4999) {
                        store.configure(50ms, Limit - std::size_t(t));
                    }
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong.load(), 0);
        QVERIFY(hits.load() > 0);
        QVERIFY(store.size() <= Limit);
        const auto now = Start + std::chrono::microseconds(10 * Rounds);
        const std::size_t left = store.size();
        std::size_t found = 0;
        for (int session = 0; session < 400; ++session) {
            found += store.lookup(name(session), now) ? 1 : 0;
        }
        QVERIFY(found <= left);
        QCOMPARE(store.size(), found + store.sweep(now));
        QCOMPARE(store.sweep(now + 50ms), found);
        QCOMPARE(store.size(), 0U);
    }
};

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_sessionstore.moc"
