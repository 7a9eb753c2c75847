// SPDX-License-Identifier: MIT
#include "core/discovery/proposal.h"

#include "core/config/diagnostics.h"
#include "core/config/melisfile.h"
#include "core/config/yamledit.h"
#include "core/config/yamlloader.h"
#include "core/config/yamlvalue.h"

#include <algorithm>
#include <set>

namespace meridian::discovery {

namespace {

using config::YamlEdit;
using config::YamlNode;

/// What the text has of backends already.
struct Present
{
    std::set<std::string> names;
    std::vector<config::BackendUrl> urls;
};

Present presentIn(const YamlNode &root)
{
    Present present;
    const YamlNode *backends = root.find("backends");
    for (const YamlNode &backend :
         backends != nullptr ? backends->items : std::vector<YamlNode>()) {
        if (const YamlNode *name = backend.find("name")) {
            present.names.insert(name->text);
        }
        const YamlNode *url = backend.find("url");
        if (auto parsed = config::parseBackendUrl(url != nullptr ? url->text : "")) {
            present.urls.push_back(std::move(*parsed));
        }
    }
    return present;
}

std::string freeName(const std::string &wanted, std::set<std::string> &taken)
{
    std::string name = wanted;
    for (int number = 2; !taken.insert(name).second; ++number) {
        name = wanted + "-" + std::to_string(number);
    }
    return name;
}

YamlNode backendFor(const PlaceFinding &finding, std::string name)
{
    YamlNode backend = config::emptyNode(YamlNode::Kind::Mapping);
    const auto add = [&backend](const char *key, std::string value) {
        backend.entries.push_back({config::textNode(key), config::textNode(std::move(value))});
    };
    add("name", std::move(name));
    if (finding.engine.provider == "ollama") {
        add("provider", "ollama");
    }
    add("url", finding.place.url.text);
    add("engine", finding.engine.engine);
    if (finding.engine.models.size() == 1) {
        add("model", finding.engine.models.front());
    }
    return backend;
}

} // namespace

Result<std::string> proposeBackends(std::string_view text,
                                    const std::vector<PlaceFinding> &findings)
{
    config::Diagnostics problems("configuration");
    const auto root = config::loadYaml(text, problems);
    if (!root) {
        const auto found = problems.takeSorted();
        return failure(ErrorCode::InvalidConfig,
                       found.empty() ? "the text is no YAML" : found.front().format());
    }
    if (config::isMelisFile(*root)) {
        return failure(ErrorCode::InvalidConfig,
                       "the configuration is in Melis' form, which has providers and no backends; "
                       "add the engine there by hand");
    }
    Present present = presentIn(*root);
    std::vector<YamlEdit> edits;
    for (const PlaceFinding &finding : findings) {
        const auto &url = finding.place.url;
        if (std::any_of(present.urls.begin(), present.urls.end(),
                        [&](const auto &known) { return isSamePlace(known, url); })) {
            continue;
        }
        present.urls.push_back(url);
        std::string name = freeName(finding.engine.engine, present.names);
        edits.push_back({YamlEdit::Kind::Append,
                         {std::string("backends")},
                         backendFor(finding, std::move(name))});
    }
    return config::editYaml(text, edits);
}

} // namespace meridian::discovery
