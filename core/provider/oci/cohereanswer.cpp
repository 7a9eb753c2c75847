// SPDX-License-Identifier: MIT
#include "core/provider/oci/chatanswers.h"
#include "core/provider/oci/eventdecoder.h"
#include "core/provider/oci/toolcalls.h"
#include "core/provider/oci/wholeanswer.h"

namespace meridian::provider::oci {

namespace {

using json::Value;

bool isFinal(Value event)
{
    return !event["finishReason"].text().empty();
}

class Decoder final : public EventDecoder
{
public:
    using EventDecoder::EventDecoder;

private:
    void event(Value value) override;

    ToolCalls m_calls{writer()};
    bool m_hasText = false;
};

void Decoder::event(Value value)
{
    // an event that ends the answer, or calls tools, says all of its text once more; it counts only
    // when there was nothing before it
    const bool mayRepeat = isFinal(value) || value["toolCalls"].count() > 0;
    const bool isFirst = isFinal(value) && !m_hasText && m_calls.isEmpty();
    if (!mayRepeat || isFirst) {
        const std::string text = value["text"].text();
        m_hasText = m_hasText || !text.empty();
        writer().text(text);
    }
    m_calls.withoutIds(value["toolCalls"]);
    readFinish(value["finishReason"], value, writer());
}

} // namespace

std::unique_ptr<AnswerDecoder>
cohereStream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
{
    return std::make_unique<Decoder>(sink, defects, idSeed);
}

void readCohereAnswer(Value body, AnswerSink &sink, std::string_view idSeed)
{
    StreamDefects defects;
    AnswerWriter writer(sink, defects, idSeed);
    readWholeAnswer(body, writer, [&writer](Value answer) {
        if (!answer["text"].isString() && !answer["toolCalls"].isArray() && !isFinal(answer)) {
            return false;
        }
        ToolCalls calls(writer);
        writer.text(answer["text"].text());
        answer["toolCalls"].elements([&](Value call) { calls.whole(call); });
        readFinish(answer["finishReason"], answer, writer);
        return true;
    });
}

} // namespace meridian::provider::oci
