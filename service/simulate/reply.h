// SPDX-License-Identifier: MIT
// An answer that is there as a whole: status, kind and bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::simulate {

struct Reply
{
    int status = 200;
    std::string_view contentType = "application/json"; // static text
    std::string_view allow;                            // static; for 405
    std::string body;
};

/// `{"error":{"message":…,"type":…,"param":null,"code":…}}` with the type that OpenAI gives to the
/// status; an empty code is null.
[[nodiscard]] Reply errorReply(int status, std::string_view message, std::string_view code = {});

[[nodiscard]] Reply modelNotFound(std::string_view model);

} // namespace meridian::simulate
