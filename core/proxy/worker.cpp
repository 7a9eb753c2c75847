// SPDX-License-Identifier: MIT
#include "core/proxy/worker.h"

#include "core/event/epolldispatcher.h"
#include "core/proxy/connectionmanager.h"
#include "core/proxy/workercontext.h"

#include <QLoggingCategory>
#include <QSemaphore>
#include <QThread>

#include <cstring>
#include <optional>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcNet, "meridian.net")

/// The objects of the worker's thread, in order of construction.
struct Inside
{
    Inside(Worker::Setup &setup, observe::WorkerMetrics &metrics)
        : context{.loop = loop,
                  .metrics = metrics,
                  .log = *setup.log,
                  .snapshot = nullptr,
                  .connectControl = setup.connectControl,
                  .events = setup.events}
    {
        context.adopt(setup.snapshot);
        manager.emplace(context, setup.limits, *setup.budget, setup.tls);
        acceptor.emplace(
            loop, setup.listeningFd, *setup.budget,
            net::Acceptor::Events{
                [this](int fd, const net::SocketAddress &peer) { manager->accept(fd, peer); },
                [this] {
                    context.metrics.count(observe::Counter::ConnectionsRejectedAtCap);
                    qCWarning(lcNet, "connection limit reached: accepting pauses");
                },
                [this](int error) {
                    context.metrics.count(observe::Counter::AcceptErrors);
                    qCWarning(lcNet, "accept failed: %s", std::strerror(error));
                }});
        loop.setTurnObserver([&metrics](std::chrono::nanoseconds busy) { metrics.turn(busy); });
    }

    event::Loop loop;
    WorkerContext context;
    std::optional<ConnectionManager> manager;
    std::optional<net::Acceptor> acceptor;
};

} // namespace

class Worker::Thread final : public QThread
{
public:
    Thread(Setup setup, observe::WorkerMetrics &metrics)
        : m_setup(std::move(setup))
        , m_metrics(metrics)
    {
        setEventDispatcher(new event::EpollDispatcher);
        setObjectName(QStringLiteral("worker"));
    }

    void waitUntilReady() { m_ready.acquire(); }

    template <typename Task>
    void post(Task task)
    {
        m_inside->loop.post([this, task = std::move(task)] { task(*m_inside); });
    }

protected:
    void run() override
    {
        Inside inside(m_setup, m_metrics);
        m_inside = &inside;
        m_ready.release();
        exec();
        inside.acceptor.reset();
        inside.manager.reset();
        inside.context.pool.clear();
        inside.loop.finish();
    }

private:
    Setup m_setup;
    observe::WorkerMetrics &m_metrics;
    QSemaphore m_ready;
    Inside *m_inside = nullptr;
};

Worker::Worker(Setup setup)
    : m_metrics(std::make_unique<observe::WorkerMetrics>())
    , m_thread(std::make_unique<Thread>(std::move(setup), *m_metrics))
{
}

Worker::~Worker()
{
    m_thread->quit();
    m_thread->wait();
}

void Worker::start()
{
    m_thread->start();
    m_thread->waitUntilReady();
}

void Worker::publish(std::shared_ptr<const upstream::Snapshot> snapshot,
                     const Limits &limits,
                     std::shared_ptr<net::TlsContext> tls)
{
    m_thread->post([snapshot = std::move(snapshot), limits, tls = std::move(tls)](Inside &inside) {
        inside.context.adopt(snapshot);
        inside.manager->configure(limits, tls);
    });
}

void Worker::drain(std::function<void()> drained)
{
    m_thread->post([drained = std::move(drained)](Inside &inside) {
        inside.acceptor->stop();
        inside.manager->drain(drained);
    });
}

void Worker::endAll()
{
    m_thread->post([](Inside &inside) { inside.manager->endAll(); });
}

} // namespace meridian::proxy
