// SPDX-License-Identifier: MIT
// Fuzzes requests for vectors and their answers, from every form into every other.
#include "core/json/checker.h"
#include "core/provider/embedding.h"

#include <cstdlib>

using namespace meridian;
using namespace meridian::provider;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

constexpr std::size_t ClientForms = 5; // those before Vertex
constexpr std::string_view Target = "/v1beta/models/m:batchEmbedContents";

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static json::Checker checker;
    static json::Checker outputs;
    if (size < 3) {
        return 0;
    }
    const auto client = static_cast<EmbeddingDialect>(data[0] % ClientForms);
    const auto provider = static_cast<EmbeddingDialect>(data[1] % EmbeddingDialectCount);
    const std::string body(reinterpret_cast<const char *>(data) + 3, size - 3);
    const model::ProviderOptions options;

    if ((data[2] & 1U) == 0) { // a request
        const auto value = checker.check(body);
        if (!value || !value->isObject()) {
            return 0;
        }
        const auto request = readEmbeddingRequest(client, *value, Target);
        if (!request) {
            require(!request.error().message.empty());
            return 0;
        }
        const bool mayLoadOnly = // nothing to embed: Ollama then loads the model
            client == EmbeddingDialect::Ollama || client == EmbeddingDialect::OllamaOld;
        require(mayLoadOnly || !request->inputs.empty());
        Fidelity fidelity;
        const auto text = writeEmbeddingRequest(provider, *request, {"m", options}, fidelity);
        require(!text || outputs.check(*text).has_value() || body.size() > 1000); // depth
        return 0;
    }
    EmbeddingRequest request;
    request.origin = client;
    request.model = "m";
    request.wantsBase64 = (data[2] & 2U) != 0;
    request.inputs.resize(1U + ((data[2] >> 2U) & 1U));
    const auto answer = readEmbeddingAnswer(provider, body, request);
    if (answer) {
        require(answer->vectors.size() == request.inputs.size());
        const auto text = writeEmbeddingAnswer(*answer, request);
        require(!text || outputs.check(*text).has_value() || body.size() > 1000);
    } else {
        require(!answer.error().message.empty());
    }
    return 0;
}
