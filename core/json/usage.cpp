// SPDX-License-Identifier: MIT
#include "core/json/usage.h"

#include "core/json/usageobject.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace meridian::json {

namespace {

constexpr int MostCandidates = 16; // a hostile response must not cost more than this many looks

constexpr std::string_view nameOf(UsageForm form) noexcept
{
    return form == UsageForm::UsageMetadata ? "\"usageMetadata\"" : "\"usage\"";
}

/// An odd run of backslashes means that the quote at `at` is inside a string. A run that reaches
/// the start may go on before it; a real name always has at least a brace in front.
bool isInString(std::string_view text, std::size_t at) noexcept
{
    const std::size_t before =
        at == 0 ? std::string_view::npos : text.find_last_not_of('\\', at - 1);
    return before == std::string_view::npos || (at - 1 - before) % 2 != 0;
}

/// The text from the `{` of a usage object whose name stands at `at`; empty when it is no such
/// thing.
std::string_view objectAt(std::string_view text, std::size_t at, std::size_t nameSize) noexcept
{
    if (isInString(text, at)) {
        return {};
    }
    std::string_view rest = skipSpace(text.substr(at + nameSize));
    if (!rest.starts_with(':')) {
        return {};
    }
    rest = skipSpace(rest.substr(1));
    return rest.starts_with('{') ? rest : std::string_view{};
}

/// Where `name`, in its quotes, stands last. From quote to quote, which is several times faster
/// than string_view::rfind().
std::size_t lastName(std::string_view text, std::string_view name) noexcept
{
    while (!text.empty()) {
        const void *quote = memrchr(text.data(), '"', text.size());
        if (quote == nullptr) {
            break;
        }
        // the quote that ends a name: nothing before it has room for another end of one
        const auto end =
            static_cast<std::size_t>(static_cast<const char *>(quote) - text.data()) + 1;
        if (text.substr(0, end).ends_with(name)) {
            return end - name.size();
        }
        text = text.substr(0, end - 1);
    }
    return std::string_view::npos;
}

/// Does `rest`, which begins behind a key, lead out of the text's last object with its next
/// unmatched brace?
bool isOfLastObject(std::string_view rest) noexcept
{
    int depth = 0;
    while (!rest.empty()) {
        std::size_t taken = 1;
        if (rest.front() == '"') {
            taken = stringLength(rest);
            if (taken == 0) {
                return false;
            }
        } else if (rest.front() == '{' || rest.front() == '[') {
            ++depth;
        } else if (rest.front() == '}' || rest.front() == ']') {
            if (--depth < 0) {
                return skipSpace(rest.substr(1)).empty();
            }
        }
        rest.remove_prefix(taken);
    }
    return false;
}

/// The value of `key` (with its quotes) in the text's last object itself.
std::optional<std::uint64_t> lastCount(std::string_view text, std::string_view key) noexcept
{
    const std::size_t at = text.rfind(key);
    if (at == std::string_view::npos || isInString(text, at)) {
        return std::nullopt;
    }
    const std::string_view rest = skipSpace(text.substr(at + key.size()));
    return rest.starts_with(':') && isOfLastObject(rest) ? readCount(skipSpace(rest.substr(1)))
                                                         : std::nullopt;
}

Usage findEvalCounts(std::string_view text) noexcept
{
    const auto prompt = lastCount(text, "\"prompt_eval_count\"");
    const auto completion = lastCount(text, "\"eval_count\"");
    Usage usage;
    usage.prompt = prompt.value_or(0); // left out by a server that had all of it in its cache
    usage.completion = completion.value_or(0);
    usage.found = prompt || completion;
    return usage;
}

} // namespace

Usage findUsage(std::string_view text, UsageForm form) noexcept
{
    if (form == UsageForm::EvalCounts) {
        return findEvalCounts(text);
    }
    Usage usage;
    const std::string_view name = nameOf(form);
    int looks = 0;
    std::size_t at = lastName(text, name);
    while (at != std::string_view::npos && looks < MostCandidates) {
        if (const std::string_view object = objectAt(text, at, name.size()); !object.empty()) {
            ++looks;
            if (const UsageCounts counts = readUsageObject(object); counts.any()) {
                mergeCounts(usage, counts);
                return usage;
            }
        }
        at = lastName(text.substr(0, at), name);
    }
    return usage;
}

void mergeUsage(Usage &usage, std::string_view text, UsageForm form) noexcept
{
    // memmem() is several times faster than string_view::find() on text that lacks the name
    const std::string_view name = nameOf(form);
    int failedLooks = 0;
    std::string_view rest = text;
    while (!rest.empty() && failedLooks < MostCandidates) {
        const void *hit = memmem(rest.data(), rest.size(), name.data(), name.size());
        if (hit == nullptr) {
            return;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char *>(hit) - text.data());
        const std::string_view object = objectAt(text, at, name.size());
        rest = text.substr(at + name.size());
        if (object.empty()) {
            continue;
        }
        const UsageCounts counts = readUsageObject(object);
        if (!counts.any()) {
            ++failedLooks;
            continue;
        }
        mergeCounts(usage, counts);
        rest = object.substr(counts.length);
    }
}

void UsageTail::feed(std::string_view span)
{
    if (span.size() >= WindowSize) {
        m_tail.assign(span.substr(span.size() - WindowSize));
        return;
    }
    if (const std::size_t total = m_tail.size() + span.size(); total > WindowSize) {
        m_tail.erase(0, total - WindowSize);
    }
    m_tail.append(span);
}

Usage UsageTail::finish(std::string_view last, UsageForm form)
{
    if (m_tail.empty()) {
        return findUsage(last.substr(last.size() - std::min(last.size(), WindowSize)), form);
    }
    feed(last);
    return findUsage(m_tail, form);
}

} // namespace meridian::json
