// SPDX-License-Identifier: MIT
// The embedded web page: its files in memory, with the headers that keep a browser strict.
#pragma once

#include "service/adminresponse.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

/// Loads every asset once, in the constructor. Main thread only.
class WebUi
{
public:
    WebUi();

    [[nodiscard]] bool contains(std::string_view path) const;

    /// The asset at `request.path`, which contains() said is there; 304 if the browser has it
    /// already.
    [[nodiscard]] AdminResponse get(const AdminRequest &request) const;

private:
    struct Asset
    {
        std::string_view path;
        std::string_view contentType;
        std::string body;
        std::string etag;
    };

    [[nodiscard]] const Asset *find(std::string_view path) const;

    std::vector<Asset> m_assets;
};

} // namespace meridian::service
