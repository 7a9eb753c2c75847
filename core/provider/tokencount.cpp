// SPDX-License-Identifier: MIT
#include "core/provider/tokencount.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/common.h"
#include "core/provider/gemini/counttokens.h"

#include <algorithm>
#include <array>

namespace meridian::provider {

namespace {

constexpr int ClientError = 400;

/// Anthropic refuses what does not change the count.
constexpr std::array<std::string_view, 9> AnthropicCounted{
    "model",    "messages",      "system",        "tools",      "tool_choice",
    "thinking", "output_config", "cache_control", "mcp_servers"};

std::string withoutUncounted(std::string_view body)
{
    json::JsonWriter writer;
    writer.beginObject();
    json::Value(body).members([&](json::Value name, json::Value value) {
        for (const std::string_view wanted : AnthropicCounted) {
            if (name.is(wanted)) {
                writer.raw(wanted, value.raw());
            }
        }
    });
    return writer.endObject().take();
}

std::uint64_t quarter(std::string_view text) noexcept
{
    const auto points =
        static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    return (points + 3) / 4;
}

std::uint64_t estimateSource(const Source &source) noexcept
{
    constexpr std::uint64_t Picture = 1000;
    constexpr std::uint64_t PageBytes = 3000;
    switch (source.kind) {
    case Source::Kind::None:
        return 0;
    case Source::Kind::Text:
        return quarter(source.data);
    case Source::Kind::Base64:
        if (!source.mediaType.starts_with("image/")) {
            return Picture * (1 + source.data.size() / PageBytes);
        }
        return Picture;
    default:
        return Picture;
    }
}

std::uint64_t estimatePart(const Part &part) noexcept // results hold parts that hold none
{
    std::uint64_t tokens = quarter(part.text) + quarter(part.name) + quarter(part.json);
    tokens += estimateSource(part.source);
    for (const Part &inner : part.parts) {
        tokens += quarter(inner.text) + estimateSource(inner.source);
    }
    return tokens;
}

/// Reads the number, writes the number.
class CountTranslator final : public AnswerTranslator
{
public:
    explicit CountTranslator(Dialect client) noexcept
        : m_client(client)
    {
    }

    void feed(std::string_view bytes) override
    {
        m_body.append(bytes.substr(0, MaxErrorBody - std::min(MaxErrorBody, m_body.size())));
        if (m_body.size() >= MaxErrorBody && !m_failure) {
            bodyEnded(); // no count is so long: the rest is not waited for
        }
    }

    void bodyEnded() override
    {
        json::Checker checker;
        const auto value = checker.check(m_body);
        const auto count = value ? readCount(*value) : std::nullopt;
        if (count) {
            m_output = encodeCount(m_client, *count);
            m_mayPass = true;
            return;
        }
        m_defects.note(StreamDefect::NotJson);
        m_failure = ApiError{};
        m_failure->message = "the provider's count could not be read: " + readableExcerpt(m_body);
    }

    void broken(const ApiError &error) override { m_failure = error; }

private:
    const Dialect m_client;
    std::string m_body;
};

} // namespace

std::string countBody(Dialect dialect,
                      model::Provider provider,
                      std::string_view encoded,
                      std::string_view modelName)
{
    if (dialect == Dialect::Anthropic) {
        return withoutUncounted(encoded);
    }
    const bool isVertex = provider == model::Provider::VertexAi;
    return gemini::countTokensBody(json::Value(encoded), modelName,
                                   isVertex ? gemini::CountFlavour::VertexAi
                                            : gemini::CountFlavour::GeminiApi);
}

std::optional<std::uint64_t> readCount(json::Value answer)
{
    for (const std::string_view name : {"input_tokens", "totalTokens"}) {
        const auto count = answer[name].integer();
        if (count && *count >= 0) {
            return static_cast<std::uint64_t>(*count);
        }
    }
    return std::nullopt;
}

std::string encodeCount(Dialect client, std::uint64_t tokens)
{
    json::JsonWriter writer;
    writer.beginObject();
    if (client == Dialect::OpenAiResponses) {
        writer.string("object", "response.input_tokens");
    }
    writer.integer(client == Dialect::Gemini ? "totalTokens" : "input_tokens",
                   static_cast<std::int64_t>(tokens));
    return writer.endObject().take();
}

std::uint64_t estimateTokens(const ChatRequest &request) noexcept
{
    constexpr std::uint64_t Start = 3;
    constexpr std::uint64_t Each = 4;
    std::uint64_t tokens = Start;
    for (const Turn &turn : request.turns) {
        tokens += Each;
        for (const Part &part : turn.parts) {
            tokens += estimatePart(part);
        }
    }
    for (const Tool &tool : request.tools) {
        tokens += quarter(tool.name) + quarter(tool.description) + quarter(tool.schema) +
                  quarter(tool.json);
    }
    return tokens;
}

std::unique_ptr<AnswerTranslator>
translateCount(const ProviderCodec &provider, Dialect client, int status)
{
    if (status >= ClientError) {
        return translateError(provider, status);
    }
    return std::make_unique<CountTranslator>(client);
}

} // namespace meridian::provider
