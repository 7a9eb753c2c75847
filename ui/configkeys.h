// SPDX-License-Identifier: MIT
// Names of the form as keys of the configuration: maxConcurrency is max_concurrency.
#pragma once

#include <QJsonObject>
#include <QVariantMap>

namespace meridian::ui {

/// Also within nested maps; empty strings, null and undefined values are left out, as a key that
/// says nothing is an error in the file.
[[nodiscard]] QJsonObject configKeys(const QVariantMap &values);

} // namespace meridian::ui
