// SPDX-License-Identifier: MIT
// Files that credentials are made of, read while the configuration is loaded.
#include "core/credentials/sourcefiles.h"

#include "core/base/hash.h"
#include "core/secrets/boundedfile.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace meridian::credentials {

std::string sha256(std::string_view bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
        return {};
    }
    return {reinterpret_cast<const char *>(digest), size};
}

Result<Secret>
SourceFiles::read(const std::string &path, std::string_view what, std::string_view cure)
{
    auto contents = readBoundedFile(path, MaxBytes);
    if (!contents) {
        return failure(ErrorCode::FileUnreadable, std::string(what) + ": cannot read " + path +
                                                      ": " + contents.error().detail + "; " +
                                                      std::string(cure));
    }
    Secret secret(std::move(*contents));
    note(secret.reveal());
    return secret;
}

void SourceFiles::note(std::string_view contents)
{
    m_digest = sha256(m_digest + sha256(contents));
}

std::string environmentValue(const char *name)
{
    // nothing in the process writes the environment
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string expandHome(std::string_view path)
{
    if (path != "~" && !path.starts_with("~/")) {
        return std::string(path);
    }
    std::string home = environmentValue("HOME");
    if (home.empty()) { // a service may have none set
        // NOLINTNEXTLINE(concurrency-mt-unsafe): the main thread only
        const passwd *user = ::getpwuid(::geteuid());
        home = user != nullptr && user->pw_dir != nullptr ? user->pw_dir : "/";
    }
    return home.append(path.substr(1));
}

std::uint64_t stateOfFiles(const std::vector<std::string> &paths) noexcept
{
    std::uint64_t state = 1;
    const auto mix = [&state](auto value) {
        state = hashNumbers(state, static_cast<std::uint64_t>(value));
    };
    for (const std::string &path : paths) {
        struct stat info = {};
        if (::stat(path.c_str(), &info) == 0) {
            mix(info.st_mtim.tv_sec);
            mix(info.st_mtim.tv_nsec);
            mix(info.st_size);
            mix(info.st_ino);
        } else {
            mix(0);
        }
    }
    return state | 1U;
}

} // namespace meridian::credentials
