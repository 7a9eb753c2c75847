// SPDX-License-Identifier: MIT
// gzip for what browsers fetch: whether one wants it, and the bytes.
#pragma once

#include <string>
#include <string_view>

namespace meridian::service {

/// Does this Accept-Encoding (RFC 9110 §12.5.3) take gzip? A field that is not there, and one that
/// cannot be read, does not.
[[nodiscard]] bool acceptsGzip(std::string_view acceptEncoding) noexcept;

/// `text` as one gzip member, the same bytes for the same text. Empty when zlib has no memory: then
/// the text goes out as it is.
[[nodiscard]] std::string gzip(std::string_view text);

} // namespace meridian::service
