// SPDX-License-Identifier: MIT
// Requests as applications send them: mixed sizes with a heavy tail, and conversations.
#pragma once

#include "core/upstream/strategy.h"
#include "tests/upstream/somebackends.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace meridian::upstream::sim {

using Duration = std::chrono::nanoseconds;

struct Request
{
    Duration arrival{0};
    std::uint64_t promptTokens = 0;
    std::uint64_t outputTokens = 0; // what it will become; the gateway knows maxTokens
    std::uint64_t maxTokens = 0;
    std::uint64_t prefix = 0;
    std::size_t conversation = 0;

    [[nodiscard]] double cost() const { return double(promptTokens) + 4 * double(maxTokens); }

    [[nodiscard]] PickContext context(SteadyTime now) const
    {
        return {now, promptTokens, maxTokens, cost(), prefix};
    }
};

/// One request in ten writes a long answer, with a Pareto tail; max_tokens is the next power of
/// two. All at time 0: arrivals() spreads them.
inline std::vector<Request> mixedRequests(std::size_t count, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> prompt(std::log(400.0), 0.9);
    std::lognormal_distribution<double> shortAnswer(std::log(120.0), 0.6);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    std::vector<Request> requests(count);
    for (Request &request : requests) {
        request.promptTokens = std::uint64_t(std::clamp(prompt(random), 8.0, 16000.0));
        const bool isLong = uniform(random) < 0.1;
        const double answer =
            isLong ? 400 * std::pow(1 - uniform(random), -1 / 1.3) : shortAnswer(random);
        request.outputTokens = std::uint64_t(std::clamp(answer, 1.0, 4000.0));
        request.maxTokens =
            std::uint64_t(std::exp2(std::ceil(std::log2(request.outputTokens + 1))));
    }
    return requests;
}

/// Poisson arrivals, so that on average `concurrency` requests would run at the same time on
/// servers that serve `prefillPerSecond` and `decodePerSecond` each.
inline void arrivals(std::vector<Request> &requests,
                     double concurrency,
                     std::uint64_t seed,
                     double prefillPerSecond = 8000,
                     double decodePerSecond = 60)
{
    double work = 0;
    for (const Request &request : requests) {
        work += double(request.promptTokens) / prefillPerSecond +
                double(request.outputTokens) / decodePerSecond;
    }
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> gap(concurrency * double(requests.size()) / work);
    double at = 0;
    for (Request &request : requests) {
        at += gap(random);
        request.arrival = Duration(std::llround(at * 1e9));
    }
}

/// Conversations of 2 to 20 turns; who speaks next follows Zipf's law over those that are open.
/// Every turn carries the conversation's prefix and a longer prompt than the one before.
inline std::vector<Request> conversations(std::size_t count, std::size_t open, std::uint64_t seed)
{
    struct Talk
    {
        std::size_t number;
        std::uint64_t prefix;
        int left;
        std::uint64_t promptTokens;
    };

    std::mt19937_64 random(seed);
    std::vector<double> popularity;
    for (std::size_t rank = 1; rank <= open; ++rank) {
        popularity.push_back(1 / double(rank));
    }
    std::discrete_distribution<std::size_t> zipf(popularity.begin(), popularity.end());
    std::uniform_int_distribution<int> turns(2, 20);
    std::lognormal_distribution<double> words(std::log(120.0), 0.6);
    std::size_t begun = 0;
    const auto begin = [&]() -> Talk { return {begun++, random() | 1U, turns(random), 100}; };
    std::vector<Talk> talks;
    for (std::size_t i = 0; i < open; ++i) {
        talks.push_back(begin());
    }
    std::vector<Request> requests(count);
    for (Request &request : requests) {
        Talk &talk = talks[zipf(random)];
        request.conversation = talk.number;
        request.prefix = talk.prefix;
        request.outputTokens = std::uint64_t(std::clamp(words(random), 1.0, 2000.0));
        request.maxTokens = 2048;
        talk.promptTokens += request.outputTokens + 60;
        request.promptTokens = talk.promptTokens;
        if (--talk.left == 0) {
            talk = begin();
        }
    }
    return requests;
}

} // namespace meridian::upstream::sim
