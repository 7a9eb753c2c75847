// SPDX-License-Identifier: MIT
// Scalars are written by yaml-cpp's emitter; the shape around them is ours.
#include "core/config/yamlvalue.h"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t MaxInlineBytes = 80; // a list longer than that is easier to read in lines

bool needsQuotes(const std::string &text)
{
    YamlNode plain = plainNode(text);
    const bool isNull = text.empty() || text == "~" || text == "null" || text == "Null" ||
                        text == "NULL" || text == "<<" || text == "=";
    return isNull || scalarType(plain) != ScalarType::String ||
           (text.front() >= '0' && text.front() <= '9' && // 1e3, 2024-01-01, 12:30
            text.find_first_not_of("0123456789abcdefABCDEFxo_.+-:") == std::string::npos);
}

} // namespace

YamlNode textNode(std::string text)
{
    YamlNode node;
    node.kind = Kind::Scalar;
    node.text = std::move(text);
    return node;
}

YamlNode plainNode(std::string text)
{
    YamlNode node = textNode(std::move(text));
    node.isPlain = true;
    return node;
}

YamlNode emptyNode(YamlNode::Kind kind)
{
    YamlNode node;
    node.kind = kind;
    return node;
}

// NOLINTNEXTLINE(misc-no-recursion): both trees are bounded by the loader
bool isSameValue(const YamlNode &left, const YamlNode &right)
{
    if (left.kind != right.kind) {
        return false;
    }
    switch (left.kind) {
    case Kind::Null:
        return true;
    case Kind::Scalar:
        return left.text == right.text && scalarType(left) == scalarType(right);
    case Kind::Sequence:
        return std::equal(left.items.begin(), left.items.end(), right.items.begin(),
                          right.items.end(), isSameValue);
    case Kind::Mapping:
        break;
    }
    return left.entries.size() == right.entries.size() &&
           std::all_of(left.entries.begin(), left.entries.end(), [&](const YamlEntry &entry) {
               const YamlNode *other = right.find(entry.key.text);
               return other != nullptr && isSameValue(entry.value, *other);
           });
}

std::string scalarText(const YamlNode &scalar, Quotes quotes)
{
    if (scalar.kind == Kind::Null) {
        return "null";
    }
    if (scalarType(scalar) != ScalarType::String) {
        return scalar.text;
    }
    const bool hasControl = std::any_of(scalar.text.begin(), scalar.text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    YAML::Emitter out;
    out << YAML::Flow << YAML::BeginSeq; // what is plain in brackets is plain everywhere
    if (hasControl || quotes == Quotes::Double) {
        out << YAML::DoubleQuoted;
    } else if (quotes == Quotes::Single) {
        out << YAML::SingleQuoted;
    } else if (needsQuotes(scalar.text)) {
        out << YAML::DoubleQuoted;
    }
    out << scalar.text << YAML::EndSeq;
    const std::string_view written = out.c_str();
    return std::string(written.substr(1, written.size() - 2));
}

// NOLINTNEXTLINE(misc-no-recursion): the value's depth is bounded by whoever made it
std::string flowText(const YamlNode &value)
{
    if (value.kind == Kind::Null || value.kind == Kind::Scalar) {
        return scalarText(value);
    }
    std::string out;
    for (const YamlNode &item : value.items) {
        out.append(out.empty() ? "" : ", ").append(flowText(item));
    }
    for (const YamlEntry &entry : value.entries) {
        out.append(out.empty() ? "" : ", ").append(scalarText(entry.key));
        out.append(": ").append(flowText(entry.value));
    }
    return value.kind == Kind::Sequence ? "[" + out + "]" : "{" + out + "}";
}

bool isInline(const YamlNode &value)
{
    if (value.items.empty() && value.entries.empty()) {
        return true;
    }
    const auto isSimple = [](const YamlNode &item) {
        return item.kind == Kind::Null || item.kind == Kind::Scalar;
    };
    return value.kind == Kind::Sequence &&
           std::all_of(value.items.begin(), value.items.end(), isSimple) &&
           flowText(value).size() <= MaxInlineBytes;
}

// NOLINTNEXTLINE(misc-no-recursion): the value's depth is bounded by whoever made it
std::string blockText(const YamlNode &collection, std::size_t indent, std::string_view newline)
{
    constexpr std::size_t Step = 2;
    const std::string margin(indent, ' ');
    std::string out;
    for (const YamlNode &item : collection.items) {
        out.append(out.empty() ? "" : newline).append(margin).append("- ");
        out.append(isInline(item) ? flowText(item)
                                  : blockText(item, indent + Step, newline).substr(indent + Step));
    }
    for (const YamlEntry &entry : collection.entries) {
        out.append(out.empty() ? "" : newline).append(margin).append(scalarText(entry.key));
        out.append(":");
        if (isInline(entry.value)) {
            out.append(" ").append(flowText(entry.value));
        } else {
            out.append(newline).append(blockText(entry.value, indent + Step, newline));
        }
    }
    return out;
}

} // namespace meridian::config
