// SPDX-License-Identifier: MIT
#include "core/config/interpolation.h"

#include "core/config/yamlkeys.h"
#include "core/secrets/secretresolver.h"
#include "core/secrets/secretsources.h"

#include <utility>

namespace meridian::config {

namespace {

constexpr std::string_view Open = "${";
constexpr std::string_view Default = ":-";

// NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
void interpolateNode(const Cursor &at, YamlNode &node, bool isSecret)
{
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        interpolateNode(at.item(i), node.items[i], isSecret);
    }
    for (YamlEntry &entry : node.entries) {
        interpolateNode(at.child(entry), entry.value,
                        isSecret || isSecretKey(entry.key.text) || entry.key.text == "headers");
    }
    if (node.kind != YamlNode::Kind::Scalar || node.text.find(Open) == std::string::npos) {
        return;
    }
    node.isPlain = false;
    node.text = withDefaults(node.text);
    if (isSecret) {
        return;
    }
    auto resolved = at.context().secrets.resolve(node.text);
    if (resolved) {
        node.text = resolved->reveal();
    } else {
        at.error(std::move(resolved.error().detail));
    }
}

} // namespace

std::string withDefaults(std::string_view text)
{
    std::string out;
    while (true) {
        const std::size_t open = text.find(Open);
        const std::size_t close = text.find('}', open);
        if (open == std::string_view::npos || close == std::string_view::npos) {
            return out.append(text);
        }
        const bool isEscaped = open > 0 && text[open - 1] == '$';
        const std::string_view reference = text.substr(open + Open.size(), close - open - 2);
        const std::size_t sign = isEscaped ? std::string_view::npos : reference.find(Default);
        out.append(text.substr(0, open));
        if (sign == std::string_view::npos) {
            out.append(text.substr(open, close + 1 - open));
        } else if (secretFromEnvironment(std::string(reference.substr(0, sign)))) {
            out.append(Open).append(reference.substr(0, sign)).append("}");
        } else {
            out.append(reference.substr(sign + Default.size()));
        }
        text.remove_prefix(close + 1);
    }
}

void interpolate(YamlNode &root, ReadContext &context)
{
    interpolateNode(Cursor(root, {}, context), root, false);
}

} // namespace meridian::config
