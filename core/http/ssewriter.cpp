// SPDX-License-Identifier: MIT
#include "core/http/ssewriter.h"

#include <algorithm>

namespace meridian::http {

void appendSseEvent(std::string &out, std::string_view name, std::string_view data)
{
    if (!name.empty()) {
        out.append("event: ").append(name) += '\n';
    }
    for (;;) {
        const std::size_t end = std::min(data.find_first_of("\r\n"), data.size());
        out.append("data: ").append(data.substr(0, end)) += '\n';
        if (end == data.size()) {
            break;
        }
        data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    out += '\n';
}

} // namespace meridian::http
