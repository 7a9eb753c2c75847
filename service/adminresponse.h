// SPDX-License-Identifier: MIT
// What a control-plane call asks and answers, free of any HTTP library.
#pragma once

#include "core/admin/principal.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::service {

/// Views live as long as the call.
struct AdminRequest
{
    std::string_view method; // upper case
    std::string_view path;   // percent-decoded, without query
    std::string_view query;  // raw, without '?'
    std::string_view ifNoneMatch;
    std::string_view body = {};    // bounded by the worker that passed it on
    std::string_view session = {}; // x-meridian-session
    bool isAnthropic = false;      // anthropic-version was sent
    admin::Principal principal = {};
    std::string_view acceptEncoding = {};
    bool isBrowser = false;          // sent Origin or Sec-Fetch-Site
    std::string_view pageToken = {}; // x-meridian-page-token
};

struct AdminResponse
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // besides Content-Type and -Length
};

} // namespace meridian::service
