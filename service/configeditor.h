// SPDX-License-Identifier: MIT
// The configuration as something to look at, to change and to go back to, while it is in force.
#pragma once

#include "core/admin/operations.h"
#include "core/admin/principal.h"
#include "core/base/result.h"
#include "core/config/configloader.h"
#include "core/config/provenance.h"
#include "core/config/secretmask.h"
#include "core/config/yamledit.h"
#include "service/confighistory.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

class ConfigSource;

/// Main thread; blocks on the disk. Every text that goes out has its secrets masked; every text
/// that comes in may hold the masks. An etag is etagOf() the file's bytes.
class ConfigEditor
{
public:
    struct File
    {
        std::string path;
        std::string text;
        std::string etag;
    };

    struct View
    {
        std::string path;        // empty: there is no file
        std::string_view format; // meridian, melis
        std::string text;        // the file's; the one in force while that cannot be shown
        std::string etag;
        std::string problem;  // of the file, when `text` is not its
        std::string readOnly; // why it cannot be written; empty: it can
        std::size_t secrets = 0;
        std::optional<File> routes;
        bool isChangedOnDisk = false; // and not in force
        std::vector<config::Provenance> values;
    };

    struct Check
    {
        bool isValid = false;
        std::vector<config::Diagnostic> problems;
        std::vector<config::Provenance> values;
    };

    struct Comparison
    {
        std::vector<config::Diagnostic> errors; // not empty: nothing else is told
        std::vector<std::string> changes;
        std::vector<std::string> needRestart;
        std::string diff;
    };

    /// How writing went.
    struct Written
    {
        enum class State { Applied, Invalid, Changed, ReadOnly, NoFile, NothingToUndo, Failed };

        State state = State::Applied;
        std::string detail; // of a refusal, for a person
        std::vector<config::Diagnostic> problems;
        admin::ReloadOutcome outcome;
        std::uint64_t version = 0;
        std::string etag;                  // of the file now
        std::optional<std::string> theirs; // Changed: the file's text, if it can be shown
        std::optional<std::string> base;   // Changed: the text that `etag` was of, if known
    };

    /// `service` outlives this; without a source there is no file, and nothing can be written.
    ConfigEditor(admin::AdminService &service, std::shared_ptr<ConfigSource> source);
    ~ConfigEditor();

    [[nodiscard]] View view(const admin::Principal &who);
    [[nodiscard]] View place() const; // without reading the file
    [[nodiscard]] Result<std::string> edit(std::string_view text,
                                           const std::vector<config::YamlEdit> &edits);
    [[nodiscard]] Check validate(std::string_view text);
    [[nodiscard]] Comparison compare(const admin::Principal &who, std::string_view text);
    /// As the file would be read; problems name places of `text`.
    [[nodiscard]] config::LoadResult load(std::string_view text) const;

    /// Writes the file and puts it in force, or leaves both as they were.
    [[nodiscard]] Written apply(const admin::Principal &who,
                                std::string_view text,
                                std::string_view etag,
                                std::string note);
    [[nodiscard]] Written undo(const admin::Principal &who, std::string_view etag);

    /// A configuration has come into force; when its text is a new one, somebody has written the
    /// file.
    void noteReload();

    [[nodiscard]] const ConfigHistory &history() const noexcept { return m_history; }

    /// With its secrets masked; nothing when it cannot be shown.
    [[nodiscard]] std::optional<std::string> shown(const ConfigVersion &version);
    /// Against the version before it.
    [[nodiscard]] std::string diffOf(const ConfigVersion &version);

private:
    [[nodiscard]] Result<File> readFile() const;
    [[nodiscard]] std::optional<std::string> masked(std::string_view text);
    [[nodiscard]] std::vector<config::Provenance> valuesOf(const std::string &maskedText) const;
    [[nodiscard]] config::LoadResult loadClear(std::string_view text) const;
    [[nodiscard]] Written put(const admin::Principal &who,
                              const std::string &clear,
                              std::string_view etag,
                              ConfigVersion version);
    [[nodiscard]] Written refusedByReload(const File &before,
                                          const std::string &newEtag,
                                          const admin::ReloadOutcome &outcome);
    [[nodiscard]] Written conflict(const File &now, std::string_view etag);
    void remember(const admin::Principal &who, std::string_view text, const std::string &etag);

    admin::AdminService &m_service;
    const std::shared_ptr<ConfigSource> m_source;
    config::SecretMask m_mask;
    ConfigHistory m_history;
    bool m_isWriting = false;
};

/// SHA-256 in hexadecimal digits.
[[nodiscard]] std::string etagOf(std::string_view bytes);

/// A configuration made of values alone, as a text: what a gateway without a file has in force.
[[nodiscard]] std::string textOf(const model::Settings &settings);

} // namespace meridian::service
