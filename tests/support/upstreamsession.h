// SPDX-License-Identifier: MIT
// One connection of a FakeUpstream: reads requests, plays replies.
#pragma once

#include "tests/support/bytestream.h"
#include "tests/support/fakeupstream.h"

#include <optional>
#include <string>

namespace meridian::support {

/// Lives on the stack of the connection's thread.
class UpstreamSession
{
public:
    UpstreamSession(FakeUpstream &owner, ByteStream stream, std::size_t number);

    /// Until the connection ends.
    void run();

private:
    [[nodiscard]] bool startTls();
    [[nodiscard]] std::optional<RecordedRequest> readRequest();
    [[nodiscard]] bool readBody(RecordedRequest &request);
    [[nodiscard]] bool readMore();
    [[nodiscard]] bool play(const Reply &reply);
    [[nodiscard]] bool perform(const Reply::Step &step);
    void lingerUntilPeerCloses();
    [[nodiscard]] bool succeeded(IoStatus status);

    FakeUpstream &m_owner;
    ByteStream m_stream;
    std::size_t m_number;
    std::string m_pending; // read, not used yet
};

} // namespace meridian::support
