// SPDX-License-Identifier: MIT
// Guards before yaml-cpp sees a byte, yaml-cpp under our event handler, then the keys are settled.
#include "core/config/yamlloader.h"

#include "core/config/yamlkeys.h"
#include "core/config/yamltreebuilder.h"
#include "core/json/utf8.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <string>

namespace meridian::config {

namespace {

constexpr std::string_view Utf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view FlowIndicators = "[]{},&*!";

// UTF-8 without control characters. Not only manners: yaml-cpp takes the byte 0x04 for the end of
// the file, so that everything after one would be ignored in silence.
bool checkCharacters(std::string_view text, Diagnostics &problems)
{
    Position at;
    std::size_t indicators = 0;
    while (!text.empty()) {
        const json::CodePoint point = json::decodeUtf8(text);
        const char32_t c = point.value;
        if (!point.isValid) {
            problems.error(at, std::string(DocumentPath), "not UTF-8 text");
            return false;
        }
        const bool isAllowedControl = c == '\t' || c == '\n' || c == '\r';
        if ((c < 0x20 && !isAllowedControl) || (c >= 0x7F && c < 0xA0 && c != 0x85)) {
            problems.error(at, std::string(DocumentPath), "control characters are not allowed");
            return false;
        }
        // yaml-cpp may hold all tokens of a flow collection before it tells us of the first
        if (c < 0x80 && FlowIndicators.find(static_cast<char>(c)) != std::string_view::npos &&
            ++indicators > MaxYamlIndicators) {
            problems.error(at, std::string(DocumentPath), "too many brackets and commas");
            return false;
        }
        if (c == '\n') {
            at = {at.line + 1, 1};
        } else {
            at.column += static_cast<int>(point.size);
        }
        text.remove_prefix(point.size);
    }
    return true;
}

// The part of yaml-cpp's message that is fixed text: after a colon it quotes the file, and what it
// quotes may be a secret.
std::string fixedPart(const std::string &message)
{
    return "not valid YAML: " + message.substr(0, message.find(':'));
}

} // namespace

std::optional<YamlNode> loadYaml(std::string_view text, Diagnostics &problems)
{
    if (text.size() > MaxYamlBytes) {
        problems.error({}, std::string(DocumentPath), "larger than 4 MiB");
        return std::nullopt;
    }
    if (text.starts_with(Utf8Mark)) {
        text.remove_prefix(Utf8Mark.size());
    }
    if (!checkCharacters(text, problems)) {
        return std::nullopt;
    }
    YamlTreeBuilder builder;
    try {
        // yaml-cpp takes an unclosed quote for closed where the text ends with a line end: a
        // comment without one lets it see the mistake
        std::istringstream stream(std::string(text) + (text.ends_with('\n') ? "#" : "\n#"));
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) { // the builder refuses a second one
        }
    } catch (const YAML::Exception &e) {
        problems.error(positionOf(e.mark), std::string(DocumentPath), fixedPart(e.msg));
        return std::nullopt;
    } catch (const std::exception &) { // its text may quote the file
        problems.error({}, std::string(DocumentPath), "not valid YAML: the parser failed");
        return std::nullopt;
    }
    YamlNode root = builder.takeRoot();
    settleKeys(root, problems);
    return root;
}

} // namespace meridian::config
