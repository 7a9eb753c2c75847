// SPDX-License-Identifier: MIT
// One answer on its way from a provider's dialect into a client's: bytes in, bytes out.
#pragma once

#include "core/provider/codec.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider {

/// What passes an answer on in another form. Pure: no sockets. One per answer, one thread.
class AnswerTranslator
{
public:
    virtual ~AnswerTranslator() = default;

    /// The next bytes of the provider's body.
    virtual void feed(std::string_view bytes) = 0;

    /// The body has ended by itself. A whole answer is in output() now, or there is a failure().
    virtual void bodyEnded() = 0;

    /// The connection broke. A stream whose beginning has been passed on ends with `error`, in
    /// output(); otherwise only failure() is set.
    virtual void broken(const ApiError &error) = 0;

    /// What is to be sent to the client; the caller takes it and leaves it empty.
    [[nodiscard]] std::string &output() noexcept { return m_output; }

    /// May output() be passed on already? Until the answer has content, it is held back, so that a
    /// provider that fails at once can still be replaced.
    [[nodiscard]] bool mayPass() const noexcept { return m_mayPass; }

    /// Of the client's response.
    [[nodiscard]] std::string_view contentType() const noexcept { return m_contentType; }

    /// The answer is whole, whatever becomes of the connection.
    [[nodiscard]] bool hasEnded() const noexcept { return m_hasEnded; }

    /// Why there is no (more) answer. When nothing was passed on, the caller answers it.
    [[nodiscard]] const std::optional<ApiError> &failure() const noexcept { return m_failure; }

    [[nodiscard]] const TokenUsage &usage() const noexcept { return m_usage; }

    [[nodiscard]] const StreamDefects &defects() const noexcept { return m_defects; }

    /// The answer, where it was asked to be kept and is complete; else null.
    [[nodiscard]] virtual const Answer *answer() const noexcept { return nullptr; }

protected:
    static constexpr std::size_t MaxErrorBody = 256UL * 1024;

    std::string m_output;
    std::string m_contentType = "application/json";
    std::optional<ApiError> m_failure;
    TokenUsage m_usage;
    StreamDefects m_defects;
    bool m_mayPass = false;
    bool m_hasEnded = false;
};

struct AnswerSetup
{
    const ProviderCodec &provider;
    const ClientCodec &client;
    AnswerContext context;        // what it refers to outlives the translator
    bool isStream = false;        // the client wants one
    bool keepsAnswer = false;     // answer()
    int status = 200;             // of the provider's response
    std::string_view contentType; // likewise
};

/// Of an answer to Operation::Generate. Any combination of streams and whole answers.
[[nodiscard]] std::unique_ptr<AnswerTranslator> translateAnswer(const AnswerSetup &setup);

/// A provider's error whose body is no business of a codec: the whole body in, failure() out.
[[nodiscard]] std::unique_ptr<AnswerTranslator> translateError(const ProviderCodec &provider,
                                                               int status);

} // namespace meridian::provider
