// SPDX-License-Identifier: MIT
// Gemini as clients speak it: generateContent, streamGenerateContent and countTokens.
#include "core/provider/builtincodecs.h"
#include "core/provider/gemini/answerencoder.h"
#include "core/provider/gemini/errors.h"
#include "core/provider/gemini/jsonarray.h"
#include "core/provider/gemini/requestreader.h"
#include "core/provider/gemini/streamencoder.h"
#include "core/provider/geminitarget.h"

#include <algorithm>

namespace meridian::provider {

namespace {

using namespace gemini;

constexpr std::string_view StreamVerb = "streamGenerateContent";
constexpr std::string_view CountVerb = "countTokens";

/// Does the query ask for server-sent events? Google's front end also takes `$alt`.
bool asksForEvents(std::string_view query)
{
    query.remove_prefix(query.starts_with('?') ? 1 : 0);
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string parameter = percentDecoded(query.substr(0, end));
        if (parameter == "alt=sse" || parameter == "$alt=sse") {
            return true;
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return false;
}

/// Model and method from the request line.
std::string readTarget(std::string_view target, ChatRequest &request)
{
    const GeminiTarget parsed = parseGeminiTarget(target);
    request.model = percentDecoded(parsed.model);
    std::string verb = percentDecoded(parsed.verb);
    if (const std::size_t colon = request.model.rfind(':');
        verb.empty() && colon != std::string::npos) { // `%3AgenerateContent`
        verb = request.model.substr(colon + 1);
        request.model.resize(colon);
    }
    request.isStream = verb == StreamVerb;
    if (request.isStream && !asksForEvents(parsed.query)) {
        request.extras.push_back({std::string(FramingExtra), "\"json\""});
    }
    return verb;
}

class GeminiClient final : public ClientCodec
{
public:
    Dialect dialect() const noexcept override { return Dialect::Gemini; }

    Decoded<ChatRequest> decodeRequest(json::Value body, std::string_view target) const override
    {
        ChatRequest request;
        request.origin = Dialect::Gemini;
        const std::string verb = readTarget(target, request);
        Problem problem;
        std::string path;
        if (verb == CountVerb) {
            Fields count(body, {}, problem);
            if (const json::Value inner = count.object("generateContentRequest");
                !inner.isMissing()) {
                if (count.has("contents")) {
                    problem.say("contents", "cannot stand beside generateContentRequest");
                }
                path = "generateContentRequest";
                count.rest(request.extras);
                body = inner;
            }
        }
        readRequest(body, path, request, problem);
        if (problem.first()) {
            return tl::unexpected<BadRequest>(*problem.first());
        }
        return request;
    }

    std::string encodeAnswer(const Answer &answer, const AnswerContext &context) const override
    {
        return writeAnswer(answer, context);
    }

    std::unique_ptr<AnswerSink> streamEncoder(std::string &out,
                                              const AnswerContext &context) const override
    {
        const bool isArray = context.request != nullptr && wantsJsonArray(*context.request);
        return std::make_unique<StreamEncoder>(out, context, isArray);
    }

    std::string
    encodeError(const ApiError &error, int status, std::string_view requestId) const override
    {
        return writeError(error, status, requestId);
    }
};

} // namespace

const ClientCodec &geminiClient()
{
    static const GeminiClient Codec;
    return Codec;
}

} // namespace meridian::provider
