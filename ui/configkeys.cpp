// SPDX-License-Identifier: MIT
// Names of the form as keys of the configuration: maxConcurrency is max_concurrency.
#include "ui/configkeys.h"

namespace meridian::ui {

QJsonObject configKeys(const QVariantMap &values)
{
    QJsonObject keys;
    for (auto value = values.cbegin(); value != values.cend(); ++value) {
        const bool isMap = value->typeId() == QMetaType::QVariantMap;
        const bool isEmptyText =
            value->typeId() == QMetaType::QString && value->toString().isEmpty();
        if (!value->isValid() || value->isNull() || isEmptyText) {
            continue;
        }
        QString key;
        for (const QChar c : value.key()) {
            if (c.isUpper()) {
                key.append(QLatin1Char('_'));
            }
            key.append(c.toLower());
        }
        keys.insert(key, isMap ? QJsonValue(configKeys(value->toMap()))
                               : QJsonValue::fromVariant(*value));
    }
    return keys;
}

} // namespace meridian::ui
