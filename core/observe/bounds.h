// SPDX-License-Identifier: MIT
// The upper bounds of every histogram: those that are counted, and those that are printed.
#pragma once

#include <array>
#include <cstdint>

// Durations are whole microseconds. A histogram is counted once, over all the bounds that any of
// its series prints; each series is made from it when the page is asked for (Sum::print).

namespace meridian::observe::bounds {

using Micros = std::uint32_t;

// --- counted
/// A whole exchange: the union of Latency, MelisTotal and GenAiDuration.
inline constexpr std::array<Micros, 24> Exchange{
    10'000,    20'000,    25'000,     40'000,     50'000,     80'000,     100'000,    160'000,
    250'000,   320'000,   500'000,    640'000,    1'000'000,  1'280'000,  2'500'000,  2'560'000,
    5'000'000, 5'120'000, 10'000'000, 10'240'000, 20'480'000, 30'000'000, 40'960'000, 81'920'000};
/// The union of FirstByte and GenAiFirstToken.
inline constexpr std::array<Micros, 21> Head{
    1'000,     2'500,     5'000,     10'000,    20'000,     25'000,     40'000,
    50'000,    60'000,    80'000,    100'000,   250'000,    500'000,    750'000,
    1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000, 30'000'000, 60'000'000};
/// The union of Stage and the Melis overheads.
inline constexpr std::array<Micros, 21> Overhead{
    5,       10,      25,      50,        100,       250,       500,
    1'000,   2'000,   2'500,   5'000,     10'000,    25'000,    50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

// --- counted and printed
inline constexpr std::array<Micros, 20> Stage{
    5,      10,     25,     50,      100,     250,     500,       1'000,     2'500,     5'000,
    10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
inline constexpr std::array<Micros, 13> Turn{10,    25,    50,     100,    250,     500,      1'000,
                                             2'500, 5'000, 10'000, 50'000, 100'000, 1'000'000};
inline constexpr std::array<Micros, 13> QueueWait{
    1'000,   5'000,     10'000,    25'000,    50'000,     100'000,   250'000,
    500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};
inline constexpr std::array<Micros, 9> MelisBackend{
    10'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
/// As the semantic conventions advise for gen_ai.server.time_per_output_token.
inline constexpr std::array<Micros, 13> GenAiPerToken{
    10'000,  25'000,  50'000,  75'000,  100'000,   150'000,  200'000,
    300'000, 400'000, 500'000, 750'000, 1'000'000, 2'500'000};
/// Tokens; as advised for gen_ai.client.token.usage.
inline constexpr std::array<std::uint32_t, 14> GenAiTokens{
    1,      4,      16,      64,        256,       1'024,      4'096,
    16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};

// --- printed
/// meridian_request_latency_ms, as Meridian 0.12 has it.
inline constexpr std::array<Micros, 10> Latency{
    10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
inline constexpr std::array<Micros, 15> FirstByte{
    1'000,   2'500,     5'000,     10'000,    25'000,     50'000,     100'000,   250'000,
    500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};
inline constexpr std::array<Micros, 9> MelisTotal{
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};
inline constexpr std::array<Micros, 7> MelisRequest{500,    1'000,  2'000,  5'000,
                                                    10'000, 50'000, 100'000};
inline constexpr std::array<Micros, 6> MelisOverhead{500, 1'000, 2'000, 5'000, 10'000, 50'000};
/// As advised for gen_ai.client.operation.duration.
inline constexpr std::array<Micros, 14> GenAiDuration{
    10'000,    20'000,    40'000,    80'000,     160'000,    320'000,    640'000,
    1'280'000, 2'560'000, 5'120'000, 10'240'000, 20'480'000, 40'960'000, 81'920'000};
/// As advised for gen_ai.server.time_to_first_token.
inline constexpr std::array<Micros, 16> GenAiFirstToken{
    1'000,   5'000,   10'000,  20'000,    40'000,    60'000,    80'000,    100'000,
    250'000, 500'000, 750'000, 1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000};

} // namespace meridian::observe::bounds
