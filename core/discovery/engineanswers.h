// SPDX-License-Identifier: MIT
// Tells an engine by its answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::discovery {

/// What every place is asked, all GET. The first two at once; the others only where somebody
/// answers.
enum class Question : std::uint8_t {
    Models, // /v1/models: all but old ones have it
    Self,   // /meridian/version: another gateway, or this one
    OllamaVersion,
    OllamaTags,
    LlamaCppProps,
    Version, // vLLM; LocalAI has one too
    SglangModel,
    LmStudioModels,
    LocalAiDiscovery, // told without a key
    TextgenModel,
};
inline constexpr std::size_t QuestionCount = 10;
inline constexpr std::size_t FirstQuestions = 2;

[[nodiscard]] std::string_view pathOf(Question question) noexcept;

struct EngineAnswer
{
    int status = 0; // 0 = none
    std::string body;
};

using EngineAnswers = std::array<EngineAnswer, QuestionCount>;

enum class PlaceState : std::uint8_t { Looking, Found, Nothing, NeedsKey, Failed };

/// The word of the API: looking, found, nothing, needs_key, failed.
[[nodiscard]] std::string_view stateName(PlaceState state) noexcept;

struct EngineFinding
{
    PlaceState state = PlaceState::Looking;
    std::string engine;              // ollama, lmstudio, llamacpp, …; openai: some compatible one
    std::string provider;            // as in the configuration: ollama or openai
    std::vector<std::string> models; // as the engine names them, in its order
    std::string message;             // for a person
};

/// `usual`: which engine it is when none of the answers says so (Place::usual); may be empty. One
/// answer at least has come. Any thread.
[[nodiscard]] EngineFinding judge(const EngineAnswers &answers, std::string_view usual);

} // namespace meridian::discovery
