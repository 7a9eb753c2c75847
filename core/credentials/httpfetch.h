// SPDX-License-Identifier: MIT
// An attempt that consists of HTTP calls, one after the other.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/httpcall.h"

#include <functional>
#include <memory>

namespace meridian::credentials {

/// Base of such attempts: call() the first from begin(), the next from what the one before said,
/// then end with succeed() or fail().
class HttpFetch : public Fetch
{
public:
    HttpFetch(event::Loop &loop, Fetcher::Done done)
        : m_loop(loop)
        , m_done(std::move(done))
    {
    }

protected:
    /// `next` gets an answer of any status; without one the attempt fails. One call at a time.
    void call(HttpRequest request, std::function<void(const HttpAnswer &)> next);

    /// The same, but `next` hears of no answer too (status 0).
    void tryCall(HttpRequest request, std::function<void(const HttpAnswer &)> next);

    void succeed(provider::Credential credential);
    void fail(FetchFailure failure);

private:
    event::Loop &m_loop;
    Fetcher::Done m_done;
    std::unique_ptr<HttpCall> m_call;
};

} // namespace meridian::credentials
