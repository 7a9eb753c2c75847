// SPDX-License-Identifier: MIT
// Decides whether a text is JSON, whole and strictly, so that everything after it may trust it.
#pragma once

#include "core/json/value.h"

#include <memory>
#include <optional>
#include <string_view>

namespace meridian::json {

class StructuralIndex;

/// Checks texts, one after the other (RFC 8259: UTF-8, grammar, numbers, words, escapes; nothing
/// after the value; at most MaxDepth deep). One per owner, one thread; its index is reused.
class Checker
{
public:
    static constexpr std::size_t MaxDepth = 1024;
    static constexpr std::size_t KeptCapacity = 256UL * 1024;

    Checker();
    ~Checker();
    Checker(const Checker &) = delete;
    Checker &operator=(const Checker &) = delete;

    /// The text's value, a view of it; nothing when the text is not JSON.
    [[nodiscard]] std::optional<Value> check(std::string_view text);

private:
    [[nodiscard]] bool scalarsAreSound(std::string_view text) const;

    std::unique_ptr<StructuralIndex> m_index;
};

} // namespace meridian::json
