// SPDX-License-Identifier: MIT
// `translation:` — requests that go to a provider of another dialect.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

#include <optional>

namespace meridian::config {

[[nodiscard]] const Section<model::TranslationSettings> &translationSection();

/// `warn`, `reject` or `fallback`; anything else is reported.
[[nodiscard]] std::optional<model::OnLoss> readOnLoss(const Cursor &value);

} // namespace meridian::config
