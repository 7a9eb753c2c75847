// SPDX-License-Identifier: MIT
#include "service/configorders.h"

#include "core/config/keys.h"
#include "core/config/yamlvalue.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace meridian::service {

namespace {

using config::YamlEdit;
using config::YamlNode;

tl::unexpected<Error> refuse(std::string why)
{
    return failure(ErrorCode::InvalidConfig, std::move(why));
}

std::string numberText(double value)
{
    constexpr double ExactBelow = 9007199254740992.0; // 2^53
    const bool isWhole = std::floor(value) == value && std::abs(value) < ExactBelow;
    return isWhole ? std::to_string(static_cast<long long>(value)) : config::defaultOf(value);
}

// NOLINTNEXTLINE(misc-no-recursion): Qt's parser bounds the depth
YamlNode nodeOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return config::plainNode(value.toBool() ? "true" : "false");
    case QJsonValue::Double:
        return config::plainNode(numberText(value.toDouble()));
    case QJsonValue::String:
        return config::textNode(value.toString().toStdString());
    case QJsonValue::Array: {
        YamlNode list = config::emptyNode(YamlNode::Kind::Sequence);
        for (const QJsonValue &item : value.toArray()) {
            list.items.push_back(nodeOf(item));
        }
        return list;
    }
    case QJsonValue::Object: {
        YamlNode mapping = config::emptyNode(YamlNode::Kind::Mapping);
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            mapping.entries.push_back(
                {config::textNode(member.key().toStdString()), nodeOf(member.value())});
        }
        return mapping;
    }
    default:
        return {};
    }
}

Result<YamlEdit> editOf(const QJsonObject &object, const std::string &place)
{
    const QJsonValue path = object.value(QLatin1String("path"));
    if (!path.isArray()) {
        return refuse(place + R"(.path must be a list such as ["backends","gpu-1","weight"])");
    }
    YamlEdit edit;
    for (const QJsonValue &step : path.toArray()) {
        const double index = step.toDouble(-1);
        if (step.isString()) {
            edit.path.emplace_back(step.toString().toStdString());
        } else if (index >= 0 && index < 1e9 && std::floor(index) == index) {
            edit.path.emplace_back(static_cast<std::size_t>(index));
        } else {
            return refuse(place + ".path holds keys, and indexes from 0");
        }
    }
    const bool hasValue = object.contains(QLatin1String("value"));
    const bool hasAppend = object.contains(QLatin1String("append"));
    const bool isRemove = object.value(QLatin1String("remove")).toBool();
    if (int{hasValue} + int{hasAppend} + int{isRemove} != 1) {
        return refuse(place + R"( must have one of "value", "append" and "remove":true)");
    }
    if (isRemove) {
        edit.kind = YamlEdit::Kind::Remove;
    } else {
        edit.kind = hasAppend ? YamlEdit::Kind::Append : YamlEdit::Kind::Set;
        edit.value =
            nodeOf(object.value(hasAppend ? QLatin1String("append") : QLatin1String("value")));
    }
    return edit;
}

} // namespace

Result<ConfigOrder> readConfigOrder(std::string_view body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())), &problem);
    if (!document.isObject()) {
        return refuse(problem.error == QJsonParseError::NoError
                          ? "it is no JSON object"
                          : "it is not JSON: " + problem.errorString().toStdString());
    }
    const QJsonObject object = document.object();
    ConfigOrder order;
    const auto read = [&](const char *name, std::optional<std::string> &into) {
        const QJsonValue value = object.value(QLatin1String(name));
        if (value.isString()) {
            into = value.toString().toStdString();
        }
        return value.isUndefined() || value.isString() || value.isNull();
    };
    std::optional<std::string> note;
    if (!read("text", order.text) || !read("etag", order.etag) || !read("note", note)) {
        return refuse("\"text\", \"etag\" and \"note\" are strings");
    }
    order.note = note.value_or(std::string());
    const QJsonValue edits = object.value(QLatin1String("edits"));
    if (!edits.isUndefined() && !edits.isArray()) {
        return refuse("\"edits\" is a list");
    }
    const QJsonArray list = edits.toArray();
    if (list.size() > static_cast<qsizetype>(config::MaxYamlEdits)) {
        return refuse("at most " + std::to_string(config::MaxYamlEdits) + " edits at a time");
    }
    for (qsizetype i = 0; i < list.size(); ++i) {
        auto edit = editOf(list[i].toObject(), "edits[" + std::to_string(i) + ']');
        if (!edit) {
            return tl::unexpected(edit.error());
        }
        order.edits.push_back(std::move(*edit));
    }
    return order;
}

} // namespace meridian::service
