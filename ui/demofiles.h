// SPDX-License-Identifier: MIT
// The canned answers of ui/demo/, which are part of the program.
#pragma once

#include <QJsonDocument>
#include <QString>

namespace meridian::ui {

/// ui/demo/<name>.json, read once.
[[nodiscard]] const QJsonDocument &demoJson(const char *name);

/// ui/demo/config.yaml
[[nodiscard]] QString demoConfig();

} // namespace meridian::ui
