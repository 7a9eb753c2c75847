// SPDX-License-Identifier: MIT
// Reads a metrics page as a strict scraper would, with the rules of `promtool check metrics`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::test {

struct PageSample
{
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels; // unescaped
    double value = 0;

    [[nodiscard]] std::optional<std::string> label(std::string_view name) const;
};

struct PageFamily
{
    std::string name;
    std::string type;
    std::string help;
    std::vector<PageSample> samples;
};

struct LintedPage
{
    std::vector<PageFamily> families;
    std::vector<std::string> problems; // empty: a good page

    [[nodiscard]] const PageFamily *family(std::string_view name) const;
    /// The one sample of that name with all these labels (of whatever others); NaN: not exactly
    /// one.
    [[nodiscard]] double value(std::string_view name,
                               const std::map<std::string, std::string> &labels = {}) const;
};

[[nodiscard]] LintedPage lintPage(const std::string &page);

} // namespace meridian::test
