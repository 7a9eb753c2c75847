// SPDX-License-Identifier: MIT
#include "core/provider/answertranslator.h"

#include "core/json/checker.h"
#include "core/provider/common.h"
#include "core/provider/gemini/jsonarray.h"

#include <algorithm>

namespace meridian::provider {

namespace {

constexpr int ClientError = 400;

bool startsWithType(std::string_view type, std::string_view lowerPrefix) noexcept
{
    return type.size() >= lowerPrefix.size() &&
           std::equal(lowerPrefix.begin(), lowerPrefix.end(), type.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b);
           });
}

ApiError upstreamError(std::string message)
{
    return {ErrorClass::Upstream, 0, std::move(message), {}, {}, std::chrono::nanoseconds(0)};
}

/// Collects an error's body and says what it means.
class ErrorReader final : public AnswerTranslator
{
public:
    ErrorReader(const ProviderCodec &provider, int status) noexcept
        : m_provider(provider)
        , m_status(status)
    {
    }

    void feed(std::string_view bytes) override
    {
        m_body.append(bytes.substr(0, MaxErrorBody - std::min(MaxErrorBody, m_body.size())));
        if (m_body.size() >= MaxErrorBody && !m_failure) {
            bodyEnded(); // the rest is not waited for
        }
    }

    void bodyEnded() override
    {
        m_failure = m_provider.decodeError(m_status, m_body);
        if (m_failure->message.empty()) {
            m_failure->message = "the provider answered with status " + std::to_string(m_status);
        }
    }

    void broken(const ApiError &) override { bodyEnded(); } // its status says enough

private:
    const ProviderCodec &m_provider;
    const int m_status;
    std::string m_body;
};

/// Reads a provider's answer and tells it on: to the client's encoder, to a builder, or to both.
class ChatTranslator final : public AnswerTranslator, private AnswerSink
{
public:
    explicit ChatTranslator(const AnswerSetup &setup)
        : m_setup(setup)
    {
        if (setup.isStream) {
            m_encoder = setup.client.streamEncoder(m_output, m_setup.context);
            const bool isArray =
                setup.context.request != nullptr && gemini::wantsJsonArray(*setup.context.request);
            m_contentType = isArray ? "application/json" : setup.client.streamType();
        }
        if (startsWithType(setup.contentType, setup.provider.streamType())) {
            m_decoder = setup.provider.streamDecoder(*this, m_defects, setup.context.requestId);
        }
    }

    void feed(std::string_view bytes) override
    {
        if (m_failure || m_isTooLarge) {
            return;
        }
        if (m_decoder) {
            m_decoder->feed(bytes);
            if (!m_failure && !m_encoder && m_builder.failure()) { // no need to hear more of it
                m_defects.note(StreamDefect::TooLarge);
                m_failure = m_builder.failure();
            }
        } else if (m_body.size() + bytes.size() > AnswerBuilder::MaxBytes) {
            m_isTooLarge = true; // nothing that follows can make it an answer
            m_body = {};
            bodyEnded();
        } else {
            m_body.append(bytes);
        }
    }

    void bodyEnded() override
    {
        if (m_failure || m_hasEnded) {
            complete();
            return;
        }
        if (m_decoder) {
            m_decoder->bodyEnded();
        } else {
            readWhole();
        }
        complete();
    }

    void broken(const ApiError &reason) override
    {
        if (!m_failure && !m_hasEnded) {
            error(reason);
        }
    }

    [[nodiscard]] const Answer *answer() const noexcept override
    {
        return m_builder.isComplete() ? &m_builder.answer() : nullptr;
    }

private:
    void readWhole()
    {
        json::Checker checker;
        const auto value = m_isTooLarge ? std::optional<json::Value>() : checker.check(m_body);
        if (value && value->isObject()) {
            m_setup.provider.decodeAnswer(*value, *this, m_setup.context.requestId);
            return;
        }
        m_defects.note(m_isTooLarge ? StreamDefect::TooLarge : StreamDefect::NotJson);
        error(upstreamError(m_isTooLarge
                                ? std::string("the provider's answer is too large")
                                : "the provider's answer is not JSON: " + readableExcerpt(m_body)));
    }

    /// The whole answer is there: written now, if the client wants it whole.
    void complete()
    {
        if (m_failure || !m_hasEnded) {
            if (!m_failure) {
                error(upstreamError("the provider's answer is incomplete"));
            }
            return;
        }
        if (!m_encoder && m_output.empty() && !m_mayPass) {
            if (m_builder.failure()) {
                m_failure = m_builder.failure();
                return;
            }
            m_output = m_setup.client.encodeAnswer(m_builder.answer(), m_setup.context);
            m_mayPass = true;
        }
    }

    [[nodiscard]] bool builds() const noexcept { return !m_encoder || m_setup.keepsAnswer; }

    template <typename Tell>
    void tell(Tell tell)
    {
        if (m_encoder) {
            tell(static_cast<AnswerSink &>(*m_encoder));
        }
        if (builds()) {
            tell(static_cast<AnswerSink &>(m_builder));
        }
    }

    // --- AnswerSink
    void start(const AnswerStart &start) override
    {
        tell([&](AnswerSink &sink) { sink.start(start); });
    }

    void partStart(std::uint32_t index, const PartStart &part) override
    {
        m_mayPass = m_mayPass || m_encoder;
        tell([&](AnswerSink &sink) { sink.partStart(index, part); });
    }

    void partDelta(std::uint32_t index, std::string_view text) override
    {
        tell([&](AnswerSink &sink) { sink.partDelta(index, text); });
    }

    void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override
    {
        tell([&](AnswerSink &sink) { sink.partSignature(index, signature, by); });
    }

    void partStop(std::uint32_t index) override
    {
        tell([&](AnswerSink &sink) { sink.partStop(index); });
    }

    void usage(const TokenUsage &usage) override
    {
        m_usage.merge(usage);
        tell([&](AnswerSink &sink) { sink.usage(usage); });
    }

    void finish(FinishReason reason, std::string_view stopSequence) override
    {
        m_mayPass = m_mayPass || m_encoder;
        tell([&](AnswerSink &sink) { sink.finish(reason, stopSequence); });
    }

    void end() override
    {
        m_hasEnded = true;
        tell([](AnswerSink &sink) { sink.end(); });
    }

    void error(const ApiError &reason) override
    {
        m_failure = reason;
        if (m_encoder && m_mayPass) { // the client has read the beginning
            m_encoder->error(reason);
        }
    }

    void ping() override
    {
        if (m_mayPass) { // before, it would be held back with the rest
            tell([](AnswerSink &sink) { sink.ping(); });
        }
    }

    const AnswerSetup m_setup;
    std::unique_ptr<AnswerSink> m_encoder;    // null: the client wants the answer whole
    std::unique_ptr<AnswerDecoder> m_decoder; // null: the provider's body is no stream
    AnswerBuilder m_builder;
    std::string m_body; // without decoder
    bool m_isTooLarge = false;
};

} // namespace

std::unique_ptr<AnswerTranslator> translateAnswer(const AnswerSetup &setup)
{
    if (setup.status >= ClientError) {
        return translateError(setup.provider, setup.status);
    }
    return std::make_unique<ChatTranslator>(setup);
}

std::unique_ptr<AnswerTranslator> translateError(const ProviderCodec &provider, int status)
{
    return std::make_unique<ErrorReader>(provider, status);
}

} // namespace meridian::provider
