// SPDX-License-Identifier: MIT
#include "core/http/statusline.h"

#include "core/base/append.h"

namespace meridian::http {

std::string_view reasonPhrase(int status) noexcept
{
    switch (status) {
    case 200:
        return "OK";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 508:
        return "Loop Detected";
    default:
        return "Status"; // a backend's own reason is passed on; the phrase means nothing anyway
    }
}

void appendStatusLine(std::string &out, int status, std::string_view reason)
{
    appendAll(out, "HTTP/1.1 ", Digits(static_cast<unsigned>(status)), " ",
              reason.empty() ? reasonPhrase(status) : reason, "\r\n");
}

} // namespace meridian::http
