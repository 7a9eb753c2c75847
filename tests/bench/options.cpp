// SPDX-License-Identifier: MIT
// Strict on purpose: a bad option is a message on stderr and exit code 2.
#include "tests/bench/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace meridian::bench {
namespace {

[[noreturn]] void refuse(const std::string &what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(2);
}

} // namespace

Options::Options(int argc, char **argv, int first, std::map<std::string, std::string> allowed)
    : m_values(std::move(allowed))
{
    for (int i = first; i < argc; i += 2) {
        const std::string key = argv[i];
        const auto known = m_values.find(key.starts_with("--") ? key.substr(2) : "");
        if (known == m_values.end()) {
            refuse("unknown option " + key);
        }
        if (i + 1 == argc) {
            refuse(key + " needs a value");
        }
        known->second = argv[i + 1];
    }
}

const std::string &Options::text(const std::string &key) const
{
    return m_values.at(key);
}

std::uint64_t Options::number(const std::string &key) const
{
    const std::string &value = text(key);
    std::uint64_t result = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), result);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
        refuse("--" + key + ": not a number: " + value);
    }
    return result;
}

double Options::real(const std::string &key) const
{
    const std::string &value = text(key);
    char *end = nullptr;
    const double result = std::strtod(value.c_str(), &end);
    if (value.empty() || *end != '\0' || result < 0) {
        refuse("--" + key + ": not a number: " + value);
    }
    return result;
}

} // namespace meridian::bench
