// SPDX-License-Identifier: MIT
// Fuzzes conversations that refer to what was said before: two requests, the second after the first
// was answered and kept.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/common.h"
#include "core/provider/responses/responsehistory.h"
#include "core/provider/responses/responseid.h"

#include <cstdlib>
#include <string>

using namespace meridian;
using namespace meridian::provider;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

constexpr std::string_view Split = "\n--\n";
constexpr std::string_view Scope = "someone";

Answer madeAnswer(unsigned bits)
{
    Answer answer;
    Part part;
    part.text = "said";
    answer.parts.push_back(part);
    if ((bits & 1U) != 0) {
        part.kind = Part::Kind::ToolCall;
        part.id = "c1";
        part.name = "f";
        part.text = "{}";
        answer.parts.push_back(part);
    }
    if ((bits & 2U) != 0) {
        part.kind = Part::Kind::Thinking;
        part.signature = "s";
        part.signedBy = Vendor::Anthropic;
        answer.parts.push_back(part);
    }
    return answer;
}

/// One request of the conversation.
void exchange(std::string_view body,
              const std::string &requestId,
              ResponseStore &store,
              unsigned bits)
{
    static json::Checker checker;
    static json::Checker expanded;
    const std::string own(body);
    const auto value = checker.check(own);
    if (!value || !value->isObject()) {
        return;
    }
    const auto now = ResponseStore::Clock::time_point();
    auto continuation = responses::continueConversation(*value, store, Scope, now);
    if (!continuation) {
        require(!continuation.error().message.empty());
        require(statusOf(continuation.error()) < 500);
        return;
    }
    json::Value whole = *value;
    if (!continuation->body.empty()) {
        const auto read = expanded.check(continuation->body);
        if (!read && own.size() > 900) { // nests too deep by now
            return;
        }
        require(read && read->isObject());
        whole = *read;
    }
    const auto request = openAiResponsesClient().decodeRequest(whole, "/v1/responses");
    if (!request) {
        return;
    }
    const AnswerContext context{requestId, "m", 1, &*request};
    static_cast<void>(responses::remember(store, Scope, std::move(*continuation), madeAnswer(bits),
                                          context, now));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    model::TranslationSettings settings;
    settings.maxStoredResponses = 3;
    settings.maxStoredResponseBytes = 20000;
    ResponseStore store(settings);
    std::string_view rest(reinterpret_cast<const char *>(data) + 1, size - 1);
    for (unsigned i = 0; i < 4 && !rest.empty(); ++i) {
        const std::size_t end = std::min(rest.find(Split), rest.size());
        std::string body(rest.substr(0, end));
        rest.remove_prefix(std::min(end + Split.size(), rest.size()));
        const std::string previous = responses::responseId(std::to_string(i + 99));
        if (const auto at = body.find("$PREV"); at != std::string::npos) { // nobody guesses an id
            body.replace(at, 5, previous);
        }
        exchange(body, std::to_string(i + 100), store, data[0]);
        require(store.count() <= 3 && store.bytes() <= 20000);
    }
    return 0;
}
