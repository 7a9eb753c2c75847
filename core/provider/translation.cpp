// SPDX-License-Identifier: MIT
#include "core/provider/translation.h"

#include "core/provider/builtincodecs.h"
#include "core/provider/embedding.h"
#include "core/provider/gemini/jsonarray.h"
#include "core/provider/geminitarget.h"
#include "core/provider/responses/requestreader.h"
#include "core/provider/tokencount.h"

#include <chrono>

namespace meridian::provider {

namespace {

std::int64_t secondsNow()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

/// Marks for a provider's cache, whose account it is, how a stream is cut: in every dialect.
bool steersOnly(std::string_view path) noexcept
{
    return path == "user" || path == "metadata.user_id" || path.ends_with("cache_control") ||
           path.ends_with(".eager_input_streaming");
}

/// Does a field only steer its own provider's account, cache or framing, so that nobody else's
/// answer is another one for want of it?
bool isHarmless(Dialect origin, std::string_view name) noexcept
{
    switch (origin) {
    case Dialect::OpenAiResponses:
        return responses::isHarmlessExtra(name);
    case Dialect::OpenAiChat:
    case Dialect::OpenAiCompletions:
        return name == "prompt_cache_key" || name == "prompt_cache_retention" ||
               name == "safety_identifier" || name == "store" || name.starts_with("stream_options");
    case Dialect::Anthropic:
        return name == "cache_control" || name == "betas";
    case Dialect::Gemini:
        return name == gemini::FramingExtra;
    default:
        return false;
    }
}

/// Operation::Generate.
class ChatTranslation : public Translation
{
public:
    ChatTranslation(const ClientCodec &client, bool keepsAnswer) noexcept
        : m_client(client)
        , m_keepsAnswer(keepsAnswer)
    {
    }

    Decoded<void> read(json::Value body, std::string_view target) override
    {
        auto request = m_client.decodeRequest(body, target);
        if (!request) {
            return tl::unexpected(std::move(request.error()));
        }
        m_request = std::move(*request);
        return {};
    }

    Decoded<std::string> bodyFor(const model::BackendSettings &backend,
                                 std::string_view modelName) override
    {
        m_fidelity.clear();
        m_upstream = dialectOf(backend, modelName);
        std::string body = providerCodec(m_upstream)
                               ->encodeRequest(m_request, {modelName, backend.options}, m_fidelity);
        m_fidelity.forgive([this](std::string_view path) {
            return steersOnly(path) || isHarmless(m_request.origin, path);
        });
        return body;
    }

    std::unique_ptr<AnswerTranslator> answerOf(const ResponseHead &head,
                                               Dialect upstream,
                                               std::string_view requestId,
                                               std::string_view clientModel) override
    {
        return translateAnswer({.provider = *providerCodec(upstream),
                                .client = m_client,
                                .context = {requestId, clientModel, secondsNow(), &m_request},
                                .isStream = m_request.isStream,
                                .keepsAnswer = m_keepsAnswer,
                                .status = head.status,
                                .contentType = head.contentType});
    }

    bool isStream() const noexcept override { return m_request.isStream; }

    const ChatRequest *request() const noexcept override { return &m_request; }

protected:
    const ClientCodec &m_client;
    ChatRequest m_request;
    const bool m_keepsAnswer;
};

/// Operation::CountTokens, where the provider can.
class CountTranslation final : public ChatTranslation
{
public:
    explicit CountTranslation(const ClientCodec &client) noexcept
        : ChatTranslation(client, false)
    {
    }

    Decoded<std::string> bodyFor(const model::BackendSettings &backend,
                                 std::string_view modelName) override
    {
        m_request.isStream = false;
        const auto body = ChatTranslation::bodyFor(backend, modelName);
        return countBody(m_upstream, backend.provider, *body, modelName);
    }

    std::unique_ptr<AnswerTranslator> answerOf(const ResponseHead &head,
                                               Dialect upstream,
                                               std::string_view,
                                               std::string_view) override
    {
        return translateCount(*providerCodec(upstream), m_client.dialect(), head.status);
    }
};

EmbeddingDialect embeddingDialect(Dialect client, std::string_view target) noexcept
{
    switch (client) {
    case Dialect::OllamaChat:
        return EmbeddingDialect::Ollama;
    case Dialect::OllamaGenerate:
        return EmbeddingDialect::OllamaOld;
    case Dialect::Gemini:
        return parseGeminiTarget(target).verb == "embedContent" ? EmbeddingDialect::GeminiSingle
                                                                : EmbeddingDialect::GeminiBatch;
    default:
        return EmbeddingDialect::OpenAi;
    }
}

/// From a provider's vectors to the client's.
class EmbeddingTranslator final : public AnswerTranslator
{
public:
    EmbeddingTranslator(EmbeddingDialect provider, const EmbeddingRequest &request) noexcept
        : m_provider(provider)
        , m_request(request)
    {
    }

    void feed(std::string_view bytes) override
    {
        m_isTooLarge = m_isTooLarge || m_body.size() + bytes.size() > AnswerBuilder::MaxBytes;
        if (!m_isTooLarge) {
            m_body.append(bytes);
        } else if (!m_failure) {
            bodyEnded(); // the rest is not waited for
        }
    }

    void bodyEnded() override
    {
        if (m_isTooLarge) {
            m_defects.note(StreamDefect::TooLarge);
            m_failure = ApiError{};
            m_failure->message = "the provider's answer is too large";
            return;
        }
        auto read = readEmbeddingAnswer(m_provider, m_body, m_request);
        auto written = read ? writeEmbeddingAnswer(*read, m_request)
                            : tl::expected<std::string, ApiError>(tl::unexpected(read.error()));
        if (!written) {
            m_failure = std::move(written.error());
            return;
        }
        m_usage.input = read->inputTokens;
        m_output = std::move(*written);
        m_mayPass = true;
    }

    void broken(const ApiError &error) override { m_failure = error; }

private:
    const EmbeddingDialect m_provider;
    const EmbeddingRequest &m_request; // the translation's, which outlives us
    std::string m_body;
    bool m_isTooLarge = false;
};

/// Operation::Embed.
class EmbeddingTranslation final : public Translation
{
public:
    explicit EmbeddingTranslation(Dialect client) noexcept
        : m_client(client)
    {
    }

    Decoded<void> read(json::Value body, std::string_view target) override
    {
        auto request = readEmbeddingRequest(embeddingDialect(m_client, target), body, target);
        if (!request) {
            return tl::unexpected(std::move(request.error()));
        }
        m_request = std::move(*request);
        return {};
    }

    Decoded<std::string> bodyFor(const model::BackendSettings &backend,
                                 std::string_view modelName) override
    {
        m_fidelity.clear();
        m_upstream = dialectOf(backend, modelName);
        m_provider = embeddingDialectOf(backend.provider);
        return writeEmbeddingRequest(m_provider, m_request, {modelName, backend.options},
                                     m_fidelity);
    }

    std::unique_ptr<AnswerTranslator> answerOf(const ResponseHead &head,
                                               Dialect upstream,
                                               std::string_view,
                                               std::string_view) override
    {
        constexpr int ClientError = 400;
        if (head.status >= ClientError) {
            return translateError(*providerCodec(upstream), head.status);
        }
        return std::make_unique<EmbeddingTranslator>(m_provider, m_request);
    }

private:
    const Dialect m_client;
    EmbeddingRequest m_request;
    EmbeddingDialect m_provider = EmbeddingDialect::OpenAi;
};

} // namespace

std::unique_ptr<Translation> makeTranslation(Dialect client, Operation operation, bool keepsAnswer)
{
    const ClientCodec *codec = clientCodec(client);
    switch (operation) {
    case Operation::Generate:
        return codec != nullptr ? std::make_unique<ChatTranslation>(*codec, keepsAnswer) : nullptr;
    case Operation::CountTokens:
        return codec != nullptr ? std::make_unique<CountTranslation>(*codec) : nullptr;
    case Operation::Embed:
        return std::make_unique<EmbeddingTranslation>(client);
    default:
        return nullptr;
    }
}

} // namespace meridian::provider
