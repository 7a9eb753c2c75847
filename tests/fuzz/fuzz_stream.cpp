// SPDX-License-Identifier: MIT
// Fuzzes what is remembered of a stream that may be continued, and the request for its rest.
#include "core/proxy/streamcontinuation.h"

#include <simdjson.h>

#include <cstdlib>
#include <string>

using namespace meridian;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::string Body =
        R"({"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true})";
    static json::BodyScanner scanner;
    static const auto Fields = scanner.scan(Body).fields;
    const std::string_view events(reinterpret_cast<const char *>(data), size);
    proxy::StreamContinuation whole;
    whole.feed(events);
    proxy::StreamContinuation split;
    split.feed(events.substr(0, size / 2));
    split.feed(events.substr(size / 2));
    require(whole.canContinue() == split.canContinue());
    if (whole.canContinue()) {
        require(whole.text() == split.text());
        const std::string rest = whole.request(Body, Fields.messages, Fields.modelValue, "other");
        simdjson::dom::parser parser;
        simdjson::dom::element document;
        require(parser.parse(rest).get(document) == simdjson::SUCCESS);
        std::string_view model;
        require(document["model"].get(model) == simdjson::SUCCESS && model == "other");
    }
    return 0;
}
