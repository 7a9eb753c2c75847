// SPDX-License-Identifier: MIT
#include "tests/provider/support/dialects.h"

#include "core/json/checker.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QDir>

namespace meridian::testing {

using namespace provider;

namespace {

constexpr std::string_view OpenAiRich =
    R"({"model":"m","messages":[{"role":"system","content":"Be brief.","name":"boss"},)"
    R"({"role":"user","content":[{"type":"text","text":"Look 🙂"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0K","detail":"high"}},)"
    R"({"type":"image_url","image_url":{"url":"https://example.org/a.jpg"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},)"
    R"({"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},{"type":"later","x":[1]}]},)"
    R"({"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1.50}"}},)"
    R"({"id":"c2","type":"function","function":{"name":"g","arguments":"{\"broken"}}]},)"
    R"({"role":"tool","tool_call_id":"c1","content":"ok"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"no"}]},)"
    R"({"role":"assistant","content":"x","refusal":"no"},{"role":"developer","content":"German"},{"role":"user","content":"","name":"ann"}],)"
    R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","$defs":{"a":{"$ref":"#/$defs/a"}},"properties":{"x":{"anyOf":[{"type":"number"},{"type":"null"}]}}},"strict":true}},)"
    R"({"type":"function","function":{"name":"g"}},{"type":"custom","custom":{"name":"patch"}}],"tool_choice":{"type":"function","function":{"name":"f"}},)"
    R"("parallel_tool_calls":false,"max_completion_tokens":100,"temperature":0.70,"top_p":1,"n":2,"seed":-5,"stop":["a","b","c","d"],"logit_bias":{"5":-100},)"
    R"("logprobs":true,"top_logprobs":3,"frequency_penalty":-2,"presence_penalty":2,"user":"u","metadata":{"k":"v"},"service_tier":"flex","verbosity":"low",)"
    R"("reasoning_effort":"xhigh","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}},)"
    R"("stream":true,"stream_options":{"include_usage":true},"prediction":{"type":"content","content":"x"},"top_k":40,"min_p":0.05,"repetition_penalty":1.1,"unknown":{"a":[1,{"b":null}]}})";

constexpr std::string_view CompletionsRich =
    R"({"model":"m","prompt":"Once upon","suffix":"end","max_tokens":16,"temperature":0,"n":1,"best_of":1,"echo":false,"logprobs":2,"stop":"\n","stream":true,"seed":1,"user":"u","x":1})";

constexpr std::string_view ResponsesRich =
    R"({"model":"m","instructions":"Be brief.","input":[{"role":"user","content":"Hello"},{"type":"message","role":"user","content":[{"type":"input_text","text":"Look"},)"
    R"({"type":"input_image","image_url":"https://example.org/a.png","detail":"low"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}]},)"
    R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAAA"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},)"
    R"({"type":"function_call_output","call_id":"c1","output":"ok"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x","annotations":[]}]},{"role":"user","content":"go on"}],)"
    R"("tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true},{"type":"custom","name":"patch"},{"type":"web_search"}],"tool_choice":"required",)"
    R"("parallel_tool_calls":true,"max_output_tokens":99,"temperature":1,"top_p":0.5,"reasoning":{"effort":"high","summary":"auto"},"text":{"format":{"type":"json_object"},"verbosity":"low"},)"
    R"("include":["reasoning.encrypted_content"],"store":false,"metadata":{"a":"b"},"truncation":"auto","user":"u","service_tier":"flex","stream":true,"x":[1]})";

constexpr std::string_view AnthropicRich =
    R"({"model":"m","max_tokens":4096,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}],)"
    R"("messages":[{"role":"user","content":[{"type":"text","text":"Look","cache_control":{"type":"ephemeral"}},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}},)"
    R"({"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},{"type":"document","title":"t","context":"c","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"x"}},)"
    R"({"type":"document","source":{"type":"file","file_id":"f1"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"b3Bh"},)"
    R"({"type":"text","text":"x"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"x":1.50}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]},)"
    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"ok"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}}]},)"
    R"({"type":"tool_result","tool_use_id":"toolu_2","is_error":true,"content":"no"},{"type":"text","text":"go on"}]}],)"
    R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}},{"name":"g","input_schema":{"type":"object"},"strict":true},{"type":"web_search_20250305","name":"web_search","max_uses":3}],)"
    R"("tool_choice":{"type":"any","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2048},"temperature":1,"top_p":0.99,"top_k":5,"stop_sequences":["a","b","c","d","e"],)"
    R"("metadata":{"user_id":"u"},"service_tier":"auto","stream":true,"context_management":{"edits":[]},"x":{"a":1}})";

constexpr std::string_view GeminiBody =
    R"({"systemInstruction":{"parts":[{"text":"You are terse."}]},"contents":[{"role":"user","parts":[{"text":"Look"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0K"}},)"
    R"({"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/x.pdf"}},{"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}}]},)"
    R"({"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"AAAA"},{"text":"Yes","thoughtSignature":"BBBB"},{"executableCode":{"language":"PYTHON","code":"1+1"}},)"
    R"({"functionCall":{"id":"c1","name":"f","args":{"x":1.50}},"thoughtSignature":"CCCC"},{"functionCall":{"name":"g","args":{}}}]},)"
    R"({"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":{"output":"12:00"}}},{"functionResponse":{"name":"g","response":{"error":"no"}}},{"text":"go on"}]}],)"
    R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"x":{"type":"NUMBER","nullable":true}}}},{"name":"g"}]},{"googleSearch":{}}],)"
    R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},"safetySettings":[{"category":"A","threshold":"OFF"}],"labels":{"a":"b"},)"
    R"("generationConfig":{"stopSequences":["a","b","c","d","e","f"],"candidateCount":2,"maxOutputTokens":128,"temperature":0.70,"topP":0.9,"topK":40,"seed":7,"presencePenalty":0.1,"frequencyPenalty":0.2,"responseLogprobs":true,"logprobs":3,)"
    R"("responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"n":{"type":"INTEGER"}}},"thinkingConfig":{"thinkingBudget":1024,"includeThoughts":true},"later":1}})";

constexpr std::string_view OllamaRich =
    R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Look","images":["iVBORw0K"]},)"
    R"({"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"x":1.50}}}]},{"role":"tool","content":"ok","tool_name":"f"},{"role":"user","content":"go on"}],)"
    R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}],"format":{"type":"object"},"think":"high","keep_alive":-1,"stream":true,)"
    R"("options":{"num_ctx":4096,"temperature":0.70,"top_k":5,"top_p":0.9,"min_p":0.1,"seed":3,"num_predict":64,"stop":["a"],"repeat_penalty":1.2,"presence_penalty":0.1,"frequency_penalty":0.2,"mirostat":1,"later":[1]},"x":1})";

constexpr std::string_view GenerateRich =
    R"({"model":"m","prompt":"Look","system":"Be brief.","images":["iVBORw0K"],"format":"json","think":true,"keep_alive":"5m","raw":false,"options":{"temperature":0,"num_predict":-1}})";

const ProviderCodec *sameDialect(Dialect client)
{
    return providerCodec(client);
}

} // namespace

std::vector<const ClientCodec *> clients()
{
    std::vector<const ClientCodec *> all;
    for (std::size_t i = 0; i < DialectCount; ++i) {
        if (const ClientCodec *codec = clientCodec(static_cast<Dialect>(i))) {
            all.push_back(codec);
        }
    }
    return all;
}

std::vector<const ProviderCodec *> providers()
{
    std::vector<const ProviderCodec *> all;
    for (std::size_t i = 0; i < DialectCount; ++i) {
        if (const ProviderCodec *codec = providerCodec(static_cast<Dialect>(i))) {
            all.push_back(codec);
        }
    }
    return all;
}

std::string_view targetFor(Dialect client) noexcept
{
    return client == Dialect::Gemini ? "/v1beta/models/m:streamGenerateContent?alt=sse" : "/v1/x";
}

std::vector<std::string> bodiesOf(Dialect client)
{
    std::vector<std::string> bodies;
    switch (client) {
    case Dialect::OpenAiChat:
        bodies.emplace_back(OpenAiRich);
        break;
    case Dialect::OpenAiCompletions:
        bodies.emplace_back(CompletionsRich);
        break;
    case Dialect::OpenAiResponses:
        bodies.emplace_back(ResponsesRich);
        break;
    case Dialect::Anthropic:
        bodies.emplace_back(AnthropicRich);
        break;
    case Dialect::Gemini:
        bodies.emplace_back(GeminiBody);
        break;
    case Dialect::OllamaChat:
        bodies.emplace_back(OllamaRich);
        break;
    default:
        bodies.emplace_back(GenerateRich);
    }
    const model::ProviderOptions options;
    if (const ProviderCodec *codec = sameDialect(client)) {
        for (const Case &each : cases()) {
            Fidelity fidelity;
            bodies.push_back(codec->encodeRequest(each.request, {"m", options}, fidelity));
        }
    }
    return bodies;
}

std::vector<Sample> streamSamples()
{
    std::vector<Sample> samples;
    const auto add = [&samples](const char *folder, const char *pattern, Dialect dialect) {
        const QDir directory(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/golden/") +
                             QLatin1String(folder));
        for (const QString &name : directory.entryList({QLatin1String(pattern)}, QDir::Files)) {
            const std::string path = std::string(folder) + "/" + name.toStdString();
            if (path.find("_error") == std::string::npos &&
                path.find("completion") == std::string::npos) {
                samples.push_back({path, dialect, goldenFile(path)});
            }
        }
    };
    add("openai", "stream_*.sse", Dialect::OpenAiChat);
    add("anthropic", "stream_*.sse", Dialect::Anthropic);
    add("gemini/answer", "stream.sse", Dialect::Gemini);
    samples.push_back(
        {"ollama", Dialect::OllamaChat,
         "{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":"
         "\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}\n"
         "{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":"
         "\"assistant\",\"content\":\"Hel\"},\"done\":false}\n"
         "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"lo\",\"tool_calls\":"
         "[{\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1.50}}}]},\"done\":false}\n"
         "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
         "\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":5}\n"});
    samples.push_back(
        {"oci generic", Dialect::OciGeneric,
         "data: {\"index\":0,\"message\":{\"role\":\"ASSISTANT\",\"content\":[{\"type\":\"TEXT\","
         "\"text\":\"Hel\"}]}}\n\n"
         "data: {\"index\":0,\"message\":{\"role\":\"ASSISTANT\",\"content\":[{\"type\":\"TEXT\","
         "\"text\":\"lo\"}]}}\n\n"
         "data: {\"message\":{\"role\":\"ASSISTANT\"},\"finishReason\":\"length\",\"usage\":"
         "{\"promptTokens\":7,\"completionTokens\":5,\"totalTokens\":12}}\n\n"});
    samples.push_back({"oci cohere", Dialect::OciCohere,
                       "data: {\"apiFormat\":\"COHERE\",\"text\":\"Hel\"}\n\n"
                       "data: {\"apiFormat\":\"COHERE\",\"text\":\"lo\"}\n\n"
                       "data: {\"apiFormat\":\"COHERE\",\"text\":\"Hello\",\"chatHistory\":[],"
                       "\"finishReason\":\"COMPLETE\"}\n\n"});
    return samples;
}

std::string unsoundIn(std::string_view stream, std::string_view type)
{
    json::Checker checker;
    if (!type.starts_with("text/event-stream") && !type.starts_with("application/x-ndjson")) {
        return checker.check(stream) ? std::string() : std::string(stream);
    }
    const bool isSse = type.starts_with("text/event-stream");
    while (!stream.empty()) {
        const std::size_t end = stream.find('\n');
        if (end == std::string_view::npos) {
            return "no line end: " + std::string(stream);
        }
        std::string_view line = stream.substr(0, end);
        stream.remove_prefix(end + 1);
        if (isSse && line.starts_with("data: ")) {
            line.remove_prefix(6);
        } else if (isSse) {
            const bool isOther =
                line.empty() || line.starts_with("event: ") || line.starts_with(":");
            if (!isOther) {
                return std::string(line);
            }
            continue;
        }
        if (line != "[DONE]" && !checker.check(line)) {
            return std::string(line);
        }
    }
    return {};
}

} // namespace meridian::testing
