// SPDX-License-Identifier: MIT
// One request that is put to backends of another dialect: read once, written for each of them.
#pragma once

#include "core/json/checker.h"
#include "core/model/backendsettings.h"
#include "core/provider/answertranslator.h"
#include "core/provider/endpoint.h"

#include <memory>
#include <string>
#include <string_view>

namespace meridian::provider {

/// What is known of the response that an answer is read from.
struct ResponseHead
{
    int status = 200;
    std::string_view contentType;
};

/// One per exchange that needs it; its worker's thread.
class Translation
{
public:
    virtual ~Translation() = default;

    /// Reads the client's body, an object. An error is the client's.
    [[nodiscard]] virtual Decoded<void> read(json::Value body, std::string_view target) = 0;

    /// The body for a backend that calls the model `modelName`; fidelity() is about this one then.
    /// An error: the backend cannot be asked that at all.
    [[nodiscard]] virtual Decoded<std::string> bodyFor(const model::BackendSettings &backend,
                                                       std::string_view modelName) = 0;

    /// Of a backend that was asked in the dialect `upstream`. `requestId` and `clientModel` outlive
    /// it.
    [[nodiscard]] virtual std::unique_ptr<AnswerTranslator>
    answerOf(const ResponseHead &head,
             Dialect upstream,
             std::string_view requestId,
             std::string_view clientModel) = 0;

    /// The client wants its answer as a stream.
    [[nodiscard]] virtual bool isStream() const noexcept { return false; }

    /// Null for anything but conversations.
    [[nodiscard]] virtual const ChatRequest *request() const noexcept { return nullptr; }

    [[nodiscard]] const Fidelity &fidelity() const noexcept { return m_fidelity; }

    /// The dialect that the last bodyFor() spoke.
    [[nodiscard]] Dialect upstreamDialect() const noexcept { return m_upstream; }

protected:
    Fidelity m_fidelity;
    Dialect m_upstream = Dialect::OpenAiChat;
};

/// Null: nobody knows how. `keepsAnswer`: AnswerTranslator::answer() is wanted.
[[nodiscard]] std::unique_ptr<Translation>
makeTranslation(Dialect client, Operation operation, bool keepsAnswer);

} // namespace meridian::provider
