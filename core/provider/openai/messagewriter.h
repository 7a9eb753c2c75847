// SPDX-License-Identifier: MIT
// Writes turns as the `messages` of a chat request.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::openai {

/// Writes each turn without looking at later ones, so that a conversation that has grown begins as
/// before. One per request.
class MessageWriter
{
public:
    MessageWriter(json::JsonWriter &json,
                  const ChatRequest &request,
                  std::string_view model,
                  Fidelity &fidelity) noexcept
        : m_json(json)
        , m_request(request)
        , m_model(model)
        , m_fidelity(fidelity)
        , m_isOwn(request.origin == Dialect::OpenAiChat)
    {
    }

    /// The list, brackets included.
    void write();

private:
    using Parts = std::vector<const Part *>;

    /// How several texts of another dialect become one: every engine takes a string as content, and
    /// not every one takes a list.
    enum class Join : std::uint8_t { Never, Plain, Lines, Paragraphs };

    void plain(const Turn &turn);
    void assistant(const Turn &turn);
    void tools(const Turn &turn);
    void result(const Part &part, Parts &media);

    void open(std::string_view role);
    void close(const Turn &turn);
    void content(const Parts &parts, Join join, bool canBeNull);
    void thoughts(const Turn &turn);
    void refusal(const Turn &turn);
    void calls(const Turn &turn);
    void call(const Part &part);
    [[nodiscard]] std::string_view roleName(Role role) const noexcept;
    [[nodiscard]] std::string path() const;
    [[nodiscard]] std::string path(std::string_view list, std::size_t index) const;

    json::JsonWriter &m_json;
    const ChatRequest &m_request;
    const std::string_view m_model;
    Fidelity &m_fidelity;
    const bool m_isOwn;
    std::size_t m_message = 0; // in the client's body, as far as it can be told
};

} // namespace meridian::provider::openai
