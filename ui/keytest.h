// SPDX-License-Identifier: MIT
// Is a key good? One GET of the provider's list of models with it, which costs nothing.
#pragma once

#include "core/credentials/httpcall.h"

#include <QString>

#include <functional>
#include <memory>

namespace meridian::ui {

/// Thread: the loop's. Uses the gateway's own client. `done` is called once, later; not at all when
/// this ends first.
class KeyTest
{
public:
    struct Verdict
    {
        bool isOk = false;
        bool isRefused = false; // the provider says that the key is wrong
        QString message;        // for a person, never with the key in it
        int models = 0;         // in the list
    };

    using Done = std::function<void(const Verdict &)>;

    /// `url`: the backend's; empty: the provider's public one.
    KeyTest(event::Loop &loop,
            const QString &provider,
            const QString &url,
            const Secret &key,
            Done done);
    ~KeyTest();
    KeyTest(const KeyTest &) = delete;
    KeyTest &operator=(const KeyTest &) = delete;

private:
    void answered(credentials::HttpAnswer &answer);
    void refuse(const QString &message);

    event::Loop &m_loop;
    Done m_done;
    std::unique_ptr<credentials::HttpCall> m_call;
    std::shared_ptr<int> m_alive = std::make_shared<int>();
};

} // namespace meridian::ui
