// SPDX-License-Identifier: MIT
// Names are checked before they are put into a message: what is not a name may be the secret
// itself.
#include "core/secrets/secretsources.h"

#include "core/secrets/boundedfile.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace meridian {

namespace {

constexpr std::size_t MaxSecretBytes = std::size_t{64} * 1024;
constexpr std::size_t MaxNameBytes = 256;

bool isWordCharacter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

tl::unexpected<Error> unavailable(std::string detail)
{
    return failure(ErrorCode::SecretUnavailable, std::move(detail));
}

Result<Secret> readSecret(const std::string &path, const std::string &reference)
{
    auto contents = readBoundedFile(path, MaxSecretBytes);
    if (!contents) {
        return unavailable("cannot read " + reference + ": " + contents.error().detail);
    }
    while (contents->ends_with('\n') || contents->ends_with('\r')) {
        contents->pop_back();
    }
    if (contents->empty()) {
        return unavailable(reference + " is empty");
    }
    return Secret(std::move(*contents));
}

} // namespace

Result<Secret> secretFromEnvironment(const std::string &name)
{
    const bool isName = !name.empty() && name.size() <= MaxNameBytes &&
                        !(name.front() >= '0' && name.front() <= '9') &&
                        std::all_of(name.begin(), name.end(), isWordCharacter);
    if (!isName) {
        return unavailable("a reference to an environment variable takes letters, digits and "
                           "underscores");
    }
    // nothing in the process writes the environment
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *value = std::getenv(name.c_str());
    if (value == nullptr) {
        return unavailable("environment variable " + name + " is not set");
    }
    if (*value == '\0') {
        return unavailable("environment variable " + name + " is empty");
    }
    return Secret(std::string_view(value));
}

Result<Secret> secretFromFile(const std::string &path)
{
    const bool isPath = path.starts_with('/') && path.size() <= 4096 &&
                        std::none_of(path.begin(), path.end(),
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!isPath) {
        return unavailable("file: takes an absolute path");
    }
    return readSecret(path, "file:" + path);
}

Result<Secret> secretFromCredential(const std::string &name)
{
    const bool isName = !name.empty() && name.size() <= MaxNameBytes && name.front() != '.' &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                            return isWordCharacter(c) || c == '-' || c == '.' || c == '@';
                        });
    if (!isName) {
        return unavailable("credential: takes a name of letters, digits and . _ - @");
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): as above
    const char *directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr || *directory != '/') {
        return unavailable("credential:" + name +
                           " needs CREDENTIALS_DIRECTORY, which systemd sets for LoadCredential=");
    }
    return readSecret(std::string(directory) + '/' + name, "credential:" + name);
}

} // namespace meridian
