// SPDX-License-Identifier: MIT
// Finds the model's name at the beginning of a form that is passing through.
#pragma once

#include <cstdint>
#include <string_view>

namespace meridian::proxy {

enum class UploadModelOutcome : std::uint8_t { Found, NeedMore, Absent };

struct UploadModel
{
    UploadModelOutcome outcome = UploadModelOutcome::Absent;
    std::string_view model; // into the window
};

/// Looks for the field `model` of a multipart/form-data body (RFC 7578) in its first bytes. Absent
/// also when the body is no form. The window always starts at the body's first byte.
[[nodiscard]] UploadModel findUploadModel(std::string_view contentType, std::string_view window);

} // namespace meridian::proxy
