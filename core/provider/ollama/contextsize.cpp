// SPDX-License-Identifier: MIT
#include "core/provider/ollama/contextsize.h"

#include <algorithm>
#include <string_view>

namespace meridian::provider::ollama {

namespace {

constexpr std::int64_t GivenAnyway = 4096;
constexpr std::int64_t Largest = 1024LL * 1024; // no model knows more; servers clamp to the model's
constexpr std::int64_t PerMessage = 8;          // role marks of the template
constexpr std::int64_t PerImage = 1024;         // vision models use 256 to 1600
constexpr std::int64_t UnknownOutput = 2048;    // where nobody limits the answer

class Counter
{
public:
    void add(std::string_view text) noexcept
    {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            m_ascii += byte < 0x80 ? 1 : 0;
            m_other += byte >= 0xC0 ? 1 : 0; // the first byte of a character
        }
    }

    void add(const std::vector<Part> &parts) noexcept
    {
        for (const Part &part : parts) {
            add(part.text);
            add(part.name);
            if (part.kind == Part::Kind::Image) {
                m_tokens += PerImage;
            } else if (part.source.kind == Source::Kind::Text) {
                add(part.source.data);
            }
            if (part.kind == Part::Kind::ToolResult) {
                for (const Part &inner : part.parts) { // results hold no results
                    add(inner.text);
                    m_tokens += inner.kind == Part::Kind::Image ? PerImage : 0;
                    if (inner.source.kind == Source::Kind::Text) {
                        add(inner.source.data);
                    }
                }
            }
        }
    }

    void add(std::int64_t tokens) noexcept { m_tokens += tokens; }

    [[nodiscard]] std::int64_t tokens() const noexcept
    {
        constexpr std::int64_t PerToken = 4;
        return m_tokens + m_other + (m_ascii + PerToken - 1) / PerToken;
    }

private:
    std::int64_t m_tokens = 0;
    std::int64_t m_ascii = 0;
    std::int64_t m_other = 0;
};

} // namespace

std::int64_t neededContext(const ChatRequest &request) noexcept
{
    Counter counter;
    for (const Turn &turn : request.turns) {
        counter.add(PerMessage);
        counter.add(turn.parts);
    }
    for (const Tool &tool : request.tools) {
        counter.add(tool.name);
        counter.add(tool.description);
        counter.add(tool.schema);
        counter.add(tool.json);
    }
    counter.add(request.format.schema);
    counter.add(std::min(request.maxTokens.value_or(UnknownOutput), Largest));
    return counter.tokens();
}

std::optional<std::int64_t> contextSizeFor(const ChatRequest &request) noexcept
{
    const std::int64_t needed = neededContext(request);
    if (needed <= GivenAnyway) {
        return std::nullopt;
    }
    std::int64_t size = GivenAnyway;
    while (size < needed && size < Largest) {
        size *= 2;
    }
    return size;
}

} // namespace meridian::provider::ollama
