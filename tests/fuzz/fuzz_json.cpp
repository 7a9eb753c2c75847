// SPDX-License-Identifier: MIT
// Fuzzes the request scanner against simdjson's full parser, and the usage search against every
// split.
#include "core/json/bodyscanner.h"
#include "core/json/promptestimate.h"
#include "core/json/usage.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

using namespace meridian::json;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

/// What the full parser accepts must be accepted, and mean the same.
void compareWithFullParser(std::string_view body, const ScanResult &result)
{
    static simdjson::dom::parser parser;
    simdjson::dom::element document;
    require(parser.allocate(std::max<std::size_t>(body.size(), 64), 1000) == simdjson::SUCCESS);
    if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) {
        return;
    }
    require(result.outcome != ScanOutcome::NotJson && result.outcome != ScanOutcome::InvalidUtf8);
    simdjson::dom::object object;
    const bool isObject = document.get(object) == simdjson::SUCCESS;
    require(isObject == (result.outcome != ScanOutcome::NotAnObject));
    if (result.outcome != ScanOutcome::Ok) {
        return;
    }
    std::string_view model;
    if (object.at_key("model").get(model) != simdjson::SUCCESS) {
        model = {};
    }
    require(model == result.fields.model);
    bool stream = false;
    require(object.at_key("stream").get(stream) != simdjson::SUCCESS ||
            stream == result.fields.stream);
    simdjson::dom::element messages;
    require((object.at_key("messages").get(messages) == simdjson::SUCCESS) ==
            result.fields.messages.isPresent());
}

/// Each extent must be a JSON value of the body.
void checkExtents(std::string_view body, const BodyFields &fields)
{
    for (const Extent &extent : {fields.modelValue, fields.messages, fields.input, fields.prompt,
                                 fields.tools, fields.streamOptions}) {
        require(extent.offset <= body.size() && extent.size <= body.size() - extent.offset);
        if (extent.isPresent()) {
            const char first = extent.in(body).front();
            const char last = extent.in(body).back();
            require(first != '{' || last == '}');
            require(first != '[' || last == ']');
            require(first != '"' || (last == '"' && extent.size >= 2));
        }
    }
}

void fuzzUsage(std::string_view body)
{
    const Usage whole = UsageTail().finish(body);
    UsageTail split;
    const std::size_t cut = body.size() / 3;
    split.feed(body.substr(0, cut));
    const Usage parts = split.finish(body.substr(cut));
    require(whole.found == parts.found && whole.prompt == parts.prompt &&
            whole.completion == parts.completion);
    Usage merged;
    mergeUsage(merged, body);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static BodyScanner scanner;
    const std::string_view body(reinterpret_cast<const char *>(data), size);
    const ScanResult result = scanner.scan(body);
    require(result.reason.empty() == (result.outcome == ScanOutcome::Ok));
    if (!body.empty()) {
        compareWithFullParser(body, result);
    }
    checkExtents(body, result.fields);
    if (result.outcome == ScanOutcome::Ok) {
        require(estimatePromptTokens(body, result.fields) <= 4 * body.size() + 16);
        require(prefixHash(body, result.fields) == prefixHash(body, result.fields));
    }
    fuzzUsage(body);
    return 0;
}
