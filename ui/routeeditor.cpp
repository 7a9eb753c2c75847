// SPDX-License-Identifier: MIT
// The page Routes: a draft of the configuration, what is wrong with it, what it would do, applied.
#include "ui/routeeditor.h"

#include "core/config/yamlloader.h"
#include "ui/configkeys.h"
#include "ui/routeform.h"

#include <QJsonObject>

#include <chrono>

namespace meridian::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto TypingPause = 250ms;
constexpr int DryRunRequests = 500;

std::string json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QVariantList listOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toArray().toVariantList();
}

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

} // namespace

RouteEditor::RouteEditor(GatewayLink &link, QObject *parent)
    : RouteState(parent)
    , m_link(link)
    , m_edits(link, [this] { return m_text; })
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(TypingPause);
    connect(&m_pause, &QTimer::timeout, this, &RouteEditor::validate);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &RouteEditor::countDown);
    connect(&m_edits, &ConfigEdits::edited, this, &RouteEditor::setText);
    connect(&m_edits, &ConfigEdits::refused, this, [this](const QString &reason) {
        tell(QStringLiteral("edit_refused"), reason);
        Q_EMIT formChanged(); // the control shows the old value again
    });
    connect(&m_link, &GatewayLink::replaced, this, &RouteEditor::reset);
    connect(&m_link, &GatewayLink::changed, this, [this] {
        if (m_isUnreachable && m_link.connection() == GatewayLink::Connection::Connected) {
            refresh();
            validate();
        }
    });
}

void RouteEditor::reset()
{
    m_isLoaded = m_isWritable = m_isValidating = m_isValid = m_isApplying = false;
    m_isUnreachable = m_isRunningDryRun = false;
    m_text.clear();
    m_original.clear();
    m_etag.clear();
    m_path.clear();
    m_format.clear();
    m_conflict = m_dryRun = QVariant();
    m_versions.clear();
    m_form.clear();
    m_undoSecondsLeft = 0;
    m_second.stop();
    m_edits.clear();
    m_pause.stop();
    ++m_round;
    validated(0, {});
    m_isUnreachable = false;
    Q_EMIT textChanged();
    Q_EMIT loadedChanged();
    Q_EMIT formChanged();
    Q_EMIT dryRunChanged();
    Q_EMIT versionsChanged();
    Q_EMIT undoChanged();
    tell({});
}

void RouteEditor::refresh()
{
    m_link.ask(*this, "GET", "/meridian/config", {},
               [this](int status, const QJsonDocument &answer) {
                   m_isUnreachable = status == 0;
                   if (status != 200) {
                       tell(QStringLiteral("failed"), errorMessage(answer));
                       Q_EMIT stateChanged();
                       return;
                   }
                   take(answer.object());
                   readVersions();
               });
}

void RouteEditor::take(const QJsonObject &config)
{
    const bool wasModified = isModified();
    m_path = textOf(config, "path");
    m_format = textOf(config, "format");
    // in this process the first configuration that is applied makes the file
    m_isWritable =
        config.value(QLatin1String("writable")).toBool() || (m_path.isEmpty() && m_link.isLocal());
    const QString text = textOf(config, "text");
    if (!m_isLoaded || !wasModified || text == m_text) {
        m_isLoaded = true;
        m_original = text;
        m_etag = textOf(config, "etag");
        replaceText(text);
    } // a draft keeps what it began with: applying it then tells of the conflict
    Q_EMIT loadedChanged();
    Q_EMIT stateChanged();
}

void RouteEditor::replaceText(const QString &text)
{
    if (text == m_text) {
        validate();
        return;
    }
    setText(text);
    m_pause.start(0ms);
}

void RouteEditor::setText(const QString &text)
{
    if (text == m_text) {
        return;
    }
    m_text = text;
    ++m_round;
    m_isValidating = m_isLoaded;
    if (!m_dryRun.isNull() || m_isRunningDryRun) {
        m_dryRun = QVariant();
        m_isRunningDryRun = false;
        Q_EMIT dryRunChanged();
    }
    m_pause.start(TypingPause);
    Q_EMIT textChanged();
    Q_EMIT stateChanged();
}

void RouteEditor::validate()
{
    m_pause.stop();
    if (!m_isLoaded) {
        return;
    }
    if (m_text.size() > static_cast<qsizetype>(config::MaxYamlBytes)) {
        const QJsonObject problem{
            {QStringLiteral("severity"), QStringLiteral("error")},
            {QStringLiteral("line"), 1},
            {QStringLiteral("column"), 1},
            {QStringLiteral("message"), tr("A configuration has at most 4 MiB.")}};
        validated(200,
                  QJsonDocument(QJsonObject{{QStringLiteral("valid"), false},
                                            {QStringLiteral("problems"), QJsonArray{problem}}}));
        return;
    }
    if (const auto form = routeForm(m_text); form && *form != m_form) {
        m_form = *form;
        Q_EMIT formChanged();
    }
    m_isValidating = true;
    Q_EMIT stateChanged();
    m_link.ask(*this, "POST", "/meridian/config/validate", json({{QStringLiteral("text"), m_text}}),
               [this, round = m_round](int status, const QJsonDocument &answer) {
                   if (round == m_round) {
                       validated(status, answer);
                   }
               });
}

void RouteEditor::validated(int status, const QJsonDocument &answer)
{
    const QJsonObject found = answer.object();
    m_isUnreachable = status == 0;
    m_isValidating = false;
    m_isValid = status == 200 && found.value(QLatin1String("valid")).toBool();
    m_problems = listOf(found, "problems");
    if (m_isValid) {
        m_values = listOf(found, "values");
    } else if (status != 0 && status != 200) {
        m_problems = {QVariantMap{{QStringLiteral("severity"), QStringLiteral("error")},
                                  {QStringLiteral("line"), 1},
                                  {QStringLiteral("column"), 1},
                                  {QStringLiteral("message"), errorMessage(answer)}}};
    }
    Q_EMIT findingsChanged();
    Q_EMIT stateChanged();
    compare();
}

void RouteEditor::compare()
{
    const auto show = [this](const QJsonObject &found) {
        m_diff = textOf(found, "diff");
        m_changes = listOf(found, "changes");
        m_needRestart = listOf(found, "need_restart");
        Q_EMIT diffChanged();
    };
    if (!m_isValid || !isModified()) {
        show({});
        return;
    }
    m_link.ask(*this, "POST", "/meridian/config/diff", json({{QStringLiteral("text"), m_text}}),
               [this, show, round = m_round](int status, const QJsonDocument &answer) {
                   if (round == m_round) {
                       show(status == 200 ? answer.object() : QJsonObject());
                   }
               });
}

void RouteEditor::setValue(const QVariantList &path, const QVariant &value)
{
    QJsonObject edit{{QStringLiteral("path"), QJsonArray::fromVariantList(path)}};
    if (!value.isValid() || value.isNull()) {
        edit.insert(QStringLiteral("remove"), true);
    } else {
        edit.insert(QStringLiteral("value"), QJsonValue::fromVariant(value));
    }
    m_edits.add(edit);
}

void RouteEditor::addBackend(const QVariantMap &backend)
{
    m_edits.add({{QStringLiteral("path"), QJsonArray{QStringLiteral("backends")}},
                 {QStringLiteral("append"), configKeys(backend)}});
}

void RouteEditor::removeBackend(const QString &name)
{
    m_edits.add({{QStringLiteral("path"), QJsonArray{QStringLiteral("backends"), name}},
                 {QStringLiteral("remove"), true}});
}

void RouteEditor::runDryRun()
{
    if (!m_isLoaded || m_isRunningDryRun) {
        return;
    }
    m_isRunningDryRun = true;
    m_dryRun = QVariant();
    Q_EMIT dryRunChanged();
    m_link.ask(*this, "POST", "/meridian/config/dry-run",
               json({{QStringLiteral("text"), m_text}, {QStringLiteral("limit"), DryRunRequests}}),
               [this, round = m_round](int status, const QJsonDocument &answer) {
                   if (round != m_round) {
                       return;
                   }
                   m_isRunningDryRun = false;
                   if (status == 200) {
                       m_dryRun = answer.object().toVariantMap();
                   } else {
                       tell(QStringLiteral("dry_run_failed"), errorMessage(answer));
                   }
                   Q_EMIT dryRunChanged();
               });
}

void RouteEditor::apply(const QString &note)
{
    if (!canApply()) {
        return;
    }
    m_isApplying = true;
    Q_EMIT stateChanged();
    m_link.ask(*this, "PUT", "/meridian/config",
               json({{QStringLiteral("text"), m_text},
                     {QStringLiteral("etag"), m_etag},
                     {QStringLiteral("note"), note}}),
               [this, sent = m_text](int status, const QJsonDocument &answer) {
                   m_isApplying = false;
                   if (status != 200) {
                       refused(status, answer);
                       return;
                   }
                   m_original = sent;
                   settled(answer.object(), QStringLiteral("applied"));
               });
}

void RouteEditor::undo()
{
    if (!m_isLoaded || m_isApplying) {
        return;
    }
    m_isApplying = true;
    Q_EMIT stateChanged();
    m_link.ask(*this, "POST", "/meridian/config/undo", json({{QStringLiteral("etag"), m_etag}}),
               [this](int status, const QJsonDocument &answer) {
                   m_isApplying = false;
                   if (status != 200) {
                       refused(status, answer);
                       return;
                   }
                   m_original = m_text; // the draft was of the version that is gone
                   settled(answer.object(), QStringLiteral("undone"));
                   refresh();
               });
}

void RouteEditor::settled(const QJsonObject &answer, const QString &outcome)
{
    m_etag = textOf(answer, "etag");
    m_undoSecondsLeft = outcome == QLatin1String("applied") ? UndoSeconds : 0;
    m_undoSecondsLeft > 0 ? m_second.start() : m_second.stop();
    tell(outcome);
    Q_EMIT loadedChanged();
    Q_EMIT stateChanged();
    Q_EMIT undoChanged();
    compare();
    readVersions();
}

void RouteEditor::refused(int status, const QJsonDocument &answer)
{
    const QJsonObject said = answer.object();
    m_isUnreachable = status == 0;
    QString outcome = QStringLiteral("refused");
    if (status == 409 && errorCode(answer) == QLatin1String("config_changed")) {
        outcome = QStringLiteral("conflict");
        m_conflict = QVariantMap{{QStringLiteral("mine"), m_text},
                                 {QStringLiteral("theirs"), textOf(said, "theirs")},
                                 {QStringLiteral("base"), textOf(said, "base")},
                                 {QStringLiteral("etag"), textOf(said, "etag")}};
    } else if (status == 403) {
        m_isWritable =
            errorCode(answer) == QLatin1String("config_read_only") ? false : m_isWritable;
        Q_EMIT loadedChanged();
    } else if (status == 400 && said.contains(QLatin1String("problems"))) {
        m_isValid = false;
        m_problems = listOf(said, "problems");
        Q_EMIT findingsChanged();
    } else if (status == 0) {
        // the gateway may have read it: reading the file tells
        outcome = QStringLiteral("failed");
    }
    tell(outcome, errorMessage(answer));
    Q_EMIT stateChanged();
}

void RouteEditor::discard()
{
    m_edits.clear();
    if (!m_conflict.isNull()) {
        resolveConflict(QStringLiteral("theirs"));
    } else if (m_isLoaded) {
        replaceText(m_original);
    }
}

void RouteEditor::resolveConflict(const QString &whose)
{
    const QVariantMap conflict = m_conflict.toMap();
    const bool isMine = whose == QLatin1String("mine");
    if (conflict.isEmpty() || (!isMine && whose != QLatin1String("theirs"))) {
        return;
    }
    m_conflict = QVariant();
    m_original = conflict.value(QStringLiteral("theirs")).toString();
    m_etag = conflict.value(QStringLiteral("etag")).toString();
    replaceText(isMine ? m_text : m_original);
    Q_EMIT loadedChanged();
    Q_EMIT stateChanged();
}

void RouteEditor::loadVersion(int id)
{
    m_link.ask(*this, "GET", "/meridian/config/history/" + std::to_string(id), {},
               [this](int status, const QJsonDocument &answer) {
                   if (status == 200) {
                       replaceText(textOf(answer.object(), "text"));
                   } else {
                       tell(QStringLiteral("failed"), errorMessage(answer));
                   }
               });
}

void RouteEditor::readVersions()
{
    m_link.ask(*this, "GET", "/meridian/config/history", {},
               [this](int status, const QJsonDocument &answer) {
                   if (status == 200) {
                       m_versions = listOf(answer.object(), "versions");
                       Q_EMIT versionsChanged();
                   }
               });
}

void RouteEditor::tell(const QString &outcome, const QString &message)
{
    m_lastOutcome = outcome;
    m_message = message;
    Q_EMIT outcomeChanged();
}

void RouteEditor::countDown()
{
    if (--m_undoSecondsLeft <= 0) {
        m_undoSecondsLeft = 0;
        m_second.stop();
    }
    Q_EMIT undoChanged();
}

} // namespace meridian::ui
