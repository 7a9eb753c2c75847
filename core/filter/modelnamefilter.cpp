// SPDX-License-Identifier: MIT
#include "core/filter/modelnamefilter.h"

#include <algorithm>

namespace meridian::filter {

std::optional<Refusal> ModelNameFilter::onRequest(const FilterContext &,
                                                  const json::BodyFields &fields)
{
    if (fields.model.size() > MaxBytes) {
        return Refusal{http::HttpError::InvalidField,
                       "'model' is longer than " + std::to_string(MaxBytes) + " bytes"};
    }
    const bool hasControl = std::any_of(fields.model.begin(), fields.model.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (hasControl) {
        return Refusal{http::HttpError::InvalidField, "'model' contains control characters"};
    }
    return std::nullopt;
}

} // namespace meridian::filter
