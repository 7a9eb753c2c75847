// SPDX-License-Identifier: MIT
// Whose server a simulated backend plays.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian::simulate {

enum class Protocol : std::uint8_t { OpenAi, Anthropic, Gemini, Ollama, Oci };

inline constexpr std::array<std::string_view, 5> ProtocolNames{"openai", "anthropic", "gemini",
                                                               "ollama", "oci"};

[[nodiscard]] constexpr std::optional<Protocol> protocolOf(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < ProtocolNames.size(); ++i) {
        if (ProtocolNames[i] == name) {
            return static_cast<Protocol>(i);
        }
    }
    return std::nullopt;
}

} // namespace meridian::simulate
