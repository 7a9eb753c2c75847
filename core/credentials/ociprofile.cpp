// SPDX-License-Identifier: MIT
// A profile of OCI's configuration file, as its command line and SDKs write it.
#include "core/credentials/ociprofile.h"

#include <algorithm>

namespace meridian::credentials {

namespace {

constexpr std::string_view Default = "DEFAULT";

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view Blank = " \t\r\n\v\f";
    text.remove_prefix(std::min(text.find_first_not_of(Blank), text.size()));
    return text.substr(0, text.find_last_not_of(Blank) + 1);
}

/// The console's snippet ends in `# TODO`; a pass phrase may hold the sign itself.
std::string_view withoutComment(std::string_view key, std::string_view value)
{
    if (key == "pass_phrase") {
        return value;
    }
    for (std::size_t at = 1; at < value.size(); ++at) {
        const bool isSign = value[at] == '#' || value[at] == ';';
        if (isSign && (value[at - 1] == ' ' || value[at - 1] == '\t')) {
            return trimmed(value.substr(0, at));
        }
    }
    return value;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

} // namespace

std::string OciProfile::value(std::string_view key) const
{
    const auto found = values.find(key);
    return found == values.end() ? std::string() : std::string(found->second.reveal());
}

Result<std::string> OciProfile::required(std::string_view key) const
{
    std::string text = value(key);
    if (text.empty()) {
        return failure(ErrorCode::InvalidConfig, path + ": the profile " + name + " has no " +
                                                     std::string(key) +
                                                     "; add it, or name another profile");
    }
    return text;
}

Result<OciProfile>
parseOciProfile(std::string_view text, const std::string &path, const std::string &name)
{
    OciProfile profile{path, name, {}};
    std::map<std::string, Secret, std::less<>> defaults;
    bool isFound = false;
    std::string_view section;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view content = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (content.empty() || content.front() == '#' || content.front() == ';') {
            continue;
        }
        if (content.front() == '[') {
            const std::size_t close = content.find(']');
            if (close == std::string_view::npos) {
                return failure(ErrorCode::InvalidConfig,
                               path + ":" + std::to_string(line) + ": a profile's name has no ]");
            }
            section = trimmed(content.substr(1, close - 1));
            isFound = isFound || section == name;
            continue;
        }
        const std::size_t equals = content.find('=');
        if (equals == std::string_view::npos) { // never quoted: it may be a key's line
            return failure(ErrorCode::InvalidConfig,
                           path + ":" + std::to_string(line) + ": is no `key = value`");
        }
        const std::string key = lowered(trimmed(content.substr(0, equals)));
        const Secret value(withoutComment(key, trimmed(content.substr(equals + 1))));
        if (section == name) {
            profile.values[key] = value;
        }
        if (section == Default) {
            defaults[key] = value;
        }
    }
    if (!isFound) {
        return failure(ErrorCode::InvalidConfig, path + ": has no profile " + name + "; add [" +
                                                     name +
                                                     "] or set credentials.profile to one it has");
    }
    profile.values.merge(defaults);
    return profile;
}

Result<OciProfile> readOciProfile(const model::CredentialSettings &settings, SourceFiles &files)
{
    std::string path = settings.file;
    if (path.empty()) {
        path = environmentValue("OCI_CONFIG_FILE");
    }
    if (path.empty()) {
        path = "~/.oci/config";
    }
    std::string name = settings.profile;
    if (name.empty()) {
        name = environmentValue("OCI_CLI_PROFILE");
    }
    if (name.empty()) {
        name = Default;
    }
    path = expandHome(path);
    const auto text = files.read(path, "OCI's configuration",
                                 "set credentials.file or OCI_CONFIG_FILE to a readable one, or "
                                 "give user, tenancy and key");
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    return parseOciProfile(text->reveal(), path, name);
}

} // namespace meridian::credentials
