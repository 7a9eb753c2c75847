// SPDX-License-Identifier: MIT
// Fuzzes clients' requests in every dialect: what can be read is written soundly for every
// provider.
#include "core/json/checker.h"
#include "core/provider/tokencount.h"
#include "tests/provider/support/dialects.h"

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

/// What nests deeper may be wrapped beyond the checker's limit.
bool nestsTooDeep(std::string_view text)
{
    constexpr int Deep = 900;
    int depth = 0;
    int deepest = 0;
    for (const char c : text) {
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        deepest = std::max(deepest, depth);
    }
    return deepest > Deep;
}

model::ProviderOptions optionsOf(std::uint8_t bits)
{
    model::ProviderOptions options;
    options.adaptiveThinking = (bits & 1U) != 0;
    options.jsonSchemaTools = (bits & 2U) == 0;
    if ((bits & 4U) != 0) {
        options.defaultMaxTokens = 77;
        options.numCtx = 4096;
        options.keepAlive = "5m";
        options.compartmentId = "c";
        options.endpointId = "e";
    }
    return options;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto Clients = testing::clients();
    static const auto Providers = testing::providers();
    static json::Checker checker;
    static json::Checker outputs;
    if (size < 2) {
        return 0;
    }
    const ClientCodec &client = *Clients[data[0] % Clients.size()];
    const std::string body(reinterpret_cast<const char *>(data) + 2, size - 2);
    const auto value = checker.check(body);
    if (!value || !value->isObject() || nestsTooDeep(body)) {
        return 0;
    }
    const auto request = client.decodeRequest(*value, testing::targetFor(client.dialect()));
    if (!request) {
        require(!request.error().message.empty());
        const std::string text = client.encodeError(
            {ErrorClass::BadRequest, 0, request.error().message, {}, request.error().param, {}},
            400, "req");
        require(outputs.check(text).has_value());
        return 0;
    }
    const model::ProviderOptions options = optionsOf(data[1]);
    for (const ProviderCodec *provider : Providers) {
        Fidelity fidelity;
        const RequestContext context{(data[1] & 8U) != 0 ? "gemini-3-pro" : "m", options};
        const std::string text = provider->encodeRequest(*request, context, fidelity);
        const auto written = outputs.check(text);
        require(written && written->isObject());
        Fidelity again;
        require(provider->encodeRequest(*request, context, again) == text);
        const Dialect dialect = provider->dialect();
        if (dialect == Dialect::Anthropic || dialect == Dialect::Gemini) {
            require(
                outputs.check(countBody(dialect, model::Provider::VertexAi, text, context.model))
                    .has_value());
        }
    }
    static_cast<void>(estimateTokens(*request));
    return 0;
}
