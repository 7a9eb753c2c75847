// SPDX-License-Identifier: MIT
// Refuses model names that are no names, before they reach a label, a log line or a backend.
#pragma once

#include "core/filter/filter.h"

namespace meridian::filter {

/// At most MaxBytes long and without control characters.
class ModelNameFilter final : public Filter
{
public:
    static constexpr std::size_t MaxBytes = 256;

    [[nodiscard]] std::string_view name() const override { return "model_name"; }

    [[nodiscard]] std::optional<Refusal> onRequest(const FilterContext &context,
                                                   const json::BodyFields &fields) override;
};

} // namespace meridian::filter
