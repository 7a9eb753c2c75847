// SPDX-License-Identifier: MIT
// A group of control-plane paths that belong together; AdminApi holds a list of them.
#pragma once

#include "service/adminresponse.h"

#include <string_view>

namespace meridian::service {

/// Main thread only; answers synchronously. A new group is a class like this and one line in
/// AdminApi's constructor.
class AdminSection
{
public:
    AdminSection() = default;
    virtual ~AdminSection() = default;
    AdminSection(const AdminSection &) = delete;
    AdminSection &operator=(const AdminSection &) = delete;

    /// As the header Allow says it ("GET, HEAD"); empty: the path is not of this section.
    [[nodiscard]] virtual std::string_view methodsOf(std::string_view path) const = 0;

    /// The path is of this section and the method one of methodsOf().
    [[nodiscard]] virtual AdminResponse answer(const AdminRequest &request) = 0;
};

} // namespace meridian::service
