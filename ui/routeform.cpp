// SPDX-License-Identifier: MIT
// A configuration's text as the form of the page Routes shows it.
#include "ui/routeform.h"

#include "core/config/strategynames.h"
#include "core/config/yamlloader.h"
#include "core/model/settings.h"

#include <QStringList>
#include <QVariantList>

namespace meridian::ui {

namespace {

using config::ScalarType;
using config::YamlNode;

QString toText(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QVariant toVariant(const YamlNode &node)
{
    switch (node.kind) {
    case YamlNode::Kind::Null:
        return {};
    case YamlNode::Kind::Sequence: {
        QVariantList items;
        for (const YamlNode &item : node.items) {
            items.append(toVariant(item));
        }
        return items;
    }
    case YamlNode::Kind::Mapping: {
        QVariantMap entries;
        for (const config::YamlEntry &entry : node.entries) {
            entries.insert(toText(entry.key.text), toVariant(entry.value));
        }
        return entries;
    }
    case YamlNode::Kind::Scalar:
        break;
    }
    const QString text = toText(node.text);
    bool isNumber = false;
    switch (config::scalarType(node)) {
    case ScalarType::Integer:
        if (const qlonglong number = text.toLongLong(&isNumber); isNumber) {
            return number;
        }
        return text;
    case ScalarType::Number:
        if (const double number = text.toDouble(&isNumber); isNumber) {
            return number;
        }
        return text;
    case ScalarType::Boolean: {
        const QString word = text.toLower();
        return word == QLatin1String("true") || word == QLatin1String("yes") ||
               word == QLatin1String("on");
    }
    case ScalarType::String:
        break;
    }
    return text;
}

QVariant valueOf(const YamlNode *mapping, std::string_view key, const QVariant &fallback = {})
{
    const YamlNode *value = mapping == nullptr ? nullptr : mapping->find(key);
    if (value == nullptr || value->kind == YamlNode::Kind::Null) {
        return fallback;
    }
    return toVariant(*value);
}

QVariantMap backendOf(const YamlNode &entry)
{
    const model::BackendSettings defaults;
    QVariantMap backend;
    const auto take = [&](const char *name, std::string_view key, const QVariant &fallback) {
        backend.insert(QLatin1String(name), valueOf(&entry, key, fallback));
    };
    take("name", "name", QString());
    take("url", "url", QString());
    take("provider", "provider", toText(providerName(defaults.provider)));
    take("engine", "engine", toText(defaults.engine));
    take("model", "model", QString());
    take("weight", "weight", defaults.weight);
    take("maxConcurrency", "max_concurrency", qlonglong{defaults.maxConcurrency});
    take("priority", "priority", defaults.priority);
    take("tags", "tags", QVariantList());
    take("apiKey", "api_key", QString());
    take("price", "price", QVariantMap());
    return backend;
}

} // namespace

std::optional<QVariantMap> routeForm(const QString &text)
{
    config::Diagnostics problems("");
    const auto tree = config::loadYaml(text.toStdString(), problems);
    if (!tree || tree->kind != YamlNode::Kind::Mapping) {
        return std::nullopt;
    }
    QVariantMap form;
    QStringList strategies;
    for (const std::string_view name : config::StrategyNames) {
        strategies.append(toText(name));
    }
    const YamlNode *gateway = tree->find("gateway");
    const model::GatewaySettings defaults;
    form.insert(QStringLiteral("isSupported"), tree->find("providers") == nullptr);
    form.insert(QStringLiteral("strategies"), strategies);
    form.insert(QStringLiteral("strategy"),
                valueOf(gateway, "strategy", toText(defaults.strategy)));
    form.insert(QStringLiteral("host"), valueOf(gateway, "host", toText(defaults.host)));
    form.insert(QStringLiteral("port"), valueOf(gateway, "port", int{defaults.port}));
    QVariantList backends;
    if (const YamlNode *list = tree->find("backends")) {
        for (const YamlNode &entry : list->items) {
            if (entry.kind == YamlNode::Kind::Mapping) {
                backends.append(backendOf(entry));
            }
        }
    }
    form.insert(QStringLiteral("backends"), backends);
    form.insert(QStringLiteral("tiering"), valueOf(&*tree, "tiering", QVariantMap()));
    form.insert(QStringLiteral("affinity"), valueOf(&*tree, "session_affinity", QVariantMap()));
    form.insert(QStringLiteral("canary"), valueOf(&*tree, "canary", QVariantMap()));
    return form;
}

} // namespace meridian::ui
