// SPDX-License-Identifier: MIT
#include "core/provider/oci/chatanswers.h"
#include "core/provider/oci/eventdecoder.h"
#include "core/provider/oci/toolcalls.h"
#include "core/provider/oci/wholeanswer.h"

namespace meridian::provider::oci {

namespace {

using json::Value;

/// The plan is what the model thinks before it calls tools.
void readMessage(Value message, AnswerWriter &writer)
{
    writer.thinking(message["toolPlan"].text());
    readContent(message["content"], Dialect::OciCohereV2, writer);
}

Value callsOf(Value event)
{
    const Value calls = event["message"]["toolCalls"];
    return calls.isArray() ? calls : event["toolCalls"];
}

bool hasContent(Value message)
{
    return message["toolPlan"].raw().size() > 2 || message["content"].count() > 0 ||
           message["content"].raw().size() > 2;
}

class Decoder final : public EventDecoder
{
public:
    using EventDecoder::EventDecoder;

private:
    void event(Value value) override;

    ToolCalls m_calls{writer()};
    bool m_hasContent = false;
};

void Decoder::event(Value value)
{
    // as with Cohere's first format: who ends the answer or calls tools repeats the text
    const bool isFinal = !value["finishReason"].text().empty();
    const Value calls = callsOf(value);
    const bool mayRepeat = isFinal || calls.count() > 0;
    const bool isFirst = isFinal && !m_hasContent && m_calls.isEmpty();
    if (!mayRepeat || isFirst) {
        m_hasContent = m_hasContent || hasContent(value["message"]);
        readMessage(value["message"], writer());
    }
    std::size_t position = 0;
    calls.elements([&](Value call) {
        if (isFinal) {
            m_calls.repeated(call);
        } else {
            m_calls.fragment(position++, call);
        }
    });
    readFinish(value["finishReason"], value, writer());
}

} // namespace

std::unique_ptr<AnswerDecoder>
cohereV2Stream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
{
    return std::make_unique<Decoder>(sink, defects, idSeed);
}

void readCohereV2Answer(Value body, AnswerSink &sink, std::string_view idSeed)
{
    StreamDefects defects;
    AnswerWriter writer(sink, defects, idSeed);
    readWholeAnswer(body, writer, [&writer](Value answer) {
        if (!answer["message"].isObject()) {
            return false;
        }
        ToolCalls calls(writer);
        readMessage(answer["message"], writer);
        callsOf(answer).elements([&](Value call) { calls.whole(call); });
        readFinish(answer["finishReason"], answer, writer);
        return true;
    });
}

} // namespace meridian::provider::oci
