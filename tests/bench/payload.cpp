// SPDX-License-Identifier: MIT
// Builds the bench payloads from fixed-width templates: an event costs one copy and 24 digits.
#include "tests/bench/payload.h"

#include <array>
#include <charconv>
#include <ctime>

namespace meridian::bench {
namespace {

constexpr std::string_view BeforeStamp =
    "data: "
    "{\"id\":\"chatcmpl-bench0001\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
    "\"model\":\"bench-model\",\"system_fingerprint\":\"fp_";
constexpr std::string_view BeforeToken =
    "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" tok";
constexpr std::string_view AfterToken = "\"},\"finish_reason\":null}]}\n\n";
constexpr std::string_view AfterLastToken =
    "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":96,"
    "\"completion_tokens\":64,\"total_tokens\":160}}\n\n";
constexpr std::string_view Done = "data: [DONE]\n\n";
constexpr std::size_t TokenWidth = 8;

constexpr std::string_view MessageBegin =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench01\","
    "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-bench\",\"content\":[],"
    "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":96,"
    "\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
constexpr std::string_view BeforeDelta =
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
    "\"delta\":{\"type\":\"text_delta\",\"text\":\" tok";
constexpr std::string_view AfterDelta = "\"}}\n\n";
constexpr std::string_view MessageEnd =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
    "\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":64}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

template <std::size_t Width, unsigned Base>
void appendDigits(std::string &out, std::uint64_t value)
{
    std::array<char, Width> digits{};
    for (std::size_t i = Width; i-- > 0; value /= Base) {
        digits[i] = "0123456789abcdef"[value % Base];
    }
    out.append(digits.data(), digits.size());
}

} // namespace

std::size_t stampOffset()
{
    return BeforeStamp.size();
}

void appendEvent(std::string &out, std::uint32_t index, std::uint32_t chunks, std::uint64_t stamp)
{
    if (index >= chunks) {
        out += Done;
        return;
    }
    out += BeforeStamp;
    appendDigits<StampWidth, 16>(out, stamp);
    out += BeforeToken;
    appendDigits<TokenWidth, 10>(out, index);
    out += index + 1 == chunks ? AfterLastToken : AfterToken;
}

void appendMessageEvent(std::string &out, std::uint32_t index, std::uint32_t chunks)
{
    if (index >= chunks) {
        out += MessageEnd;
        return;
    }
    if (index == 0) {
        out += MessageBegin;
    }
    out += BeforeDelta;
    appendDigits<TokenWidth, 10>(out, index);
    out += AfterDelta;
}

std::string tokenText(std::uint32_t index)
{
    std::string text = "\" tok";
    appendDigits<TokenWidth, 10>(text, index);
    return text + "\"";
}

std::uint64_t readStamp(std::string_view digits)
{
    std::uint64_t stamp = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), stamp, 16);
    return stamp;
}

std::string_view completionJson()
{
    return R"({"id":"chatcmpl-bench0001","object":"chat.completion","created":1700000000,)"
           R"("model":"bench-model","system_fingerprint":"fp_bench","choices":[{"index":0,)"
           R"("message":{"role":"assistant","content":"A gateway that costs less than the proxy )"
           R"(it replaces can stand in front of every model, and nobody has to ask whether it is )"
           R"(worth its place in the path of a request."},"logprobs":null,"finish_reason":"stop"}],)"
           R"("usage":{"prompt_tokens":96,"completion_tokens":34,"total_tokens":130}})";
}

std::string_view modelsJson()
{
    return R"({"object":"list","data":[{"id":"bench-model","object":"model","created":1700000000,)"
           R"("owned_by":"bench"}]})";
}

std::string streamRequestBody(const StreamWish &wish)
{
    constexpr std::string_view System =
        R"("You are a terse assistant. Answer in one paragraph and do not repeat the question.")";
    std::string body = R"({"model":")" + wish.model + R"(","stream":true,"max_tokens":)" +
                       std::to_string(wish.chunks);
    if (wish.isMessages) {
        body.append(R"(,"system":)").append(System).append(R"(,"messages":[)");
    } else {
        body.append(R"(,"metadata":{"interval_ms":")").append(std::to_string(wish.intervalMs));
        body.append(R"("},"messages":[{"role":"system","content":)").append(System).append("},");
    }
    return body.append(R"({"role":"user","content":"Explain why a gateway that relays tokens )"
                       R"(should neither buffer nor copy them."}]})");
}

std::uint32_t numberAfter(std::string_view json, std::string_view key, std::uint32_t fallback)
{
    const std::size_t at = json.find(key);
    if (at == std::string_view::npos) {
        return fallback;
    }
    const std::size_t digit = json.find_first_not_of("\": \t", at + key.size());
    std::uint32_t value = fallback;
    if (digit != std::string_view::npos) {
        std::from_chars(json.data() + digit, json.data() + json.size(), value);
    }
    return value;
}

bool wantsStream(std::string_view json)
{
    constexpr std::string_view Key = "\"stream\"";
    const std::size_t at = json.find(Key);
    if (at == std::string_view::npos) {
        return false;
    }
    const std::size_t value = json.find_first_not_of(": \t", at + Key.size());
    return value != std::string_view::npos && json.substr(value, 4) == "true";
}

std::uint64_t monotonicNow()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace meridian::bench
