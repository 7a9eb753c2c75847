// SPDX-License-Identifier: MIT
// Passes a response on to the client as it comes, and reads its usage on the way.
#pragma once

#include "core/http/serverconnection.h"
#include "core/http/sseboundary.h"
#include "core/http/streamusage.h"
#include "core/json/usage.h"
#include "core/proxy/surfaces.h"

#include <string>
#include <string_view>

namespace meridian::proxy {

class StreamContinuation;

/// Stage "relay". Bytes are never changed. Of an event stream only whole events are passed on, so
/// that a stream that breaks can still be ended with a well-formed event; an event is held back no
/// longer than its own bytes take to come.
class ResponseRelay
{
public:
    explicit ResponseRelay(http::ServerConnection &client) noexcept
        : m_client(client)
    {
    }

    /// Writes the head; `ownHeaders` are whole lines.
    void start(const http::MessageHead &head, std::string_view ownHeaders);
    void body(std::string_view bytes);

    /// The response is complete: passes on what was held back and settles usage(). The caller
    /// finishes the client's side.
    void complete();

    /// The response broke off. An event stream is ended with an error event and [DONE], anything
    /// else is cut, because no client could tell a shortened body from a whole one otherwise.
    void breakOff(StreamDialect dialect, std::string_view type, std::string_view message);

    /// Every whole event from now on is shown to `watcher`, which outlives this; null: to nobody.
    void watch(StreamContinuation *watcher) noexcept { m_watcher = watcher; }

    /// The upstream broke off and another will go on: forgets the unfinished event. False when
    /// part of one has been passed on already.
    [[nodiscard]] bool rewind();

    /// A line for whoever reads the stream's bytes; clients skip comments.
    void comment(std::string_view text);

    [[nodiscard]] bool isEventStream() const noexcept { return m_isEventStream; }

    [[nodiscard]] const json::Usage &usage() const noexcept;

private:
    void relayEvents(std::string_view bytes);
    void release(std::string_view events);

    http::ServerConnection &m_client;
    bool m_isEventStream = false;
    bool m_isJson = false;
    std::uint64_t m_expected = 0; // content-length, 0 = unknown
    std::uint64_t m_seen = 0;
    std::string m_held;        // the unfinished event
    bool m_isMidEvent = false; // part of an oversized event has been passed on
    http::SseBoundary m_boundary;
    http::StreamUsage m_streamUsage;
    StreamContinuation *m_watcher = nullptr;
    json::UsageTail m_tail;
    json::Usage m_usage;
};

} // namespace meridian::proxy
