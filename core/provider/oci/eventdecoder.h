// SPDX-License-Identifier: MIT
// OCI's event streams: cut into lines, because its events are not always ended by a blank one.
#pragma once

#include "core/json/checker.h"
#include "core/provider/answerwriter.h"
#include "core/provider/codec.h"

#include <string>
#include <string_view>

namespace meridian::provider::oci {

/// Reads `data:` lines that hold an object each, up to `[DONE]` or the body's end; derived classes
/// know what the objects mean. One per answer, one thread.
class EventDecoder : public AnswerDecoder
{
public:
    /// Of one line. Cohere's last event repeats the conversation, so it is as large as a prompt.
    static constexpr std::size_t MaxLine = 8UL * 1024 * 1024;

    EventDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_writer(sink, defects, idSeed)
    {
    }

    void feed(std::string_view bytes) override;
    void bodyEnded() override;

protected:
    /// An event that is no error; the answer has started.
    virtual void event(json::Value value) = 0;

    [[nodiscard]] AnswerWriter &writer() noexcept { return m_writer; }

private:
    void line(std::string_view line);
    void payload(std::string_view text);
    void object(json::Value value);
    void done();

    AnswerWriter m_writer;
    json::Checker m_checker;
    std::string m_partial; // of a line, from earlier pieces
};

} // namespace meridian::provider::oci
