// SPDX-License-Identifier: MIT
#include "service/simulate/strict/geminicontents.h"
#include "service/simulate/strict/googleschema.h"
#include "service/simulate/strict/strictchecks.h"

namespace meridian::simulate {

namespace {

using json::Value;

void declarations(Rules &rules, Value list, const std::string &path, std::set<std::string> &names)
{
    rules.each(list, path, [&](Value each, const std::string &place) {
        onlyGoogle(rules, each, place,
                   {"name", "description", "parameters", "parametersJsonSchema", "response",
                    "responseJsonSchema", "behavior"});
        const std::string name = each["name"].text();
        if (!isName(name, "_.:-", 128) || !(isName(name.substr(0, 1), "_", 1)) ||
            (name[0] >= '0' && name[0] <= '9')) {
            rules.refuse(place + ".name",
                         "Invalid function name. Must start with a letter or an underscore.");
        }
        if (!names.insert(name).second) {
            rules.refuse({}, "Duplicate function declaration found: " + name);
        }
        const Value parameters = each["parameters"];
        if (!parameters.isMissing()) {
            checkGoogleSchema(rules, parameters, place + ".parameters");
            if (!googleField(each, "parametersJsonSchema").isMissing()) {
                rules.refuse(place, "parameters and parameters_json_schema are exclusive");
            }
        }
    });
}

void tools(Rules &rules, Value body)
{
    std::set<std::string> names;
    bool hasFunctions = false;
    rules.each(body["tools"], "tools", [&](Value tool, const std::string &path) {
        onlyGoogle(rules, tool, path,
                   {"functionDeclarations", "googleSearch", "googleSearchRetrieval",
                    "codeExecution", "urlContext", "computerUse", "fileSearch", "googleMaps",
                    "retrieval", "enterpriseWebSearch"});
        const Value list = googleField(tool, "functionDeclarations");
        if (!list.isMissing() && hasFunctions) {
            rules.refuse({}, "Multiple tools are supported only when they are all search tools.");
        }
        hasFunctions = hasFunctions || !list.isMissing();
        declarations(rules, list, path + ".functionDeclarations", names);
    });
    const Value config = googleField(body, "toolConfig");
    onlyGoogle(rules, config, "toolConfig", {"functionCallingConfig", "retrievalConfig"});
    const Value calling = googleField(config, "functionCallingConfig");
    const std::string path = "toolConfig.functionCallingConfig";
    onlyGoogle(rules, calling, path, {"mode", "allowedFunctionNames"});
    rules.word(calling, path, "mode", {"AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"});
    const Value allowed = googleField(calling, "allowedFunctionNames");
    if (allowed.count() > 0 && !isOneOf(calling["mode"], {"ANY", "VALIDATED"})) {
        rules.refuse(path, "allowed_function_names must not be set unless mode is ANY.");
    }
    rules.each(allowed, path + ".allowedFunctionNames", [&](Value each, const std::string &place) {
        if (!names.contains(each.text())) {
            rules.refuse(place, "is not a declared function");
        }
    });
}

void thinking(Rules &rules, Value config)
{
    const std::string path = "generationConfig.thinkingConfig";
    onlyGoogle(rules, config, path, {"includeThoughts", "thinkingBudget", "thinkingLevel"});
    const Value level = googleField(config, "thinkingLevel");
    if (!level.isMissing() && !googleField(config, "thinkingBudget").isMissing()) {
        rules.refuse({}, "You can only set only one of thinking budget and thinking level.");
    }
    if (!level.isMissing() &&
        !isOneOf(level, {"MINIMAL", "LOW", "MEDIUM", "HIGH", "minimal", "low", "medium", "high"})) {
        rules.refuse(path + ".thinkingLevel", "Invalid value");
    }
}

void generation(Rules &rules, Value config)
{
    const std::string path = "generationConfig";
    onlyGoogle(rules, config, path,
               {"temperature",
                "topP",
                "topK",
                "candidateCount",
                "maxOutputTokens",
                "stopSequences",
                "responseMimeType",
                "responseSchema",
                "responseJsonSchema",
                "presencePenalty",
                "frequencyPenalty",
                "seed",
                "responseLogprobs",
                "logprobs",
                "thinkingConfig",
                "responseModalities",
                "speechConfig",
                "mediaResolution",
                "imageConfig",
                "enableEnhancedCivicAnswers",
                "audioTimestamp",
                "routingConfig",
                "modelSelectionConfig"});
    rules.number(config, path, "temperature", 0, 2);
    rules.integer(config, path, "candidateCount", 1, 8);
    rules.integer(config, path, "maxOutputTokens", 1);
    rules.texts(config, path, "stopSequences", 5);
    const Value schema = googleField(config, "responseSchema");
    const bool hasJson = !googleField(config, "responseJsonSchema").isMissing();
    if (!schema.isMissing()) {
        checkGoogleSchema(rules, schema, path + ".responseSchema");
        if (hasJson) {
            rules.refuse(path, "response_schema and response_json_schema are exclusive");
        }
    }
    const std::string mime = googleField(config, "responseMimeType").text();
    if ((hasJson || !schema.isMissing()) && mime != "application/json" && mime != "text/x.enum") {
        rules.refuse(path, "response_schema is only supported with application/json");
    }
    thinking(rules, googleField(config, "thinkingConfig"));
}

} // namespace

std::optional<Refusal> checkGemini(Value body, const Call &call)
{
    Rules rules("Cannot find field.");
    std::string path;
    if (call.task == Task::Count) {
        if (const Value inner = googleField(body, "generateContentRequest"); inner.isObject()) {
            onlyGoogle(rules, body, {}, {"generateContentRequest"});
            body = inner;
            if (!body["model"].text().starts_with("models/")) {
                rules.refuse("generateContentRequest.model", "must be models/{model}");
            }
        } else if (!call.isVertex) {
            onlyGoogle(rules, body, {}, {"contents"});
        }
    }
    onlyGoogle(rules, body, {},
               {"contents", "systemInstruction", "generationConfig", "safetySettings", "tools",
                "toolConfig", "cachedContent", "labels", "model", "serviceTier", "store"});
    if (!call.isVertex && !body["labels"].isMissing()) {
        rules.refuse({},
                     "Invalid JSON payload received. Unknown name \"labels\": Cannot find field.");
    }
    if (const Value system = googleField(body, "systemInstruction"); !system.isMissing()) {
        onlyGoogle(rules, system, "systemInstruction", {"role", "parts"});
        rules.needsArray(system, "systemInstruction", "parts");
        rules.each(system["parts"], "systemInstruction.parts",
                   [&](Value each, const std::string &place) {
                       if (!each["text"].isString()) {
                           rules.refuse(place, "system instruction must be text");
                       }
                   });
    }
    rules.each(googleField(body, "safetySettings"), "safetySettings",
               [&](Value each, const std::string &place) {
                   onlyGoogle(rules, each, place, {"category", "threshold", "method"});
               });
    if (const Value config = googleField(body, "generationConfig"); !config.isMissing()) {
        generation(rules, config);
    }
    tools(rules, body);
    if (rules.needsArray(body, {}, "contents")) {
        checkGeminiContents(rules, body["contents"], call.model.starts_with("gemini-3"));
    }
    return rules.refusal();
}

} // namespace meridian::simulate
