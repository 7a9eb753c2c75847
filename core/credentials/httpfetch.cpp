// SPDX-License-Identifier: MIT
// An attempt that consists of HTTP calls, one after the other.
#include "core/credentials/httpfetch.h"

#include <utility>

namespace meridian::credentials {

void HttpFetch::tryCall(HttpRequest request, std::function<void(const HttpAnswer &)> next)
{
    m_call = std::make_unique<HttpCall>(
        m_loop, std::move(request), [this, next = std::move(next)](HttpAnswer &answer) {
            const HttpAnswer kept = std::move(answer);
            const auto proceed = next; // the call, and this closure with it, may go meanwhile
            m_loop.deleteLater(std::move(m_call));
            proceed(kept);
        });
}

void HttpFetch::call(HttpRequest request, std::function<void(const HttpAnswer &)> next)
{
    tryCall(std::move(request), [this, next = std::move(next)](const HttpAnswer &answer) {
        if (answer.status == 0) {
            fail({answer.detail});
            return;
        }
        next(answer);
    });
}

void HttpFetch::succeed(provider::Credential credential)
{
    if (const auto done = std::exchange(m_done, nullptr)) {
        done(std::move(credential));
    }
}

void HttpFetch::fail(FetchFailure failure)
{
    if (const auto done = std::exchange(m_done, nullptr)) {
        done(tl::unexpected<FetchFailure>(std::move(failure)));
    }
}

} // namespace meridian::credentials
