// SPDX-License-Identifier: MIT
// Who waits for a slot gets it in order, nobody is forgotten, and nobody waits beside a free slot.
#include "core/upstream/admissionqueue.h"
#include "tests/upstream/loopthread.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <array>
#include <mutex>
#include <optional>
#include <string>

using namespace meridian;
using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

using Backends = AdmissionQueue::Backends;
using TicketPtr = std::shared_ptr<AdmissionQueue::Ticket>;

std::shared_ptr<Backend> backendFor(std::int64_t limit, const std::string &name = "b")
{
    model::BackendSettings settings;
    settings.name = name;
    settings.maxConcurrency = limit;
    return makeBackend(std::move(settings));
}

/// Takes a slot as routing does.
InflightGuard occupy(const std::shared_ptr<Backend> &backend, AdmissionQueue &queue)
{
    const bool isTaken = backend->state()->load.tryEnter(backend->settings().maxConcurrency, 1.0,
                                                         std::chrono::steady_clock::now());
    return isTaken ? InflightGuard(backend, 1.0, &queue) : InflightGuard();
}

AdmissionQueue &configured(AdmissionQueue &queue, std::size_t maxQueue)
{
    model::AdmissionSettings settings;
    settings.maxQueue = maxQueue;
    queue.configure(settings);
    return queue;
}

/// Names in the order in which they were served; any thread.
class Served
{
public:
    void add(const std::string &name)
    {
        const std::scoped_lock lock(m_lock);
        m_names += name;
    }

    std::string names() const
    {
        const std::scoped_lock lock(m_lock);
        return m_names;
    }

private:
    mutable std::mutex m_lock;
    std::string m_names;
};

} // namespace

class TestAdmissionQueue : public QObject
{
    Q_OBJECT

private:
    /// Waits as `name`; once served, notes it and gives the slot back.
    static TicketPtr wait(AdmissionQueue &queue,
                          LoopThread &thread,
                          const Backends &accepts,
                          Served &served,
                          const std::string &name,
                          int priority = 0)
    {
        TicketPtr ticket;
        thread.call([&] {
            ticket = queue
                         .join(thread.loop(), accepts, 1.0, priority,
                               [&queue, &served, name](std::shared_ptr<Backend> backend) {
                                   InflightGuard slot(std::move(backend), 1.0, &queue);
                                   served.add(name);
                               })
                         .ticket;
        });
        return ticket;
    }

private Q_SLOTS:

    void aFreeSlotIsGivenAtOnce()
    {
        AdmissionQueue queue; // even one in which nobody may wait
        LoopThread thread;
        const auto busy = backendFor(2, "busy");
        const auto calm = backendFor(2, "calm");
        const InflightGuard other = occupy(busy, queue);
        auto joined = queue.join(thread.loop(), {busy, calm}, 1.0, 0, nullptr);
        QCOMPARE(joined.granted, calm);
        QVERIFY(!joined.ticket && !joined.isFull());
        QCOMPARE(calm->inflight(), std::int64_t{1});
        QCOMPARE(queue.waiting(), std::size_t{0});
    }

    void priorityThenArrivalOverThreads()
    {
        AdmissionQueue queue;
        configured(queue, 16);
        std::array<LoopThread, 3> threads;
        const auto backend = backendFor(1);
        Served served;
        InflightGuard slot = occupy(backend, queue);
        std::vector<TicketPtr> tickets;
        const std::array<std::pair<const char *, int>, 6> arrivals{
            {{"a", 0}, {"b", 100}, {"c", 0}, {"d", -100}, {"e", 100}, {"f", 7}}};
        for (std::size_t i = 0; i < arrivals.size(); ++i) {
            tickets.push_back(wait(queue, threads.at(i % threads.size()), {backend}, served,
                                   arrivals.at(i).first, arrivals.at(i).second));
            QVERIFY(tickets.back());
        }
        QCOMPARE(queue.waiting(), arrivals.size());
        QCOMPARE(queue.waitingFor(*backend), arrivals.size());
        slot.release();
        QTRY_COMPARE(served.names(), std::string("befacd"));
        QTRY_COMPARE(backend->inflight(), std::int64_t{0});
        QCOMPARE(queue.waiting(), std::size_t{0});
    }

    void boundedPerBackend()
    {
        AdmissionQueue queue;
        configured(queue, 2);
        LoopThread thread;
        const auto one = backendFor(1, "one");
        const auto two = backendFor(1, "two");
        Served served;
        InflightGuard first = occupy(one, queue);
        InflightGuard second = occupy(two, queue);
        std::vector<TicketPtr> tickets;
        for (int i = 0; i < 4; ++i) {
            tickets.push_back(wait(queue, thread, {one, two}, served, "x"));
            QVERIFY(tickets.back());
        }
        QVERIFY(queue.join(thread.loop(), {one, two}, 1.0, 100, nullptr).isFull());
        QVERIFY(queue.join(thread.loop(), {two, one}, 1.0, 0, nullptr).isFull());
        QCOMPARE(queue.waiting(), std::size_t{4});
        configured(queue, 3);
        QVERIFY(wait(queue, thread, {one, two}, served, "x"));
        second.release();
        QTRY_COMPARE(served.names(), std::string("xxxxx"));
        QCOMPARE(queue.waiting(), std::size_t{0});
    }

    void nobodyMayWaitWithoutAQueue()
    {
        AdmissionQueue queue;
        configured(queue, 0);
        LoopThread thread;
        const auto backend = backendFor(1);
        const InflightGuard slot = occupy(backend, queue);
        QVERIFY(queue.join(thread.loop(), {backend}, 1.0, 0, nullptr).isFull());
        QCOMPARE(queue.waiting(), std::size_t{0});
    }

    void whoLeavesIsPassedOver()
    {
        AdmissionQueue queue;
        configured(queue, 8);
        LoopThread thread;
        const auto backend = backendFor(1);
        Served served;
        InflightGuard slot = occupy(backend, queue);
        const TicketPtr a = wait(queue, thread, {backend}, served, "a");
        const TicketPtr b = wait(queue, thread, {backend}, served, "b");
        thread.call([&] { queue.cancel(a); });
        QCOMPARE(queue.waiting(), std::size_t{1});
        slot.release();
        QTRY_COMPARE(served.names(), std::string("b"));
        QTRY_COMPARE(backend->inflight(), std::int64_t{0});
    }

    void aGrantToSomebodyWhoLeftGoesOn()
    {
        AdmissionQueue queue;
        configured(queue, 8);
        LoopThread one;
        LoopThread two;
        const auto backend = backendFor(1);
        Served served;
        InflightGuard slot = occupy(backend, queue);
        const TicketPtr a = wait(queue, one, {backend}, served, "a");
        const TicketPtr b = wait(queue, two, {backend}, served, "b");
        one.call([&] {
            slot.release();  // the slot is a's now; that is posted to this very thread …
            queue.cancel(a); // … which does not come to it before a has left
        });
        QTRY_COMPARE(served.names(), std::string("b"));
        QTRY_COMPARE(backend->inflight(), std::int64_t{0});
        QCOMPARE(queue.waiting(), std::size_t{0});
    }

    void linesShareABackendByUrgency()
    {
        AdmissionQueue queue;
        configured(queue, 8);
        LoopThread thread;
        const auto one = backendFor(1, "one");
        const auto two = backendFor(1, "two");
        Served served;
        InflightGuard first = occupy(one, queue);
        const InflightGuard second = occupy(two, queue);
        const TicketPtr a = wait(queue, thread, {one}, served, "a");
        const TicketPtr b = wait(queue, thread, {two, one}, served, "b", 5);
        const TicketPtr c = wait(queue, thread, {two}, served, "c", 9);
        QCOMPARE(queue.waitingFor(*one), std::size_t{2});
        QCOMPARE(queue.waitingFor(*two), std::size_t{2});
        first.release(); // c cannot use it
        QTRY_COMPARE(served.names(), std::string("ba"));
        QCOMPARE(queue.waiting(), std::size_t{1});
        thread.call([&] { queue.cancel(c); });
    }

    void onlyBackendsThatMayBeUsedAreGiven_data()
    {
        QTest::addColumn<int>("obstacle");
        QTest::newRow("unhealthy") << 0;
        QTest::newRow("draining") << 1;
        QTest::newRow("weight 0") << 2;
    }

    void onlyBackendsThatMayBeUsedAreGiven()
    {
        QFETCH(int, obstacle);
        AdmissionQueue queue;
        configured(queue, 8);
        LoopThread thread;
        const auto backend = backendFor(1);
        BackendState &state = *backend->state();
        Served served;
        InflightGuard slot = occupy(backend, queue);
        const TicketPtr ticket = wait(queue, thread, {backend}, served, "a");
        const auto obstruct = [&](bool isObstructed) {
            switch (obstacle) {
            case 0:
                isObstructed ? state.health.noteFailure(1) : state.health.noteProbeSuccess(1);
                return;
            case 1:
                state.operatorState.setDraining(isObstructed);
                return;
            default:
                state.operatorState.setWeightOverride(isObstructed ? 0 : -1);
            }
        };
        obstruct(true);
        slot.release();
        thread.call([] {}); // what would have been posted has run now
        QCOMPARE(served.names(), std::string());
        QCOMPARE(queue.waiting(), std::size_t{1});
        obstruct(false);
        queue.serve();
        QTRY_COMPARE(served.names(), std::string("a"));
    }

    void retryAfterGrowsWithTheQueue()
    {
        AdmissionQueue queue;
        configured(queue, 1000);
        LoopThread thread;
        const auto backend = backendFor(2);
        backend->state()->load.noteLatency(4s, TestEpoch); // two at a time: one each two seconds
        Served served;
        InflightGuard first = occupy(backend, queue);
        InflightGuard second = occupy(backend, queue);
        std::vector<TicketPtr> tickets;
        for (const int waiting : {0, 1, 2, 5, 20}) {
            while (tickets.size() < static_cast<std::size_t>(waiting)) {
                tickets.push_back(wait(queue, thread, {backend}, served, "x"));
            }
            QCOMPARE(queue.retryAfter({backend}).count(), std::int64_t{2} * (waiting + 1));
        }
        while (tickets.size() < 500) {
            tickets.push_back(wait(queue, thread, {backend}, served, "x"));
        }
        QCOMPARE(queue.retryAfter({backend}), std::chrono::seconds(300));
        thread.call([&] {
            for (const TicketPtr &ticket : tickets) {
                queue.cancel(ticket);
            }
        });
        QCOMPARE(queue.waiting(), std::size_t{0});
        QCOMPARE(queue.retryAfter({backend}), std::chrono::seconds(2));
        QCOMPARE(queue.retryAfter({backendFor(1000)}), std::chrono::seconds(1)); // never 0
        QCOMPARE(queue.retryAfter({}), std::chrono::seconds(1));
    }

    void nobodyIsForgottenUnderStress_data();
    void nobodyIsForgottenUnderStress();
};

namespace {

/// One of the stress test's workers: exchange after exchange, some of which give up.
class Hurry
{
public:
    Hurry(AdmissionQueue &queue, Backends backends, std::atomic<int> &over, unsigned seed)
        : m_queue(queue)
        , m_backends(std::move(backends))
        , m_over(over)
        , m_seed(seed)
    {
    }

    void start(int exchanges)
    {
        m_left = exchanges;
        m_thread.loop().post([this] { next(); });
    }

    [[nodiscard]] int left() const { return m_left; }

private:
    void next()
    {
        if (m_left == 0) {
            return;
        }
        m_seed = m_seed * 1664525U + 1013904223U;
        auto joined = m_queue.join(m_thread.loop(), m_backends, 1.0, static_cast<int>(m_seed >> 30),
                                   [this](std::shared_ptr<Backend> backend) {
                                       m_ticket.reset();
                                       use(std::move(backend));
                                   });
        if (joined.granted) {
            use(std::move(joined.granted));
        } else if (!joined.ticket) {
            qFatal("the queue was full");
        } else if ((m_seed >> 16) % 8 == 0) {
            m_thread.loop().post([this, ticket = joined.ticket] {
                if (m_ticket == ticket) { // not served meanwhile
                    m_queue.cancel(ticket);
                    m_ticket.reset();
                    done();
                }
            });
            m_ticket = std::move(joined.ticket);
        } else {
            m_ticket = std::move(joined.ticket);
        }
    }

    void use(std::shared_ptr<Backend> backend)
    {
        if (backend->inflight() > backend->settings().maxConcurrency) {
            ++m_over;
        }
        m_slot = InflightGuard(std::move(backend), 1.0, &m_queue);
        m_thread.loop().post([this] {
            m_slot.release();
            done();
        });
    }

    void done()
    {
        --m_left;
        m_thread.loop().post([this] { next(); });
    }

    AdmissionQueue &m_queue;
    Backends m_backends;
    std::atomic<int> &m_over;
    unsigned m_seed;
    std::atomic<int> m_left{0};
    TicketPtr m_ticket;
    InflightGuard m_slot;
    LoopThread m_thread; // last: ends before what it uses
};

} // namespace

void TestAdmissionQueue::nobodyIsForgottenUnderStress_data()
{
    QTest::addColumn<unsigned>("workers");
    QTest::addColumn<int>("exchanges");
    QTest::newRow("four share a slot") << 4U << 10'000;
    QTest::newRow("two share a slot") << 2U << 60'000; // nobody waits most of the time
}

/// Nothing serves the queue but the slots that are given back: one wake-up that is lost, and all
/// stand still for ever.
void TestAdmissionQueue::nobodyIsForgottenUnderStress()
{
    QFETCH(unsigned, workers);
    QFETCH(int, exchanges);
    AdmissionQueue queue;
    configured(queue, 64);
    const auto backend = backendFor(1);
    std::atomic<int> over{0};
    {
        std::vector<std::unique_ptr<Hurry>> all;
        for (unsigned i = 0; i < workers; ++i) {
            all.push_back(std::make_unique<Hurry>(queue, Backends{backend}, over, 4711U * (i + 1)));
        }
        for (const auto &worker : all) {
            worker->start(exchanges);
        }
        const auto left = [&] {
            int sum = 0;
            for (const auto &worker : all) {
                sum += worker->left();
            }
            return sum;
        };
        int before = left();
        while (before > 0) { // as long as anything moves; nothing for ten seconds is a standstill
            QTRY_VERIFY2_WITH_TIMEOUT(left() < before, std::to_string(before).c_str(), 10'000);
            before = left();
        }
    }
    QCOMPARE(over.load(), 0);
    QCOMPARE(backend->inflight(), std::int64_t{0});
    QCOMPARE(queue.waiting(), std::size_t{0});
}

QTEST_GUILESS_MAIN(TestAdmissionQueue)
#include "tst_admissionqueue.moc"
