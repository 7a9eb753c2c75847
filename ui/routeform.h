// SPDX-License-Identifier: MIT
// A configuration's text as the form of the page Routes shows it.
#pragma once

#include <QString>
#include <QVariantMap>

#include <optional>

namespace meridian::ui {

/// strategy, strategies, backends ({name, url, provider, engine, model, weight, priority,
/// maxConcurrency, tags, apiKey, price}), tiering, affinity, canary (maps as in the file), port,
/// host. Nothing for a text that is no YAML mapping: the form then keeps what it shows. A
/// configuration that names its parts in another way (Melis' files) gives `isSupported: false`.
[[nodiscard]] std::optional<QVariantMap> routeForm(const QString &text);

} // namespace meridian::ui
