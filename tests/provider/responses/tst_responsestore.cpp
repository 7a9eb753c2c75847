// SPDX-License-Identifier: MIT
// The store of responses: its bounds, its age, whose a response is, and many threads at once.
#include "core/provider/responsestore.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace meridian;
using namespace meridian::provider;
using namespace std::chrono_literals;

namespace {

const ResponseStore::Clock::time_point Start{1000s};

model::TranslationSettings limits(std::size_t count, std::size_t bytes = 1 << 20)
{
    model::TranslationSettings settings;
    settings.maxStoredResponses = count;
    settings.maxStoredResponseBytes = bytes;
    settings.storedResponseTtl = 60s;
    return settings;
}

std::string itemsOf(const StoredConversation::Ptr &conversation)
{
    std::string items;
    if (conversation) {
        conversation->appendItems(items);
    }
    return items;
}

} // namespace

class ResponseStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsConversations();
    void otherScope();
    void leastRecentlyUsedGoes();
    void bytesAreBounded();
    void tooLargeIsNotKept();
    void expiry();
    void liveConfiguration();
    void longChains();
    void manyThreads();
};

void ResponseStoreTest::keepsConversations()
{
    ResponseStore store(limits(10));
    QVERIFY(!store.get("a", "s", Start));
    QVERIFY(store.put("a", "s", nullptr, "1,2", Start));
    const auto first = store.get("a", "s", Start);
    QVERIFY(store.put("b", "s", first, "3", Start));
    QVERIFY(store.put("c", "s", first, "4", Start)); // a fork
    QVERIFY(store.put("d", "s", store.get("b", "s", Start), "", Start));
    QVERIFY(store.put("e", "s", store.get("d", "s", Start), "5", Start));
    QCOMPARE(itemsOf(store.get("a", "s", Start)), std::string("1,2"));
    QCOMPARE(itemsOf(store.get("b", "s", Start)), std::string("1,2,3"));
    QCOMPARE(itemsOf(store.get("c", "s", Start)), std::string("1,2,4"));
    QCOMPARE(itemsOf(store.get("e", "s", Start)), std::string("1,2,3,5"));
    QVERIFY(store.put("a", "s", nullptr, "9", Start)); // again
    QCOMPARE(itemsOf(store.get("a", "s", Start)), std::string("9"));
    QCOMPARE(itemsOf(store.get("b", "s", Start)), std::string("1,2,3"));
    QCOMPARE(store.count(), std::size_t(5));
}

void ResponseStoreTest::otherScope()
{
    ResponseStore store(limits(10));
    QVERIFY(store.put("a", "alice", nullptr, "1", Start));
    QVERIFY(!store.get("a", "bob", Start));
    QVERIFY(!store.get("a", "", Start));
    QVERIFY(store.put("a", "bob", nullptr, "2", Start));
    QCOMPARE(itemsOf(store.get("a", "alice", Start)), std::string("1"));
    QCOMPARE(itemsOf(store.get("a", "bob", Start)), std::string("2"));
}

void ResponseStoreTest::leastRecentlyUsedGoes()
{
    ResponseStore store(limits(3));
    for (const char *id : {"a", "b", "c"}) {
        QVERIFY(store.put(id, "", nullptr, id, Start));
    }
    QVERIFY(store.get("a", "", Start));
    QVERIFY(store.put("d", "", nullptr, "d", Start));
    QCOMPARE(store.count(), std::size_t(3));
    QVERIFY(!store.get("b", "", Start));
    for (const char *id : {"a", "c", "d"}) {
        QVERIFY2(store.get(id, "", Start), id);
    }
}

void ResponseStoreTest::bytesAreBounded()
{
    constexpr std::size_t Limit = 100000;
    ResponseStore store(limits(1000, Limit));
    StoredConversation::Ptr last;
    for (int i = 0; i < 500; ++i) {
        const std::string id = "r" + std::to_string(i);
        if (!store.put(id, "", i % 7 == 0 ? nullptr : last, std::string(1000, 'x'), Start)) {
            QFAIL("not kept");
        }
        last = store.get(id, "", Start);
        QVERIFY(store.bytes() <= Limit);
        QVERIFY(last);
    }
    QVERIFY(store.count() > 50); // what is shared counts once
    last.reset();
    store.configure(limits(0));
    QCOMPARE(store.count(), std::size_t(0));
    QCOMPARE(store.bytes(), std::size_t(0));
}

void ResponseStoreTest::tooLargeIsNotKept()
{
    ResponseStore store(limits(10, 5000));
    QVERIFY(store.put("a", "", nullptr, std::string(3000, 'x'), Start));
    QVERIFY(!store.put("b", "", store.get("a", "", Start), std::string(3000, 'x'), Start));
    QVERIFY(store.get("a", "", Start)); // nobody else pays for it
    ResponseStore none(limits(0));
    QVERIFY(!none.put("a", "", nullptr, "1", Start));
    ResponseStore wide(limits(10, std::size_t(1) << 40));
    QVERIFY(
        !wide.put("a", "", nullptr, std::string(ResponseStore::MaxConversation + 1, 'x'), Start));
}

void ResponseStoreTest::expiry()
{
    ResponseStore store(limits(10));
    QVERIFY(store.put("a", "", nullptr, "1", Start));
    QVERIFY(store.put("b", "", store.get("a", "", Start), "2", Start + 30s));
    QVERIFY(store.get("a", "", Start + 59s));
    QVERIFY(!store.get("a", "", Start + 60s)); // looking it up did not make it younger
    QCOMPARE(store.count(), std::size_t(1));
    QCOMPARE(itemsOf(store.get("b", "", Start + 60s)), std::string("1,2"));
    store.sweep(Start + 89s);
    QCOMPARE(store.count(), std::size_t(1));
    store.sweep(Start + 90s);
    QCOMPARE(store.count(), std::size_t(0));
    QCOMPARE(store.bytes(), std::size_t(0));
}

void ResponseStoreTest::liveConfiguration()
{
    ResponseStore store(limits(100));
    for (int i = 0; i < 100; ++i) {
        QVERIFY(store.put("r" + std::to_string(i), "", nullptr, "x", Start));
    }
    store.configure(limits(10));
    QCOMPARE(store.count(), std::size_t(10));
    for (int i = 90; i < 100; ++i) {
        QVERIFY(store.get("r" + std::to_string(i), "", Start));
    }
}

/// Links are joined now and then, so that no chain ends deeper than the stack is.
void ResponseStoreTest::longChains()
{
    ResponseStore store(limits(10));
    StoredConversation::Ptr last;
    std::string wanted;
    for (int i = 0; i < 5000; ++i) {
        const std::string item = std::to_string(i);
        wanted.append(i == 0 ? "" : ",").append(item);
        QVERIFY(store.put(item, "", last, item, Start));
        last = store.get(item, "", Start);
    }
    QCOMPARE(itemsOf(last), wanted);
    QCOMPARE(store.count(), std::size_t(10));
    QVERIFY(store.bytes() < 2 * wanted.size() + 64 * 64 + 10 * 1024);
}

void ResponseStoreTest::manyThreads()
{
    ResponseStore store(limits(50, 200000));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&store, &wrong, t] {
            const std::string scope = "s" + std::to_string(t % 2);
            StoredConversation::Ptr last;
            std::string wanted;
            for (int i = 0; i < 2000; ++i) {
                const std::string id = std::to_string(t) + "-" + std::to_string(i);
                if (i % 20 == 0) {
                    last = nullptr;
                    wanted.clear();
                }
                wanted.append(wanted.empty() ? "" : ",").append(id);
                store.put(id, scope, last, id, Start);
                last = store.get(id, scope, Start);
                if (itemsOf(last) != (last ? wanted : std::string())) {
                    ++wrong;
                }
                if (!last) { // another thread's put has driven it out
                    i += 19 - i % 20;
                }
                if (i % 500 == 0) {
                    store.sweep(Start + (i % 1000 == 0 ? 0s : 1s));
                    store.configure(limits(40 + static_cast<std::size_t>(t), 200000));
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    QCOMPARE(wrong.load(), 0);
    QVERIFY(store.count() <= 43);
    store.configure(limits(0));
    QCOMPARE(store.bytes(), std::size_t(0));
}

QTEST_GUILESS_MAIN(ResponseStoreTest)
#include "tst_responsestore.moc"
