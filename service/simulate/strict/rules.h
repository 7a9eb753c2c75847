// SPDX-License-Identifier: MIT
// Checks fields of a request as a provider's server does; keeps the first thing that is wrong.
#pragma once

#include "core/json/value.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace meridian::simulate {

/// What a provider says of a request it does not take; always status 400.
struct Refusal
{
    std::string message;
    std::string param; // path of the field
};

using Words = std::initializer_list<std::string_view>;

/// One per request. Paths are written `messages[0].content`.
class Rules
{
public:
    /// `unknown`: what this provider says of a field it does not know.
    explicit Rules(std::string_view unknown)
        : m_unknown(unknown)
    {
    }

    void refuse(const std::string &path, std::string_view what);

    [[nodiscard]] bool hasRefused() const noexcept { return m_refusal.has_value(); }

    [[nodiscard]] const std::optional<Refusal> &refusal() const noexcept { return m_refusal; }

    /// Every member is one of `names`, or begins with `mock_` at the top.
    void only(json::Value object, const std::string &path, Words names);

    // --- of members that may be missing; null counts as wrong unless said otherwise
    void text(json::Value object, const std::string &path, std::string_view name);
    void boolean(json::Value object, const std::string &path, std::string_view name);
    void number(json::Value object,
                const std::string &path,
                std::string_view name,
                double least,
                double most);
    void integer(json::Value object,
                 const std::string &path,
                 std::string_view name,
                 std::int64_t least,
                 std::int64_t most = INT64_MAX);
    void word(json::Value object, const std::string &path, std::string_view name, Words words);
    void
    texts(json::Value object, const std::string &path, std::string_view name, std::size_t most);

    /// They must be there; false when not.
    bool needsText(json::Value object, const std::string &path, std::string_view name);
    bool needsObject(json::Value object, const std::string &path, std::string_view name);
    bool needsArray(json::Value object, const std::string &path, std::string_view name);

    /// Calls `f(element, "path[i]")`.
    template <typename F>
    void each(json::Value array, const std::string &path, F f)
    {
        std::size_t index = 0;
        array.elements([&](json::Value element) {
            if (!hasRefused()) {
                f(element, path + "[" + std::to_string(index) + "]");
            }
            ++index;
        });
    }

private:
    const std::string_view m_unknown;
    std::optional<Refusal> m_refusal;
};

[[nodiscard]] bool isOneOf(json::Value text, Words words) noexcept;

/// `path.name`, or the name alone at the top.
[[nodiscard]] std::string within(const std::string &path, std::string_view name);

/// Letters, digits and `more`, between 1 and `longest`.
[[nodiscard]] bool
isName(std::string_view text, std::string_view more, std::size_t longest) noexcept;

[[nodiscard]] bool isBlank(std::string_view text) noexcept;

/// Standard base64 with its padding, nothing before or behind it.
[[nodiscard]] bool isBase64(std::string_view text) noexcept;

} // namespace meridian::simulate
