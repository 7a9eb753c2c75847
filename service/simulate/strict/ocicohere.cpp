// SPDX-License-Identifier: MIT
#include "service/simulate/strict/ocicohere.h"

namespace meridian::simulate {

namespace {

using json::Value;

void call(Rules &rules, Value call, const std::string &path)
{
    rules.only(call, path, {"name", "parameters"});
    rules.needsText(call, path, "name");
    rules.needsObject(call, path, "parameters");
}

void results(Rules &rules, Value results, const std::string &path)
{
    rules.each(results, path, [&](Value each, const std::string &place) {
        rules.only(each, place, {"call", "outputs"});
        if (rules.needsObject(each, place, "call")) {
            call(rules, each["call"], place + ".call");
        }
        rules.needsArray(each, place, "outputs");
        rules.each(each["outputs"], place + ".outputs", [&](Value output, const std::string &at) {
            if (!output.isObject()) {
                rules.refuse(at, "must be an object");
            }
        });
    });
}

void history(Rules &rules, Value entries, const std::string &path)
{
    bool isAfterTool = false;
    rules.each(entries, path, [&](Value entry, const std::string &place) {
        const Value role = entry["role"];
        rules.word(entry, place, "role", {"USER", "SYSTEM", "CHATBOT", "TOOL"});
        rules.needsText(entry, place, "role");
        if (role.is("TOOL")) {
            rules.only(entry, place, {"role", "toolResults"});
            rules.needsArray(entry, place, "toolResults");
            results(rules, entry["toolResults"], place + ".toolResults");
        } else if (role.is("CHATBOT")) {
            rules.only(entry, place, {"role", "message", "toolCalls"});
            rules.needsText(entry, place, "message");
            rules.each(entry["toolCalls"], place + ".toolCalls",
                       [&](Value each, const std::string &at) { call(rules, each, at); });
        } else {
            rules.only(entry, place, {"role", "message"});
            if (!entry["message"].isString()) {
                rules.refuse(place + ".message", "must not be null");
            }
        }
        if (isAfterTool && role.is("USER")) {
            rules.refuse(place, "a USER entry must not follow a TOOL entry directly");
        }
        isAfterTool = role.is("TOOL");
    });
}

void tools(Rules &rules, Value tools, const std::string &path)
{
    rules.each(tools, path, [&](Value tool, const std::string &place) {
        rules.only(tool, place, {"name", "description", "parameterDefinitions"});
        rules.needsText(tool, place, "name");
        rules.needsText(tool, place, "description");
        tool["parameterDefinitions"].members([&](Value name, Value each) {
            const std::string at = place + ".parameterDefinitions." + name.text();
            rules.only(each, at, {"type", "description", "isRequired"});
            rules.word(each, at, "type", {"str", "float", "bool", "int", "list", "dict"});
            rules.needsText(each, at, "type");
            rules.boolean(each, at, "isRequired");
        });
    });
}

} // namespace

void checkOciCohere(Rules &rules, Value chat, const std::string &path)
{
    rules.only(chat, path,
               {"apiFormat",
                "message",
                "chatHistory",
                "preambleOverride",
                "tools",
                "toolResults",
                "isForceSingleStep",
                "maxTokens",
                "maxInputTokens",
                "temperature",
                "topP",
                "topK",
                "stopSequences",
                "seed",
                "frequencyPenalty",
                "presencePenalty",
                "documents",
                "safetyMode",
                "promptTruncation",
                "citationQuality",
                "responseFormat",
                "isStream",
                "streamOptions",
                "isEcho",
                "isSearchQueriesOnly",
                "isRawPrompting"});
    const bool hasResults = chat["toolResults"].count() > 0;
    if (!chat["message"].isString()) {
        rules.refuse(path + ".message", "must not be null");
    } else if (chat["message"].text().empty() && !hasResults) {
        rules.refuse(path + ".message", "must not be empty without tool results");
    } else if (!chat["message"].text().empty() && hasResults &&
               !chat["isForceSingleStep"].isTrue()) {
        rules.refuse(path + ".message", "cannot stand beside tool results in multi-step mode");
    }
    if (hasResults && chat["chatHistory"].count() == 0) {
        rules.refuse(path + ".toolResults", "there is no call in the history");
    }
    rules.word(chat["responseFormat"], path + ".responseFormat", "type", {"TEXT", "JSON_OBJECT"});
    history(rules, chat["chatHistory"], path + ".chatHistory");
    results(rules, chat["toolResults"], path + ".toolResults");
    tools(rules, chat["tools"], path + ".tools");
}

} // namespace meridian::simulate
