// SPDX-License-Identifier: MIT
// Equal beginnings and ends are set aside; the rest is a longest common subsequence.
#include "service/textdiff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace meridian::service {

namespace {

constexpr std::size_t Context = 3;
constexpr std::size_t MaxPairs = 4'000'000; // 16 MB for the length of one answer

using Lines = std::vector<std::string_view>;

/// Without their line breaks.
Lines linesOf(std::string_view text)
{
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

struct Step
{
    char mark; // ' ', '-', '+'
    std::string_view line;
};

void append(
    std::vector<Step> &steps, char mark, const Lines &lines, std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < to; ++i) {
        steps.push_back({mark, lines[i]});
    }
}

void compareMiddle(const Lines &before,
                   const Lines &after,
                   std::size_t start,
                   std::size_t beforeEnd,
                   std::size_t afterEnd,
                   std::vector<Step> &steps)
{
    const std::size_t rows = beforeEnd - start;
    const std::size_t columns = afterEnd - start;
    if (rows == 0 || columns == 0 || rows > MaxPairs / columns) {
        append(steps, '-', before, start, beforeEnd);
        append(steps, '+', after, start, afterEnd);
        return;
    }
    const std::size_t width = columns + 1;
    std::vector<std::uint32_t> common((rows + 1) * width); // of what begins at the pair
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            common[i * width + j] =
                before[start + i] == after[start + j]
                    ? common[(i + 1) * width + j + 1] + 1
                    : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (i < rows && j < columns && before[start + i] == after[start + j]) {
            steps.push_back({' ', before[start + i]});
            ++i;
            ++j;
        } else if (j >= columns ||
                   (i < rows && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            steps.push_back({'-', before[start + i++]});
        } else {
            steps.push_back({'+', after[start + j++]});
        }
    }
}

std::string range(std::size_t first, std::size_t count)
{
    return std::to_string(count == 0 ? first : first + 1) +
           (count == 1 ? "" : ',' + std::to_string(count));
}

std::string hunks(const std::vector<Step> &steps)
{
    std::string out;
    std::size_t beforeLine = 0;
    std::size_t afterLine = 0;
    for (std::size_t at = 0; at < steps.size();) {
        std::size_t next = at;
        while (next < steps.size() && steps[next].mark == ' ') {
            ++next;
        }
        if (next == steps.size()) {
            break;
        }
        const std::size_t begin = std::max(at, next - std::min(next, Context));
        std::size_t end = next;
        for (std::size_t i = next; i < steps.size() && i <= end + 2 * Context; ++i) {
            end = steps[i].mark == ' ' ? end : i;
        }
        end = std::min(end + 1 + Context, steps.size());
        beforeLine += begin - at;
        afterLine += begin - at;
        std::string body;
        std::size_t removed = 0;
        std::size_t added = 0;
        for (std::size_t i = begin; i < end; ++i) {
            removed += steps[i].mark != '+' ? 1 : 0;
            added += steps[i].mark != '-' ? 1 : 0;
            body.append(1, steps[i].mark).append(steps[i].line).append("\n");
        }
        out.append("@@ -").append(range(beforeLine, removed)).append(" +");
        out.append(range(afterLine, added)).append(" @@\n").append(body);
        beforeLine += removed;
        afterLine += added;
        at = end;
    }
    return out;
}

} // namespace

std::string unifiedDiff(std::string_view before,
                        std::string_view after,
                        std::string_view nameBefore,
                        std::string_view nameAfter)
{
    if (before == after) {
        return {};
    }
    const Lines old = linesOf(before);
    const Lines now = linesOf(after);
    std::size_t start = 0;
    while (start < std::min(old.size(), now.size()) && old[start] == now[start]) {
        ++start;
    }
    std::size_t tail = 0;
    while (tail < std::min(old.size(), now.size()) - start &&
           old[old.size() - 1 - tail] == now[now.size() - 1 - tail]) {
        ++tail;
    }
    std::vector<Step> steps;
    append(steps, ' ', old, 0, start);
    compareMiddle(old, now, start, old.size() - tail, now.size() - tail, steps);
    append(steps, ' ', old, old.size() - tail, old.size());
    const std::string body = hunks(steps);
    if (body.empty()) {
        return {}; // a line end at the end of the text
    }
    std::string out = "--- ";
    return out.append(nameBefore).append("\n+++ ").append(nameAfter).append("\n").append(body);
}

} // namespace meridian::service
