// SPDX-License-Identifier: MIT
// Finds the token counts in a response on its way through, without parsing the response.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::json {

/// Token counts as the backend told them; 0 where it told nothing.
struct Usage
{
    std::uint64_t prompt = 0;
    std::uint64_t completion = 0;
    std::uint64_t cacheRead = 0;  // part of prompt
    std::uint64_t cacheWrite = 0; // part of prompt
    std::uint64_t reasoning = 0;  // part of completion
    bool found = false;           // at least one count was told
    bool isCacheApart = false;    // the backend tells the cached part beside the rest: mergeUsage()

    bool operator==(const Usage &) const = default;
};

/// Where a response keeps its counts.
enum class UsageForm : std::uint8_t {
    Usage,         // `"usage":{…}`: prompt_tokens or input_tokens, …
    UsageMetadata, // `"usageMetadata":{…}`: promptTokenCount, …
    EvalCounts,    // in the last object itself: prompt_eval_count and eval_count
};

/// The counts of the last usage object in `text` that holds any. A name inside a string is not
/// taken for one, nor is an object that `text` does not hold whole. Searches backward from the end;
/// costs nothing near the size of `text` when the usage is near the end, as it is.
[[nodiscard]] Usage findUsage(std::string_view text, UsageForm form = UsageForm::Usage) noexcept;

/// Like findUsage(), but forward and merging: a later object's counts replace earlier ones, never
/// adding up, and what it leaves out or calls 0 keeps its former value (some dialects tell the
/// prompt at the start of a stream and the completion at its end). Not for EvalCounts.
void mergeUsage(Usage &usage, std::string_view text, UsageForm form = UsageForm::Usage) noexcept;

/// The usage of one response body that arrives in spans. Only the last WindowSize bytes are looked
/// at, so that the cost does not depend on the size of the response. One per exchange; reset()
/// keeps its memory.
class UsageTail
{
public:
    static constexpr std::size_t WindowSize = 4096;

    /// The next span of the body; the end of it is copied.
    void feed(std::string_view span);

    /// The body has ended. `last` is its last span if that was not fed: a body in one span is
    /// looked at in place.
    [[nodiscard]] Usage finish(std::string_view last = {}, UsageForm form = UsageForm::Usage);

    /// What was fed last, at most WindowSize.
    [[nodiscard]] std::string_view text() const noexcept { return m_tail; }

    void reset() noexcept { m_tail.clear(); }

private:
    std::string m_tail;
};

} // namespace meridian::json
