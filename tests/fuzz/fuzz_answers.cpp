// SPDX-License-Identifier: MIT
// Fuzzes providers' answers, streamed in pieces and whole: exactly one end, the same answer however
// it was cut, and sound bytes for every client.
#include "core/json/checker.h"
#include "core/provider/answertranslator.h"
#include "tests/provider/support/dialects.h"
#include "tests/provider/support/grammarsink.h"

#include <cstdio>
#include <cstdlib>
#include <random>

using namespace meridian;
using namespace meridian::provider;

namespace {

void require(bool condition, unsigned line = __builtin_LINE())
{
    if (!condition) {
        std::fprintf(stderr, "line %u: the requirement does not hold\n", line);
        std::abort();
    }
}

struct Input
{
    const ProviderCodec &provider;
    const ClientCodec &client;
    std::string_view bytes;
    bool comesAsStream = false;
    bool wantsStream = false;
    bool breaks = false;
    unsigned cuts = 0;
};

template <typename Feed>
void inPieces(std::string_view bytes, unsigned seed, Feed feed)
{
    std::minstd_rand random(seed + 1);
    while (!bytes.empty()) {
        const std::size_t piece = seed == 0 ? bytes.size() : 1 + random() % 40;
        feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

/// Read straight into a sink that checks the grammar.
Answer decoded(const Input &input, unsigned cuts)
{
    AnswerBuilder builder;
    testing::GrammarSink sink(&builder);
    StreamDefects defects;
    const auto decoder = input.provider.streamDecoder(sink, defects, "seed");
    inPieces(input.bytes, cuts, [&](std::string_view piece) { decoder->feed(piece); });
    decoder->bodyEnded();
    require(sink.flaw().empty());
    require(sink.isOver());
    return builder.answer();
}

void translate(const Input &input)
{
    ChatRequest request;
    request.model = "m";
    request.isStream = input.wantsStream;
    request.wantsUsage = true;
    const auto translator = translateAnswer(
        {.provider = input.provider,
         .client = input.client,
         .context = {"req-1", "m", 1700000000, &request},
         .isStream = input.wantsStream,
         .keepsAnswer = true,
         .contentType = input.comesAsStream ? input.provider.streamType() : "application/x"});
    inPieces(input.bytes, input.cuts, [&](std::string_view piece) { translator->feed(piece); });
    if (input.breaks) {
        translator->broken({ErrorClass::Timeout, 0, "it broke", {}, {}, {}});
    } else {
        translator->bodyEnded();
        require(translator->failure().has_value() == (translator->answer() == nullptr));
    }
    require(translator->mayPass() || translator->failure().has_value() || input.breaks);
    if (translator->mayPass()) {
        require(testing::unsoundIn(translator->output(), translator->contentType()).empty());
    }
    if (translator->failure()) {
        static json::Checker checker;
        require(
            checker.check(input.client.encodeError(*translator->failure(), 502, "r")).has_value());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto Clients = testing::clients();
    static const auto Providers = testing::providers();
    if (size < 4) {
        return 0;
    }
    const Input input{*Providers[data[0] % Providers.size()],
                      *Clients[data[1] % Clients.size()],
                      {reinterpret_cast<const char *>(data) + 4, size - 4},
                      (data[2] & 1U) == 0,
                      (data[2] & 2U) == 0,
                      (data[2] & 4U) != 0,
                      data[3]};
    if (input.comesAsStream) {
        require(decoded(input, 0) == decoded(input, 1U + data[3]));
    }
    translate(input);
    static_cast<void>(input.provider.decodeError(400 + data[3], input.bytes));
    return 0;
}
