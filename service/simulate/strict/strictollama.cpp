// SPDX-License-Identifier: MIT
#include "service/simulate/strict/strictchecks.h"

namespace meridian::simulate {

namespace {

using json::Value;

/// Ollama is written in Go: a value of the wrong kind is what it refuses, unknown fields it skips.
void kind(Rules &rules, Value value, const std::string &path, Value::Kind wanted, const char *type)
{
    if (!value.isAbsent() && value.kind() != wanted) {
        rules.refuse({},
                     "json: cannot unmarshal into Go struct field " + path + " of type " + type);
    }
}

void images(Rules &rules, Value list, const std::string &path)
{
    kind(rules, list, path, Value::Kind::Array, "[]api.ImageData");
    rules.each(list, path, [&](Value each, const std::string &place) {
        if (!each.isString() || !isBase64(each.text())) {
            rules.refuse({}, "illegal base64 data at input byte 0: " + place);
        }
    });
}

void message(Rules &rules, Value message, const std::string &path)
{
    using Kind = Value::Kind;
    kind(rules, message["content"], path + ".content", Kind::String, "string");
    kind(rules, message["thinking"], path + ".thinking", Kind::String, "string");
    kind(rules, message["tool_name"], path + ".tool_name", Kind::String, "string");
    kind(rules, message["tool_call_id"], path + ".tool_call_id", Kind::String, "string");
    rules.word(message, path, "role", {"system", "user", "assistant", "tool"});
    rules.needsText(message, path, "role");
    images(rules, message["images"], path + ".images");
    const std::string place = path + ".tool_calls";
    kind(rules, message["tool_calls"], place, Kind::Array, "[]api.ToolCall");
    rules.each(message["tool_calls"], place, [&](Value call, const std::string &each) {
        const Value function = call["function"];
        kind(rules, call["id"], each + ".id", Kind::String, "string");
        rules.needsObject(call, each, "function");
        rules.needsText(function, each + ".function", "name");
        kind(rules, function["arguments"], each + ".function.arguments", Kind::Object,
             "api.ToolCallFunctionArguments");
        kind(rules, function["index"], each + ".function.index", Kind::Number, "int");
    });
}

void tools(Rules &rules, Value body)
{
    kind(rules, body["tools"], "tools", Value::Kind::Array, "api.Tools");
    rules.each(body["tools"], "tools", [&](Value tool, const std::string &path) {
        rules.word(tool, path, "type", {"function"});
        rules.needsObject(tool, path, "function");
        rules.needsText(tool["function"], path + ".function", "name");
        kind(rules, tool["function"]["parameters"], path + ".function.parameters",
             Value::Kind::Object, "api.ToolFunctionParameters");
    });
}

void options(Rules &rules, Value options)
{
    kind(rules, options, "options", Value::Kind::Object, "map[string]interface {}");
    for (const char *name : {"num_predict", "num_ctx", "top_k", "seed", "repeat_last_n"}) {
        if (const Value value = options[name]; !value.isMissing() && !value.integer()) {
            rules.refuse({}, std::string("option \"") + name + "\" must be of type integer");
        }
    }
    for (const char *name : {"temperature", "top_p", "min_p", "presence_penalty",
                             "frequency_penalty", "repeat_penalty"}) {
        if (const Value value = options[name]; !value.isMissing() && !value.isNumber()) {
            rules.refuse({}, std::string("option \"") + name + "\" must be of type float32");
        }
    }
    if (const Value stop = options["stop"]; !stop.isMissing() && !stop.isArray()) {
        rules.refuse({}, "option \"stop\" must be of type array");
    }
    rules.texts(options, "options", "stop", 1024);
}

} // namespace

std::optional<Refusal> checkOllama(Value body, const Call &call)
{
    using Kind = Value::Kind;
    Rules rules("is not known");
    if (!body["model"].isString() || body["model"].text().empty()) {
        rules.refuse({}, "model is required");
    }
    const Value stream = body["stream"];
    if (!stream.isAbsent() && !stream.isTrue() && !stream.isFalse()) {
        rules.refuse({}, "json: cannot unmarshal into Go struct field stream of type bool");
    }
    options(rules, body["options"]);
    const Value format = body["format"];
    if (!format.isAbsent() && !format.isObject() && !format.is("json") && format.raw() != "\"\"") {
        rules.refuse({}, "invalid format: expected \"json\" or a JSON schema");
    }
    const Value think = body["think"];
    if (!think.isAbsent() && !think.isTrue() && !think.isFalse() &&
        !isOneOf(think, {"low", "medium", "high", "max"})) {
        rules.refuse({}, "invalid think value (must be \"high\", \"medium\", \"low\", true, or "
                         "false)");
    }
    const Value keep = body["keep_alive"];
    if (!keep.isAbsent() && !keep.isString() && !keep.isNumber()) {
        rules.refuse({}, "invalid keep_alive");
    }
    if (call.dialect == provider::Dialect::OllamaGenerate) {
        kind(rules, body["prompt"], "prompt", Kind::String, "string");
        kind(rules, body["system"], "system", Kind::String, "string");
        kind(rules, body["suffix"], "suffix", Kind::String, "string");
        images(rules, body["images"], "images");
        return rules.refusal();
    }
    tools(rules, body);
    kind(rules, body["messages"], "messages", Kind::Array, "[]api.Message");
    rules.each(body["messages"], "messages",
               [&](Value each, const std::string &path) { message(rules, each, path); });
    return rules.refusal();
}

} // namespace meridian::simulate
