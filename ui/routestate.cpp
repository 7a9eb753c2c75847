// SPDX-License-Identifier: MIT
// What the page Routes shows of a draft of the configuration; RouteEditor fills it.
#include "ui/routestate.h"

#include <utility>

namespace meridian::ui {

QString RouteState::whyNotApply() const
{
    const std::pair<bool, const char *> reasons[] = {
        {m_isUnreachable, "offline"},
        {!m_isLoaded, "not_loaded"},
        {m_path.isEmpty() && !m_isWritable, "no_config_file"},
        {!m_isWritable, "read_only"},
        {m_isApplying, "applying"},
        {!m_conflict.isNull(), "conflict"},
        {!isModified(), "unchanged"},
        {m_isValidating, "validating"},
        {!m_isValid, "invalid"}};
    for (const auto &[holds, code] : reasons) {
        if (holds) {
            return QLatin1String(code);
        }
    }
    return {};
}

} // namespace meridian::ui
