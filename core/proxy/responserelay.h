// SPDX-License-Identifier: MIT
// Passes a response on to the client as it comes, and reads its usage on the way.
#pragma once

#include "core/http/mediatype.h"
#include "core/http/serverconnection.h"
#include "core/http/sseboundary.h"
#include "core/http/streamusage.h"
#include "core/json/usage.h"
#include "core/proxy/passingstream.h"

#include <optional>
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
    /// `dialect`: of the client, and so of what passes.
    ResponseRelay(http::ServerConnection &client, provider::Dialect dialect) noexcept;

    /// Writes the head; `ownHeaders` are whole lines.
    void start(const http::MessageHead &head, std::string_view ownHeaders);

    /// The same in two steps: own lines are appended to what startHead() returns. `type`: of the
    /// head.
    [[nodiscard]] std::string &startHead(const http::MessageHead &head, http::MediaType type);
    void startBody();
    void body(std::string_view bytes);

    /// The response is complete: passes on what was held back, mends a missing end and settles
    /// usage(). The caller finishes the client's side; of a truncated stream, with breakOff(),
    /// unless another backend goes on.
    [[nodiscard]] PassingStream::End complete();

    /// The response broke off. A stream is ended with an error event in its dialect, anything else
    /// is cut, because no client could tell a shortened body from a whole one otherwise.
    void breakOff(std::string_view type, std::string_view message);

    /// Every whole event from now on is shown to `watcher`, which outlives this; null: to nobody.
    void watch(StreamContinuation *watcher) noexcept { m_watcher = watcher; }

    /// The upstream broke off and another will go on: forgets the unfinished event. False when
    /// part of one has been passed on already.
    [[nodiscard]] bool rewind();

    /// A line for whoever reads the stream's bytes; clients skip comments.
    void comment(std::string_view text);

    [[nodiscard]] bool isEventStream() const noexcept { return m_isEventStream; }

    [[nodiscard]] const json::Usage &usage() const noexcept;

    /// What was wrong with an event stream that passed as it came.
    [[nodiscard]] const provider::StreamDefects &defects() const noexcept
    {
        return m_passing.defects();
    }

    /// The stream goes on without them.
    [[nodiscard]] provider::StreamDefects takeDefects() noexcept { return m_passing.takeDefects(); }

private:
    void relayEvents(std::string_view bytes);
    void release(std::string_view events, bool isWhole);
    [[nodiscard]] PassingStream::End completeEvents();

    http::ServerConnection &m_client;
    const provider::Dialect m_dialect;
    const json::UsageForm m_form;
    bool m_isEventStream = false;
    bool m_isJson = false;
    bool m_isLines = false;  // Ollama's stream
    bool m_isJudged = false; // a good answer: m_passing looks at it
    bool m_isMidLine = false;
    std::optional<std::uint64_t> m_length; // as promised to the client
    std::uint64_t m_seen = 0;
    std::string m_held;        // the unfinished event
    bool m_isMidEvent = false; // part of an oversized event has been passed on
    http::SseBoundary m_boundary;
    http::StreamUsage m_streamUsage;
    StreamContinuation *m_watcher = nullptr;
    PassingStream m_passing;
    json::UsageTail m_tail;
    json::Usage m_usage;
};

} // namespace meridian::proxy
