// SPDX-License-Identifier: MIT
#include "core/json/tokenwalk.h"

#include "core/json/structuralindex.h"

#include <algorithm>
#include <bitset>

namespace meridian::json {

namespace {

constexpr std::size_t DeepestPossible = 1024;

enum class Expect : std::uint8_t { Value, Key, CommaOrClose };

/// The brackets that are open, innermost last.
class OpenBrackets
{
public:
    explicit OpenBrackets(std::size_t maxDepth) noexcept
        : m_maxDepth(std::min(maxDepth, DeepestPossible))
    {
    }

    bool open(bool isObject) noexcept
    {
        if (m_depth == m_maxDepth) {
            return false;
        }
        m_isObject[m_depth++] = isObject;
        return true;
    }

    void close() noexcept { --m_depth; }

    [[nodiscard]] bool isEmpty() const noexcept { return m_depth == 0; }

    [[nodiscard]] bool inObject() const noexcept { return m_isObject[m_depth - 1]; }

private:
    const std::size_t m_maxDepth;
    std::size_t m_depth = 0;
    std::bitset<DeepestPossible> m_isObject;
};

} // namespace

bool beginsScalar(char byte) noexcept
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == 't' || byte == 'f' || byte == 'n';
}

std::optional<std::size_t>
skipValue(const StructuralIndex &index, std::size_t first, std::size_t maxDepth) noexcept
{
    const char lead = index.at(first);
    if (lead == '"' || beginsScalar(lead)) {
        return first + 1; // most fields: no brackets to keep track of
    }
    OpenBrackets open(maxDepth);
    Expect expect = Expect::Value;
    std::size_t i = first;
    do {
        const char token = index.at(i);
        switch (expect) {
        case Expect::Value:
            if (token == '"' || beginsScalar(token)) {
                ++i;
                expect = Expect::CommaOrClose;
            } else if (token == '{' || token == '[') {
                const bool isObject = token == '{';
                if (!open.open(isObject)) {
                    return std::nullopt;
                }
                ++i;
                if (index.at(i) == (isObject ? '}' : ']')) {
                    expect = Expect::CommaOrClose;
                } else {
                    expect = isObject ? Expect::Key : Expect::Value;
                }
            } else {
                return std::nullopt;
            }
            break;
        case Expect::Key:
            if (token != '"' || index.at(i + 1) != ':') {
                return std::nullopt;
            }
            i += 2;
            expect = Expect::Value;
            break;
        case Expect::CommaOrClose:
            if (token == ',') {
                expect = open.inObject() ? Expect::Key : Expect::Value;
            } else if (token == (open.inObject() ? '}' : ']')) {
                open.close();
            } else {
                return std::nullopt;
            }
            ++i;
            break;
        }
    } while (!open.isEmpty());
    return i;
}

} // namespace meridian::json
