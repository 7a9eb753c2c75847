// SPDX-License-Identifier: MIT
// The part of ConfigEditor that changes something: the file first, then what is in force; and back
// if that fails.
#include "core/admin/adminservice.h"
#include "core/config/yamlloader.h"
#include "core/secrets/boundedfile.h"
#include "service/configeditor.h"
#include "service/configsource.h"
#include "service/filereplace.h"

#include <QLoggingCategory>
#include <QScopedValueRollback>

#include <utility>

namespace meridian::service {

namespace {

using State = ConfigEditor::Written::State;
using config::Diagnostic;

Q_LOGGING_CATEGORY(lcConfig, "meridian.service")

} // namespace

ConfigEditor::Written ConfigEditor::conflict(const File &now, std::string_view etag)
{
    Written written;
    written.state = State::Changed;
    written.detail = "the file has been changed by somebody else since it was shown; look at both, "
                     "then write it with the etag it has now";
    written.etag = now.etag;
    written.theirs = masked(now.text);
    if (const ConfigVersion *base = m_history.findText(etag)) {
        written.base = shown(*base);
    }
    return written;
}

ConfigEditor::Written ConfigEditor::apply(const admin::Principal &who,
                                          std::string_view text,
                                          std::string_view etag,
                                          std::string note)
{
    Written written;
    if (!m_source) {
        written.state = State::NoFile;
        return written;
    }
    auto clear = m_mask.unmask(text, m_source->path());
    auto loaded = load(text);
    if (!clear || !loaded) {
        written.state = State::Invalid;
        written.problems = std::move(loaded.error()); // unmask()'s own are among them
        return written;
    }
    ConfigVersion version;
    version.note = std::move(note);
    return put(who, clear->text, etag, std::move(version));
}

ConfigEditor::Written ConfigEditor::undo(const admin::Principal &who, std::string_view etag)
{
    Written written;
    if (!m_source) {
        written.state = State::NoFile;
        return written;
    }
    const ConfigVersion *before =
        m_history.isEmpty() ? nullptr : m_history.before(m_history.current().origin);
    if (before == nullptr) {
        written.state = State::NothingToUndo;
        return written;
    }
    const std::string text(before->text.reveal());
    auto loaded = loadClear(text);
    if (!loaded) { // a file it refers to may be gone
        written.state = State::Invalid;
        written.problems = std::move(loaded.error());
        return written;
    }
    ConfigVersion version;
    version.origin = before->id;
    version.note = "back to version " + std::to_string(before->id);
    return put(who, text, etag, std::move(version));
}

ConfigEditor::Written ConfigEditor::put(const admin::Principal &who,
                                        const std::string &clear,
                                        std::string_view etag,
                                        ConfigVersion version)
{
    Written written;
    auto before = readFile();
    if (!before) {
        written.state = State::Failed;
        written.detail = "cannot read the file: " + before.error().detail;
        return written;
    }
    if (before->etag != etag) {
        return conflict(*before, etag);
    }
    const std::string newEtag = etagOf(clear);
    const bool isSame = newEtag == before->etag;
    const QScopedValueRollback<bool> writing(m_isWriting, true);
    if (!isSame) {
        const FileReplaced replaced =
            replaceFile(m_source->path(), clear, [&](const std::string &path) {
                const auto now = readBoundedFile(path, config::MaxYamlBytes);
                return now && *now == before->text;
            });
        if (replaced.state == FileReplaced::State::Overtaken) {
            const auto now = readFile();
            return conflict(now ? *now : *before, etag);
        }
        if (replaced.state != FileReplaced::State::Done) {
            written.state =
                replaced.state == FileReplaced::State::ReadOnly ? State::ReadOnly : State::Failed;
            written.detail = replaced.detail;
            written.etag = before->etag;
            return written;
        }
    }
    written.outcome = m_service.reload(who); // reads the file: what it says is what is in force
    if (!written.outcome.isApplied()) {
        return refusedByReload(*before, newEtag, written.outcome);
    }
    written.etag = newEtag;
    if (!isSame || m_history.isEmpty() || m_history.current().etag != newEtag) {
        version.timestamp = std::chrono::system_clock::now();
        version.principal = who;
        version.changes = written.outcome.changes.size();
        version.text = Secret(clear);
        version.etag = newEtag;
        const ConfigVersion &now = m_history.push(std::move(version));
        const bool isUndo = now.origin != now.id;
        m_service.note(who, isUndo ? "config_undone" : "config_applied", "info", m_source->path(),
                       "version " + std::to_string(now.id) +
                           (now.note.empty() ? std::string() : ": " + now.note));
    }
    written.version = m_history.current().id;
    return written;
}

/// Valid, and yet it could not be put in force: the file goes back to what is.
ConfigEditor::Written ConfigEditor::refusedByReload(const File &before,
                                                    const std::string &newEtag,
                                                    const admin::ReloadOutcome &outcome)
{
    Written written;
    written.state = State::Invalid;
    written.etag = before.etag;
    for (const std::string &problem : outcome.problems) {
        Diagnostic diagnostic;
        diagnostic.file = m_source->path();
        diagnostic.path = config::DocumentPath;
        diagnostic.message = problem;
        written.problems.push_back(std::move(diagnostic));
    }
    if (newEtag == before.etag) {
        return written;
    }
    const FileReplaced restored =
        replaceFile(m_source->path(), before.text, [&](const std::string &path) {
            const auto now = readBoundedFile(path, config::MaxYamlBytes);
            return now && etagOf(*now) == newEtag;
        });
    if (restored.state == FileReplaced::State::Done) {
        static_cast<void>(m_source->load()); // so that the old text is no change to the watch
        return written;
    }
    written.state = State::Failed;
    written.etag = newEtag;
    written.detail = "the new configuration could not be put in force (" +
                     outcome.problems.front() + "), and the old text could not be put back (" +
                     restored.detail + "): the file is not what is in force";
    qCWarning(lcConfig, "%s: %s", m_source->path().c_str(), written.detail.c_str());
    return written;
}

} // namespace meridian::service
