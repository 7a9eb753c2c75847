// SPDX-License-Identifier: MIT
// The names a file may give a provider, its older and shorter ones included.
#pragma once

#include "core/config/cursor.h"
#include "core/model/providersettings.h"

#include <optional>
#include <string_view>

namespace meridian::config {

/// A provider as a file names it; `publisher` where the name says that too (vertex_anthropic).
struct ProviderChoice
{
    model::Provider provider = model::Provider::OpenAi;
    model::VertexPublisher publisher = model::VertexPublisher::Auto;

    bool operator==(const ProviderChoice &) const = default;
};

/// Nothing when nobody goes by this name.
[[nodiscard]] std::optional<ProviderChoice> providerOf(std::string_view name) noexcept;

/// The value as a provider; an unknown name is reported with the nearest known one.
[[nodiscard]] std::optional<ProviderChoice> readProvider(const Cursor &value);

} // namespace meridian::config
