// SPDX-License-Identifier: MIT
// The configurations that have been in force, so that one can go back.
#pragma once

#include "core/admin/principal.h"
#include "core/base/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace meridian::service {

/// One text that was applied. It holds secrets in clear: masked before anybody sees it.
struct ConfigVersion
{
    std::uint64_t id = 0; // counts from 1
    std::chrono::system_clock::time_point timestamp;
    admin::Principal principal;
    std::string note;
    std::size_t changes = 0;
    Secret text;
    std::string etag;
    std::uint64_t origin = 0; // the version whose text it is: after an undo an older one
};

/// In memory only, and gone with the process: the text at the start and those after it, the oldest
/// dropped at either bound. One thread.
class ConfigHistory
{
public:
    static constexpr std::size_t MaxVersions = 50;
    static constexpr std::size_t MaxBytes = std::size_t{16} * 1024 * 1024;
    static constexpr std::size_t MaxNoteBytes = 200;

    /// Gives it its id; `origin` 0: itself.
    const ConfigVersion &push(ConfigVersion version);

    [[nodiscard]] bool isEmpty() const noexcept { return m_versions.empty(); }

    /// The one in force.
    [[nodiscard]] const ConfigVersion &current() const { return m_versions.back(); }

    [[nodiscard]] const ConfigVersion *find(std::uint64_t id) const;
    [[nodiscard]] const ConfigVersion *findText(std::string_view etag) const;
    /// The newest one older than `id`; null: there is none any more.
    [[nodiscard]] const ConfigVersion *before(std::uint64_t id) const;

    /// Oldest first.
    [[nodiscard]] const std::deque<ConfigVersion> &all() const noexcept { return m_versions; }

private:
    std::deque<ConfigVersion> m_versions;
    std::uint64_t m_last = 0;
    std::size_t m_bytes = 0;
};

} // namespace meridian::service
