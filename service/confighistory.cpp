// SPDX-License-Identifier: MIT
#include "service/confighistory.h"

#include <algorithm>
#include <utility>

namespace meridian::service {

const ConfigVersion &ConfigHistory::push(ConfigVersion version)
{
    version.id = ++m_last;
    version.origin = version.origin == 0 ? version.id : version.origin;
    version.note.resize(std::min(version.note.size(), MaxNoteBytes));
    m_bytes += version.text.reveal().size();
    m_versions.push_back(std::move(version));
    while (m_versions.size() > MaxVersions || (m_bytes > MaxBytes && m_versions.size() > 2)) {
        m_bytes -= m_versions.front().text.reveal().size();
        m_versions.pop_front();
    }
    return m_versions.back();
}

const ConfigVersion *ConfigHistory::find(std::uint64_t id) const
{
    const auto found = std::find_if(m_versions.begin(), m_versions.end(),
                                    [&](const ConfigVersion &version) { return version.id == id; });
    return found == m_versions.end() ? nullptr : &*found;
}

const ConfigVersion *ConfigHistory::findText(std::string_view etag) const
{
    const auto found =
        std::find_if(m_versions.rbegin(), m_versions.rend(),
                     [&](const ConfigVersion &version) { return version.etag == etag; });
    return found == m_versions.rend() ? nullptr : &*found;
}

const ConfigVersion *ConfigHistory::before(std::uint64_t id) const
{
    const auto found = std::find_if(m_versions.rbegin(), m_versions.rend(),
                                    [&](const ConfigVersion &version) { return version.id < id; });
    return found == m_versions.rend() ? nullptr : &*found;
}

} // namespace meridian::service
