// SPDX-License-Identifier: MIT
// `--key value` arguments of the bench tools.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace meridian::bench {

/// Arguments after the program's name (and mode). Unknown keys end the program: a misspelt option
/// must not measure something else.
class Options
{
public:
    /// `allowed` maps each key (without dashes) to its default.
    Options(int argc, char **argv, int first, std::map<std::string, std::string> allowed);

    [[nodiscard]] const std::string &text(const std::string &key) const;
    [[nodiscard]] std::uint64_t number(const std::string &key) const;
    [[nodiscard]] double real(const std::string &key) const;

private:
    std::map<std::string, std::string> m_values;
};

} // namespace meridian::bench
