// SPDX-License-Identifier: MIT
// OpenAI's Responses API as clients speak it.
#include "core/provider/builtincodecs.h"
#include "core/provider/responses/eventencoder.h"
#include "core/provider/responses/itemwriter.h"
#include "core/provider/responses/requestreader.h"
#include "core/provider/responses/responseid.h"
#include "core/provider/responses/responsewriter.h"

namespace meridian::provider {

namespace {

class OpenAiResponsesClient final : public ClientCodec
{
public:
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::OpenAiResponses; }

    [[nodiscard]] Decoded<ChatRequest> decodeRequest(json::Value body,
                                                     std::string_view target) const override
    {
        return responses::readRequest(body, target);
    }

    [[nodiscard]] std::string encodeAnswer(const Answer &answer,
                                           const AnswerContext &context) const override
    {
        const ChatRequest &request = *context.request;
        const std::string id = responses::responseId(context.requestId);
        const responses::ItemWriter items(request.tools, id, responses::wantsSignatures(request));
        const std::string output = items.items(answer);
        responses::ResponseState state;
        state.id = id;
        state.model = context.model.empty() ? std::string_view(answer.start.model) : context.model;
        state.created = answer.start.created != 0 ? answer.start.created : context.created;
        state.incompleteReason =
            responses::incompleteReason(answer.finish, responses::hasRefusal(answer));
        state.status = state.incompleteReason.empty() ? "completed" : "incomplete";
        state.output = output;
        state.usage = &answer.usage;
        return responses::responseObject(state, responses::echoOf(request));
    }

    [[nodiscard]] std::unique_ptr<AnswerSink>
    streamEncoder(std::string &out, const AnswerContext &context) const override
    {
        return std::make_unique<responses::EventEncoder>(out, context);
    }

    [[nodiscard]] std::string
    encodeError(const ApiError &error, int, std::string_view) const override
    {
        return responses::errorBody(error);
    }
};

} // namespace

const ClientCodec &openAiResponsesClient()
{
    static const OpenAiResponsesClient codec;
    return codec;
}

} // namespace meridian::provider
