// SPDX-License-Identifier: MIT
// Request ids have their form, and differ within a thread and between threads.
#include "core/base/ids.h"

#include <QtTest>

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace meridian;

class TestIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void hasTheForm()
    {
        QCOMPARE(RequestId::fromBits(0).view(), std::string_view("mrdn-000000000000"));
        QCOMPARE(RequestId::fromBits(0xABCDEF012345).view(), std::string_view("mrdn-abcdef012345"));
        QCOMPARE(RequestId::fromBits(0xFFFF000000000001).view(),
                 std::string_view("mrdn-000000000001"));
        QCOMPARE(RequestId::next().view().size(), RequestId::Size);
    }

    void usesEveryDigitInEveryPlace()
    {
        std::array<std::set<char>, 12> seen;
        for (int i = 0; i < 2000; ++i) {
            const RequestId id = RequestId::next();
            for (std::size_t place = 0; place < seen.size(); ++place) {
                seen[place].insert(id.view()[5 + place]);
            }
        }
        for (const auto &digits : seen) {
            QCOMPARE(digits.size(), std::size_t{16});
        }
    }

    void differBetweenThreads()
    {
        constexpr int Threads = 4;
        constexpr int Each = 20000;
        std::vector<std::vector<std::string>> made(Threads);
        std::vector<std::thread> threads;
        for (auto &ids : made) {
            threads.emplace_back([&ids] {
                for (int i = 0; i < Each; ++i) {
                    ids.emplace_back(RequestId::next().view());
                }
            });
        }
        for (auto &thread : threads) {
            thread.join();
        }
        std::set<std::string> all;
        for (const auto &ids : made) {
            all.insert(ids.begin(), ids.end());
        }
        // 80 000 of 2^48: one collision is a one in 88 000 accident, two do not happen
        QVERIFY(all.size() >= Threads * Each - 1);
    }
};

QTEST_GUILESS_MAIN(TestIds)
#include "tst_ids.moc"
