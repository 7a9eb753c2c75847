// SPDX-License-Identifier: MIT
// A worker's thread as an admission queue sees it: a loop that runs what is posted to it.
#pragma once

#include "core/event/epolldispatcher.h"
#include "core/event/loop.h"

#include <QSemaphore>
#include <QThread>

#include <functional>

namespace meridian::upstream {

/// Started by its constructor, ended by its destructor.
class LoopThread final : public QThread
{
public:
    LoopThread()
    {
        setEventDispatcher(new event::EpollDispatcher);
        start();
        m_ready.acquire();
    }

    ~LoopThread() override
    {
        quit();
        QThread::wait();
    }

    [[nodiscard]] event::Loop &loop() noexcept { return *m_loop; }

    /// Runs the task on this thread and waits for it.
    void call(const std::function<void()> &task)
    {
        QSemaphore done;
        m_loop->post([&] {
            task();
            done.release();
        });
        done.acquire();
    }

protected:
    void run() override
    {
        event::Loop loop;
        m_loop = &loop;
        m_ready.release();
        exec();
        loop.finish();
    }

private:
    QSemaphore m_ready;
    event::Loop *m_loop = nullptr;
};

} // namespace meridian::upstream
