// SPDX-License-Identifier: MIT
#include "tests/provider/gemini/geminirequests.h"

#include <random>

namespace meridian::testing {

const std::string_view Rich =
    R"({"systemInstruction":{"parts":[{"text":"You are terse."},{"text":"Zürich 🙂"}]},)"
    R"("contents":[{"role":"user","parts":[{"text":"Look"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0K","displayName":"a.png"}},)"
    R"({"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/x.pdf"}},{"fileData":{"fileUri":"https://example.org/c.jpg"},"videoMetadata":{"fps":2}},)"
    R"({"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}},{"fileData":{"mimeType":"video/mp4","fileUri":"https://youtu.be/x"},"videoMetadata":{"startOffset":"1s"}}]},)"
    R"({"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"AAAA"},{"text":"Yes","thoughtSignature":"BBBB"},)"
    R"({"executableCode":{"language":"PYTHON","code":"1+1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"2"}},)"
    R"({"functionCall":{"id":"c1","name":"f","args":{"x":1.50,"y":null,"z":[]}},"thoughtSignature":"CCCC"},{"functionCall":{"name":"g"}},{"functionCall":{"name":"g","args":{}}}]},)"
    R"({"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":{"output":"12:00"}}},{"functionResponse":{"name":"g","response":{"error":"no"}}},)"
    R"({"functionResponse":{"name":"g","response":{"a":{"b":1}},"scheduling":"SILENT","parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0K"}}]}},{"text":"go on"}]},)"
    R"({"role":"user","parts":[{"text":"kept apart"}]}],)"
    R"("tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","properties":{"x":{"type":"NUMBER","nullable":true},"y":{"type":"STRING","enum":["a"]}},"required":["x"],"propertyOrdering":["x","y"]},"response":{"type":"STRING"}},)"
    R"({"name":"g","parametersJsonSchema":{"type":"object","properties":{}},"behavior":"BLOCKING"},{"name":"h"}]},{"googleSearch":{}},{"codeExecution":{}}],)"
    R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f","g"]},"retrievalConfig":{"languageCode":"de"}},)"
    R"("safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}],"cachedContent":"cachedContents/1","labels":{"team":"a"},"futureField":[1,{"a":2}],)"
    R"("generationConfig":{"stopSequences":["a","b","c","d","e","f"],"candidateCount":2,"maxOutputTokens":128,"temperature":0.70,"topP":0.9,"topK":40,"seed":7,"presencePenalty":0.1,"frequencyPenalty":0.2,"responseLogprobs":true,"logprobs":3,)"
    R"("responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"n":{"type":"INTEGER","nullable":true}},"propertyOrdering":["n"]},)"
    R"("thinkingConfig":{"thinkingLevel":"HIGH","includeThoughts":true,"later":1},"responseModalities":["TEXT"],"speechConfig":{"languageCode":"de-DE"}}})";

const std::string_view GeminiCli =
    R"({"contents":[{"role":"user","parts":[{"text":"This is the Gemini CLI. Today is Sunday."}]},{"role":"model","parts":[{"text":"Got it."}]},{"role":"user","parts":[{"text":"read it"}]},)"
    R"({"role":"model","parts":[{"functionCall":{"name":"read_file","args":{"absolute_path":"/a b/ü.txt"}},"thoughtSignature":"EjQKMgEMOdbH"}]},)"
    R"({"role":"user","parts":[{"functionResponse":{"id":"read_file-1763-0","name":"read_file","response":{"output":"line\n\"two\""}}}]}],)"
    R"("systemInstruction":{"parts":[{"text":"You are an interactive CLI agent"}]},)"
    R"("tools":[{"functionDeclarations":[{"name":"read_file","description":"Reads","parametersJsonSchema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"absolute_path":{"type":"string"}},"required":["absolute_path"],"additionalProperties":false}}]}],)"
    R"("generationConfig":{"temperature":1,"topP":0.95,"topK":64,"thinkingConfig":{"includeThoughts":true,"thinkingBudget":-1}}})";

namespace {

/// Writes requests of every shape that the dialect has; the same ones in every run.
class Generator
{
public:
    explicit Generator(unsigned seed)
        : m_random(seed)
    {
    }

    std::string request()
    {
        std::string body = R"({"contents":[)";
        const unsigned turns = 1 + below(5);
        for (unsigned i = 0; i < turns; ++i) {
            body += R"({"role":"user","parts":[)" + userParts() + "]},";
            body += modelAndResults() + (i + 1 < turns ? "," : "");
        }
        body += "]";
        if (below(2) == 0) {
            body += R"(,"systemInstruction":{"parts":[{"text":)" + text() + "}]}";
        }
        if (below(2) == 0) {
            body += R"(,"generationConfig":{"temperature":0.)" + std::to_string(1 + below(9)) +
                    R"(,"maxOutputTokens":)" + std::to_string(below(9999)) + R"(,"x":)" +
                    given(value(2)) + "}";
        }
        if (below(2) == 0) {
            body += R"(,"tools":[{"functionDeclarations":[{"name":"f","description":)" + text() +
                    R"(,"parametersJsonSchema":{"type":"object","default":)" + value(3) + "}}]}]";
        }
        return body + "}";
    }

private:
    unsigned below(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }

    std::string text()
    {
        constexpr const char *Texts[] = {R"("a")", R"("Zürich \"x\"\n\\")",
                                         R"("\u00e9\ud83d\ude42")", R"("{\"output\":1}")",
                                         R"("東京")"};
        return Texts[below(5)];
    }

    std::string value(unsigned depth)
    {
        switch (below(depth == 0 ? 4 : 6)) {
        case 0:
            return text();
        case 1:
            return std::to_string(static_cast<int>(below(2000)) - 1000);
        case 2:
            return "null";
        case 3:
            return below(2) == 0 ? "true" : "1.25e3";
        case 4:
            return "[" + value(depth - 1) + "," + value(depth - 1) + "]";
        default:
            return R"({"k":)" + value(depth - 1) + R"(,"output":)" + value(depth - 1) + "}";
        }
    }

    std::string userParts()
    {
        std::string parts = R"({"text":)" + text() + "}";
        if (below(3) == 0) {
            parts +=
                R"(,{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"},"mediaResolution":)" +
                given(value(1)) + "}";
        }
        if (below(3) == 0) {
            parts += R"(,{"fileData":{"mimeType":"text/csv","fileUri":"https://e.org/a.csv"}})";
        }
        return parts;
    }

    std::string modelAndResults()
    {
        const bool hasIds = below(2) == 0;
        const unsigned calls = below(4);
        std::string model = R"({"role":"model","parts":[{"text":)" + text() +
                            (below(2) == 0 ? R"(,"thought":true)" : "") +
                            R"(,"thoughtSignature":"QUFB"})";
        std::string results;
        for (unsigned i = 0; i < calls; ++i) {
            const std::string id = hasIds ? R"("id":"c)" + std::to_string(m_calls++) + R"(",)" : "";
            const std::string name = R"("name":"f)" + std::to_string(below(2)) + R"(")";
            model += ",{\"functionCall\":{" + id + name + R"(,"args":{"a":)" + value(2) +
                     R"(}},"thoughtSignature":"QUJD"})";
            results += (i > 0 ? "," : "") + std::string("{\"functionResponse\":{") + id + name +
                       R"(,"response":{")" + (below(2) == 0 ? "output" : "other") + R"(":)" +
                       value(2) + "}}}";
        }
        model += "]}";
        return calls == 0 ? model
                          : model + R"(,{"role":"user","parts":[)" + results + "]}," +
                                R"({"role":"model","parts":[{"text":"ok"}]})";
    }

    /// proto JSON reads null as "not given": a field of null is none.
    static std::string given(std::string value) { return value == "null" ? "0" : value; }

    std::mt19937 m_random;
    unsigned m_calls = 0;
};

} // namespace

std::vector<std::string> generatedRequests(unsigned seed, std::size_t count)
{
    Generator generator(seed);
    std::vector<std::string> bodies;
    while (bodies.size() < count) {
        bodies.push_back(generator.request());
    }
    return bodies;
}

} // namespace meridian::testing
