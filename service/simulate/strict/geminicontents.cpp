// SPDX-License-Identifier: MIT
#include "service/simulate/strict/geminicontents.h"

#include "service/simulate/dialects/signatures.h"
#include "service/simulate/strict/googleschema.h"

namespace meridian::simulate {

namespace {

using json::Value;

constexpr std::string_view Placeholder = "skip_thought_signature_validator"; // documented

bool isFunctionName(std::string_view name) noexcept
{
    return isName(name, "_.:-", 128) && !(name[0] >= '0' && name[0] <= '9') && name[0] != '.' &&
           name[0] != ':' && name[0] != '-';
}

struct Counted
{
    std::size_t calls = 0;
    std::size_t results = 0;
    std::size_t others = 0;
};

void call(Rules &rules, Value call, const std::string &path)
{
    onlyGoogle(rules, call, path, {"id", "name", "args"});
    if (!isFunctionName(call["name"].text())) {
        rules.refuse(path + ".name", "Invalid function name.");
    }
    if (const Value args = call["args"]; !args.isMissing() && !args.isObject()) {
        rules.refuse(path + ".args", "Invalid value (Struct)");
    }
}

void result(Rules &rules, Value result, const std::string &path)
{
    onlyGoogle(rules, result, path,
               {"id", "name", "response", "parts", "willContinue", "scheduling"});
    if (!isFunctionName(result["name"].text())) {
        rules.refuse(path + ".name", "Name cannot be empty.");
    }
    if (!result["response"].isObject()) {
        rules.refuse(path + ".response", "Invalid value (Struct)");
    }
}

void media(Rules &rules, Value part, const std::string &path)
{
    if (const Value data = googleField(part, "inlineData"); !data.isMissing()) {
        const std::string place = path + ".inlineData";
        onlyGoogle(rules, data, place, {"mimeType", "data", "displayName"});
        if (googleField(data, "mimeType").text().find('/') == std::string::npos) {
            rules.refuse(place + ".mimeType", "Unsupported MIME type");
        }
        if (!isBase64(data["data"].text())) {
            rules.refuse(place + ".data", "Base64 decoding failed");
        }
    }
    if (const Value file = googleField(part, "fileData"); !file.isMissing()) {
        const std::string place = path + ".fileData";
        onlyGoogle(rules, file, place, {"mimeType", "fileUri", "displayName"});
        if (!googleField(file, "fileUri").isString()) {
            rules.refuse(place + ".fileUri", "must be set");
        }
    }
}

void part(Rules &rules, Value part, const std::string &path, Counted &counted)
{
    onlyGoogle(rules, part, path,
               {"text", "inlineData", "fileData", "functionCall", "functionResponse",
                "executableCode", "codeExecutionResult", "thought", "thoughtSignature",
                "videoMetadata", "mediaResolution", "partMetadata"});
    int kinds = 0;
    for (const char *name : {"text", "inlineData", "fileData", "functionCall", "functionResponse",
                             "executableCode", "codeExecutionResult"}) {
        kinds += googleField(part, name).isMissing() ? 0 : 1;
    }
    if (kinds != 1) {
        rules.refuse(path + ".data", "required oneof field 'data' must have one initialized field");
    }
    rules.text(part, path, "text");
    media(rules, part, path);
    if (const Value value = googleField(part, "functionCall"); !value.isMissing()) {
        ++counted.calls;
        call(rules, value, path + ".functionCall");
    } else if (const Value value = googleField(part, "functionResponse"); !value.isMissing()) {
        ++counted.results;
        result(rules, value, path + ".functionResponse");
    } else {
        ++counted.others;
    }
    const std::string signature = googleField(part, "thoughtSignature").text();
    if (!signature.empty() && signature != Placeholder && !isSignature(signature)) {
        rules.refuse({}, "Corrupted thought signature.");
    }
}

/// Where the current turn begins: behind the last content of the user that is no result.
std::size_t currentTurn(Value contents)
{
    std::size_t begin = 0;
    std::size_t index = 0;
    contents.elements([&](Value content) {
        ++index;
        bool isResult = false;
        content["parts"].elements([&](Value each) {
            isResult = isResult || !googleField(each, "functionResponse").isMissing();
        });
        if (!content["role"].is("model") && !isResult) {
            begin = index;
        }
    });
    return begin;
}

/// Of parallel calls only the first is signed.
void checkSignatures(Rules &rules, Value contents)
{
    const std::size_t begin = currentTurn(contents);
    std::size_t index = 0;
    contents.elements([&](Value content) {
        bool isFirst = index++ >= begin && content["role"].is("model");
        content["parts"].elements([&](Value part) {
            const Value call = googleField(part, "functionCall");
            if (isFirst && !call.isMissing()) {
                isFirst = false;
                if (googleField(part, "thoughtSignature").isMissing()) {
                    rules.refuse({}, "Function call `" + call["name"].text() +
                                         "` is missing a thought_signature in functionCall parts.");
                }
            }
        });
    });
}

} // namespace

void checkGeminiContents(Rules &rules, Value contents, bool needsSignatures)
{
    Counted before;
    std::string roleBefore;
    rules.each(contents, "contents", [&](Value content, const std::string &path) {
        onlyGoogle(rules, content, path, {"role", "parts"});
        const Value role = content["role"];
        if (!role.isMissing() && !isOneOf(role, {"user", "model"})) {
            rules.refuse({}, "Please use a valid role: user, model.");
        }
        rules.needsArray(content, path, "parts");
        Counted now;
        rules.each(content["parts"], path + ".parts",
                   [&](Value each, const std::string &place) { part(rules, each, place, now); });
        const bool isModel = role.is("model");
        if ((now.calls > 0 && !isModel) || (now.results > 0 && isModel)) {
            rules.refuse(path, "function calls are the model's, responses the user's");
        }
        if (now.calls > 0 && roleBefore != "user") {
            rules.refuse({}, "Please ensure that function call turn comes immediately after a user "
                             "turn or after a function response turn.");
        }
        if (now.results > 0 && before.calls == 0) {
            rules.refuse({}, "Please ensure that function response turn comes immediately after a "
                             "function call turn.");
        }
        if (before.calls != now.results) {
            rules.refuse({}, "Please ensure that the number of function response parts is equal to "
                             "the number of function call parts of the function call turn.");
        }
        before = now;
        roleBefore = isModel ? "model" : "user";
    });
    if (before.calls > 0) {
        rules.refuse({}, "Please ensure that a function call turn is followed by its responses.");
    }
    if (needsSignatures) {
        checkSignatures(rules, contents);
    }
}

} // namespace meridian::simulate
