// SPDX-License-Identifier: MIT
#include "core/provider/oci/chatanswers.h"
#include "core/provider/oci/eventdecoder.h"
#include "core/provider/oci/toolcalls.h"
#include "core/provider/oci/wholeanswer.h"

namespace meridian::provider::oci {

namespace {

using json::Value;

/// Everything of a message but its calls; thoughts come before what was thought of.
void readMessage(Value message, AnswerWriter &writer)
{
    writer.thinking(message["reasoningContent"].text());
    readContent(message["content"], Dialect::OciGeneric, writer);
    writer.refusal(message["refusal"].text());
}

/// Only one answer is told: the first.
bool isFirst(Value choice)
{
    return choice["index"].integer().value_or(0) == 0;
}

class Decoder final : public EventDecoder
{
public:
    using EventDecoder::EventDecoder;

private:
    void event(Value value) override;
    void choice(Value choice);

    ToolCalls m_calls{writer()};
};

void Decoder::event(Value value)
{
    if (value["choices"].isArray()) {
        value["choices"].elements([&](Value each) { choice(each); });
    } else {
        choice(value);
    }
}

void Decoder::choice(Value choice)
{
    if (!isFirst(choice)) {
        return;
    }
    const Value message = choice["message"];
    readMessage(message, writer());
    std::size_t position = 0;
    message["toolCalls"].elements([&](Value call) { m_calls.fragment(position++, call); });
    readFinish(choice["finishReason"], choice, writer());
}

} // namespace

std::unique_ptr<AnswerDecoder>
genericStream(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
{
    return std::make_unique<Decoder>(sink, defects, idSeed);
}

void readGenericAnswer(Value body, AnswerSink &sink, std::string_view idSeed)
{
    StreamDefects defects;
    AnswerWriter writer(sink, defects, idSeed);
    readWholeAnswer(body, writer, [&writer](Value answer) {
        ToolCalls calls(writer);
        bool isAnswer = false;
        answer["choices"].elements([&](Value choice) {
            if (isAnswer || !choice.isObject() || !isFirst(choice)) {
                return;
            }
            isAnswer = true;
            readMessage(choice["message"], writer);
            choice["message"]["toolCalls"].elements([&](Value call) { calls.whole(call); });
            readFinish(choice["finishReason"], choice, writer);
        });
        return isAnswer;
    });
}

} // namespace meridian::provider::oci
