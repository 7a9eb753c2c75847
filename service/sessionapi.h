// SPDX-License-Identifier: MIT
// GET /meridian/session: who the caller is, and what it needs to know before anything else.
#pragma once

#include "core/admin/principal.h"
#include "service/adminsection.h"

#include <functional>
#include <string>
#include <string_view>

namespace meridian::service {

/// The configuration this process runs on, as far as everybody who may ask may know it.
struct ConfigPlace
{
    std::string path;        // empty: there is no file
    std::string_view format; // meridian, melis; empty: unknown
    bool isWritable = false;
};

/// Main thread; the answers of one request.
[[nodiscard]] std::string
sessionJson(const admin::Principal &who, std::string_view pageToken, const ConfigPlace &config);

} // namespace meridian::service
