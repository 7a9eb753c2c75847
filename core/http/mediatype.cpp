// SPDX-License-Identifier: MIT
#include "core/http/mediatype.h"

namespace meridian::http {

MediaType mediaTypeOf(const MessageHead &head) noexcept
{
    const std::string_view type = head.headers.find("content-type").value_or("");
    const auto begins = [type](std::string_view name) {
        return equalsIgnoreCase(type.substr(0, name.size()), name);
    };
    return begins("application/json")       ? MediaType::Json
           : begins("text/event-stream")    ? MediaType::EventStream
           : begins("application/x-ndjson") ? MediaType::JsonLines
           : begins("text/html")            ? MediaType::Html
                                            : MediaType::Other;
}

} // namespace meridian::http
