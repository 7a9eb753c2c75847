// SPDX-License-Identifier: MIT
// Which backend of a configuration uses which key.
#pragma once

#include "ui/keystore.h"

#include <QVariantMap>

#include <vector>

namespace meridian::ui {

/// Of a form as routeForm() makes it. Keys that stand in the file itself are left out: they have no
/// name, and nobody is shown them.
[[nodiscard]] std::vector<KeyStore::Use> keyUses(const QVariantMap &form);

} // namespace meridian::ui
