// SPDX-License-Identifier: MIT
// What a relayed event stream says about itself: token counts, and that it is complete.
#pragma once

#include "core/json/usage.h"

#include <string_view>

namespace meridian::http {

/// Watches the whole events of one stream as they pass: the token counts in them, and
/// whether the stream has said, in OpenAI's way, that it is complete. Costs two substring searches
/// a chunk; keeps no data.
class StreamUsage
{
public:
    explicit StreamUsage(json::UsageForm form = json::UsageForm::Usage) noexcept
        : m_form(form)
    {
    }

    /// Bytes that SseBoundary called complete, in order.
    void feed(std::string_view events) noexcept;

    [[nodiscard]] const json::Usage &usage() const noexcept { return m_usage; }

    /// The line `data: [DONE]` has passed.
    [[nodiscard]] bool isDone() const noexcept { return m_isDone; }

private:
    json::UsageForm m_form;
    json::Usage m_usage;
    bool m_isDone = false;
};

} // namespace meridian::http
