// SPDX-License-Identifier: MIT
// What a page of this gateway must know before it may change something.
#pragma once

#include "core/base/tokendigest.h"

#include <string>
#include <string_view>

namespace meridian::service {

/// Random, made once a process. Another site's page can make a browser send a request here, but
/// cannot read what GET /meridian/session told. Main thread.
class PageToken
{
public:
    PageToken();

    [[nodiscard]] const std::string &text() const noexcept { return m_text; }

    /// In constant time.
    [[nodiscard]] bool matches(std::string_view presented) const noexcept
    {
        return m_digest.matches(presented);
    }

private:
    const std::string m_text;
    const TokenDigest m_digest;
};

} // namespace meridian::service
