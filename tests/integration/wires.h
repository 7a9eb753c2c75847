// SPDX-License-Identifier: MIT
// The dialects as bytes: what clients of each send and read, and what providers of each answer.
#pragma once

#include "tests/support/scenario.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::support {

/// A client-facing API.
enum class Wire : std::uint8_t {
    Chat,
    Completions,
    Responses,
    Anthropic,
    Gemini,
    OllamaChat,
    OllamaGenerate
};
inline constexpr Wire AllWires[] = {Wire::Chat,          Wire::Completions, Wire::Responses,
                                    Wire::Anthropic,     Wire::Gemini,      Wire::OllamaChat,
                                    Wire::OllamaGenerate};

[[nodiscard]] const char *wireName(Wire wire);

/// A request for a short text.
struct WireRequest
{
    std::string target;
    std::string body;
};

[[nodiscard]] WireRequest
ask(Wire wire, std::string_view model, bool isStream, std::string_view text = "hi");

/// What a client understands of an answer.
struct Told
{
    std::string text;
    int input = -1; // tokens; -1: not told
    int output = -1;
    bool hasEnded = false;    // said so in the dialect's way
    std::string errorMessage; // of a stream
    std::string problem;      // what no client of the dialect would understand
};

[[nodiscard]] Told readWhole(Wire wire, const std::string &body);
[[nodiscard]] Told readStream(Wire wire, const std::string &body);

/// What is wrong with an error in the dialect; empty when nothing. `word`: the dialect's own word
/// for it (`type`, `status`), empty where it does not matter.
[[nodiscard]] std::string
wireErrorProblem(Wire wire, const HttpResponse &response, int status, std::string_view word = {});

/// Data of each event of an SSE stream.
[[nodiscard]] std::vector<std::string> eventsOf(const std::string &bytes);

/// The `provider` of the configuration: openai, anthropic, google, ollama. Whole: "hello", 7 + 3
/// tokens; as a stream: "hel", "lo", 11 + 5.
[[nodiscard]] std::string providerAnswer(std::string_view provider);
[[nodiscard]] std::vector<std::string> providerStream(std::string_view provider);
[[nodiscard]] std::string_view streamTypeOf(std::string_view provider);
/// An error with `message` as the provider writes it.
[[nodiscard]] std::string
providerError(std::string_view provider, int status, std::string_view message);
[[nodiscard]] bool wantsStream(std::string_view provider, const RecordedRequest &request);
/// Whole or streamed, as asked.
[[nodiscard]] Reply providerReply(std::string_view provider, const RecordedRequest &request);

/// A backend of that provider, which serves the model `<provider>-model` and answers as it does.
/// Probes are kept out of its log.
FakeUpstream &addProvider(Scenario &scenario,
                          std::string_view provider,
                          GatewayConfig::Entries extra = {},
                          std::string_view name = {});

} // namespace meridian::support

#define VERIFY_WIRE_ERROR(wire, response, ...)                                                     \
    do {                                                                                           \
        const std::string wireProblem =                                                            \
            meridian::support::wireErrorProblem(wire, response, __VA_ARGS__);                      \
        QVERIFY2(wireProblem.empty(), wireProblem.c_str());                                        \
    } while (false)
