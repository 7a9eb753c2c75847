// SPDX-License-Identifier: MIT
#include "core/json/checker.h"

#include "core/json/number.h"
#include "core/json/structuralindex.h"
#include "core/json/tokenwalk.h"

namespace meridian::json {

namespace {

bool isHex(char c) noexcept
{
    const char lower = static_cast<char>(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
}

bool escapesAreSound(std::string_view string) noexcept
{
    constexpr std::string_view Simple = "\"\\/bfnrt";
    constexpr std::size_t Digits = 4;
    for (std::size_t at = string.find('\\'); at != std::string_view::npos;
         at = string.find('\\', at)) {
        const char what = at + 1 < string.size() ? string[at + 1] : '\0';
        at += 2;
        if (what == 'u') {
            for (std::size_t i = 0; i < Digits; ++i, ++at) {
                if (at >= string.size() || !isHex(string[at])) {
                    return false;
                }
            }
        } else if (what == '\0' || Simple.find(what) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

} // namespace

Checker::Checker()
    : m_index(std::make_unique<StructuralIndex>(KeptCapacity))
{
}

Checker::~Checker() = default;

std::optional<Value> Checker::check(std::string_view text)
{
    const bool isBuilt = m_index->build(text) == StructuralIndex::Outcome::Ok;
    const auto end = isBuilt ? skipValue(*m_index, 0, MaxDepth) : std::nullopt;
    const bool isSound = end && *end == m_index->size() && scalarsAreSound(text);
    std::optional<Value> value;
    if (isSound) {
        const std::size_t first = m_index->offset(0);
        value = Value(text.substr(first, m_index->end(m_index->size() - 1) - first));
    }
    m_index->trim();
    return value;
}

bool Checker::scalarsAreSound(std::string_view text) const
{
    for (std::size_t i = 0; i < m_index->size(); ++i) {
        const char lead = m_index->at(i);
        if (lead == '"') {
            const std::size_t first = m_index->offset(i) + 1;
            if (!escapesAreSound(text.substr(first, m_index->end(i) - first - 1))) {
                return false;
            }
        } else if (beginsScalar(lead)) {
            const std::string_view word =
                text.substr(m_index->offset(i), m_index->end(i) - m_index->offset(i));
            if (word != "true" && word != "false" && word != "null" && !isNumber(word)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace meridian::json
