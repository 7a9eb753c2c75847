// SPDX-License-Identifier: MIT
// The embedded web page: its files in memory, with the headers that keep a browser strict.
#pragma once

#include "service/adminresponse.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

/// Loads every file of resources/webui once, in the constructor, and keeps it as it is and as gzip.
/// Main thread only.
class WebUi
{
public:
    WebUi();

    [[nodiscard]] bool contains(std::string_view path) const;

    /// The asset at `request.path`, which contains() said is there, as gzip to who takes that; 304
    /// if the browser has it already.
    [[nodiscard]] AdminResponse get(const AdminRequest &request) const;

private:
    struct Variant
    {
        std::string body; // of the zipped one: empty when it would not be shorter
        std::string etag; // each its own, they are different bytes (RFC 9110 §8.8.3)
    };

    struct Asset
    {
        std::string path;
        std::string_view contentType;
        Variant plain;
        Variant zipped;
    };

    [[nodiscard]] const Asset *find(std::string_view path) const;

    std::vector<Asset> m_assets;
};

} // namespace meridian::service
