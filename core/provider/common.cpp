// SPDX-License-Identifier: MIT
#include "core/provider/common.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/json/utf8.h"

#include <algorithm>
#include <array>

namespace meridian::provider {

namespace {

constexpr std::string_view Tag = "mrdn:";

struct VendorName
{
    Vendor vendor;
    std::string_view name;
};

constexpr std::array<VendorName, 5> VendorNames{{
    {Vendor::OpenAi, "openai"},
    {Vendor::Anthropic, "anthropic"},
    {Vendor::Google, "google"},
    {Vendor::Cohere, "cohere"},
    {Vendor::Ollama, "ollama"},
}};

struct EffortName
{
    Reasoning::Effort effort;
    std::string_view name;
};

constexpr std::array<EffortName, 7> EffortNames{{
    {Reasoning::Effort::None, "none"},
    {Reasoning::Effort::Minimal, "minimal"},
    {Reasoning::Effort::Low, "low"},
    {Reasoning::Effort::Medium, "medium"},
    {Reasoning::Effort::High, "high"},
    {Reasoning::Effort::XHigh, "xhigh"},
    {Reasoning::Effort::Max, "max"},
}};

constexpr std::int64_t LowBudget = 1024;
constexpr std::int64_t MediumBudget = 8192;
constexpr std::int64_t HighBudget = 24576;

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return out;
}

} // namespace

std::string argumentsObject(std::string_view json, const std::string &path, Fidelity &fidelity)
{
    if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return "{}";
    }
    thread_local json::Checker checker; // its index is worth keeping
    const auto value = checker.check(json);
    if (value && value->isObject()) {
        return std::string(value->raw());
    }
    fidelity.approximated(path, "the arguments are no JSON object");
    json::JsonWriter wrapped;
    wrapped.beginObject().string("_raw", json).endObject();
    return wrapped.take();
}

std::string joinedText(const std::vector<Part> &parts, std::string_view separator)
{
    std::string joined;
    for (const Part &part : parts) {
        if (part.kind != Part::Kind::Text || part.text.empty()) {
            continue;
        }
        if (!joined.empty()) {
            joined.append(separator);
        }
        joined.append(part.text);
    }
    return joined;
}

std::string taggedSignature(std::string_view signature, Vendor by, Vendor carrier)
{
    if (by == carrier || by == Vendor::Unknown || signature.empty()) {
        return std::string(signature);
    }
    for (const VendorName &row : VendorNames) {
        if (row.vendor == by) {
            return std::string(Tag).append(row.name).append(":").append(signature);
        }
    }
    return std::string(signature);
}

Signature untaggedSignature(std::string_view text, Vendor carrier)
{
    if (text.starts_with(Tag)) {
        const std::string_view rest = text.substr(Tag.size());
        for (const VendorName &row : VendorNames) {
            if (rest.size() > row.name.size() && rest.starts_with(row.name) &&
                rest[row.name.size()] == ':') {
                return {std::string(rest.substr(row.name.size() + 1)), row.vendor};
            }
        }
    }
    return {std::string(text), carrier};
}

Source sourceOfUrl(std::string_view url)
{
    constexpr std::string_view Scheme = "data:";
    constexpr std::string_view Base64 = ";base64";
    if (!url.starts_with(Scheme)) {
        return {Source::Kind::Url, {}, std::string(url)};
    }
    const std::size_t comma = url.find(',');
    if (comma == std::string_view::npos) {
        return {Source::Kind::Url, {}, std::string(url)};
    }
    std::string_view head = url.substr(Scheme.size(), comma - Scheme.size());
    if (!head.ends_with(Base64)) { // percent-encoded text: nobody sends it, everybody takes the url
        return {Source::Kind::Url, {}, std::string(url)};
    }
    head.remove_suffix(Base64.size());
    return {Source::Kind::Base64, std::string(head.substr(0, head.find(';'))),
            std::string(url.substr(comma + 1))};
}

std::optional<std::string> urlOfSource(const Source &source)
{
    if (source.kind == Source::Kind::Url) {
        return source.data;
    }
    if (source.kind == Source::Kind::Base64) {
        const std::string_view type = source.mediaType.empty()
                                          ? std::string_view("application/octet-stream")
                                          : std::string_view(source.mediaType);
        return std::string("data:").append(type).append(";base64,").append(source.data);
    }
    return std::nullopt;
}

ErrorClass errorClassOf(int status) noexcept
{
    switch (status) {
    case 401:
        return ErrorClass::Authentication;
    case 402:
    case 403:
        return ErrorClass::Permission;
    case 404:
        return ErrorClass::NotFound;
    case 408:
    case 504:
        return ErrorClass::Timeout;
    case 413:
        return ErrorClass::TooLarge;
    case 429:
        return ErrorClass::RateLimited;
    case 503:
    case 529:
        return ErrorClass::Overloaded;
    default:
        return status >= 400 && status < 500 ? ErrorClass::BadRequest : ErrorClass::Upstream;
    }
}

bool saysContextTooLong(std::string_view message) noexcept
{
    // OpenAI and vLLM; Anthropic; Gemini; llama.cpp; Cohere and OCI; SGLang
    constexpr std::array<std::string_view, 9> Phrases{
        "context_length_exceeded", "maximum context length",          "prompt is too long",
        "input token count",       "exceeds the available context",   "context window",
        "too many tokens",         "longer than the model's context", "input is too long",
    };
    constexpr std::size_t Looked = 4096; // the phrase stands in the message's first words
    const std::string lower = lowered(message.substr(0, Looked));
    return std::any_of(Phrases.begin(), Phrases.end(), [&](std::string_view phrase) {
        return lower.find(phrase) != std::string::npos;
    });
}

int statusOf(const ApiError &error) noexcept
{
    if (error.status != 0) {
        return error.status;
    }
    constexpr std::array<int, ErrorClassCount> Statuses{400, 400, 401, 502, 403, 404,
                                                        413, 429, 503, 504, 502, 500};
    return Statuses[static_cast<std::size_t>(error.kind)];
}

std::string readableExcerpt(std::string_view body, std::size_t limit)
{
    constexpr std::size_t Looked = 64UL * 1024; // nobody waits for a large page to be read
    body = body.substr(0, Looked);
    std::string out;
    bool inTag = false;
    bool wantsSpace = false;
    while (!body.empty() && out.size() < limit) {
        const json::CodePoint point = json::decodeUtf8(body);
        const std::string_view bytes = body.substr(0, point.size);
        body.remove_prefix(point.size);
        if (bytes == "<") {
            inTag = true;
        } else if (bytes == ">" && inTag) {
            inTag = false;
            wantsSpace = !out.empty();
        } else if (!inTag && point.value <= ' ') {
            wantsSpace = !out.empty();
        } else if (!inTag && point.isValid && point.value != 0x7F) {
            if (wantsSpace) {
                out.push_back(' ');
                wantsSpace = false;
            }
            out.append(bytes);
        }
    }
    return out;
}

Reasoning::Effort effortOfBudget(std::int64_t tokens) noexcept
{
    if (tokens <= 0) {
        return Reasoning::Effort::None;
    }
    if (tokens <= LowBudget) {
        return Reasoning::Effort::Low;
    }
    return tokens <= MediumBudget ? Reasoning::Effort::Medium : Reasoning::Effort::High;
}

std::int64_t budgetOfEffort(Reasoning::Effort effort) noexcept
{
    switch (effort) {
    case Reasoning::Effort::Unset:
    case Reasoning::Effort::None:
        return 0;
    case Reasoning::Effort::Minimal:
    case Reasoning::Effort::Low:
        return LowBudget;
    case Reasoning::Effort::Medium:
        return MediumBudget;
    default:
        return HighBudget;
    }
}

std::string_view effortName(Reasoning::Effort effort) noexcept
{
    for (const EffortName &row : EffortNames) {
        if (row.effort == effort) {
            return row.name;
        }
    }
    return {};
}

Reasoning::Effort effortOf(std::string_view name) noexcept
{
    for (const EffortName &row : EffortNames) {
        if (row.name == name) {
            return row.effort;
        }
    }
    return Reasoning::Effort::Unset;
}

std::string onOneLine(std::string_view json)
{
    std::string line(json);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return line;
}

std::optional<std::uint64_t> tokenCountOf(json::Value value) noexcept
{
    constexpr std::int64_t MaxCount = std::int64_t{1} << 50;
    const auto told = value.integer();
    return told && *told >= 0 && *told <= MaxCount
               ? std::optional(static_cast<std::uint64_t>(*told))
               : std::nullopt;
}

} // namespace meridian::provider
