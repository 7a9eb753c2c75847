// SPDX-License-Identifier: MIT
#include "service/simulate/answertext.h"

#include <array>

namespace meridian::simulate {

namespace {

constexpr std::array<std::string_view, 24> Filler{
    " Every", " word", " of",   " this",    " answer", " is",  " made",  " up",
    ",",      " and",  " each", " arrives", " as",     " one", " token", " at",
    " the",   " pace", " it",   " was",     " told",   " to",  " keep",  "."};

} // namespace

AnswerText::AnswerText(std::string_view backendName)
    : m_name(" ")
{
    m_name += backendName;
}

std::string_view AnswerText::token(std::uint32_t index) const noexcept
{
    switch (index) {
    case 0:
        return "Hello";
    case 1:
        return " from";
    case 2:
        return m_name;
    case 3:
        return ".";
    default:
        return Filler[(index - 4) % Filler.size()];
    }
}

std::string AnswerText::first(std::uint32_t count) const
{
    std::string text;
    text.reserve(static_cast<std::size_t>(count) * 6);
    for (std::uint32_t i = 0; i < count; ++i) {
        text += token(i);
    }
    return text;
}

} // namespace meridian::simulate
