// SPDX-License-Identifier: MIT
// Which call a piece of a stream's tool_calls belongs to, whatever the backend thinks of indexes.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::openai {

/// Seen in the wild: no index; every call at index 0, told apart by new ids; no ids; whole calls
/// one after the other without either; the id or the name repeated in every piece; arguments as an
/// object. One per answer.
class CallTracker
{
public:
    static constexpr std::size_t MaxCalls = 1024;
    static constexpr std::size_t MaxId = 512; // a longer one is no id

    explicit CallTracker(AnswerWriter &writer) noexcept
        : m_writer(writer)
    {
    }

    /// One element of a delta's tool_calls. What cannot be understood fails the answer.
    void piece(json::Value call);

    /// One element of a whole message's tool_calls.
    void whole(json::Value call);

    /// The legacy function_call, in pieces or whole.
    void functionCall(json::Value call);

    [[nodiscard]] bool hasCalls() const noexcept { return !m_calls.empty(); }

private:
    struct Call
    {
        std::optional<std::int64_t> position; // the provider's index
        std::string id;
        bool isNamed = false;
        bool isWhole = false; // its arguments came in one piece
    };

    /// What one element says.
    struct Said
    {
        std::optional<std::int64_t> position;
        std::string id;
        std::string name;
        std::string arguments;
        bool isWhole = false; // the arguments are an object from bracket to bracket
    };

    [[nodiscard]] bool read(json::Value call, Said &said);
    [[nodiscard]] bool readFunction(json::Value function, Said &said);
    [[nodiscard]] std::optional<std::size_t> owner(const Said &said);
    [[nodiscard]] std::optional<std::size_t> last(const Said &said) const noexcept;
    [[nodiscard]] bool isTaken(std::string_view id) const noexcept;
    [[nodiscard]] bool open(const Said &said);
    void add(std::size_t index, const Said &said, json::Value call);

    AnswerWriter &m_writer;
    std::vector<Call> m_calls; // the key of each is its number
};

} // namespace meridian::provider::openai
