// SPDX-License-Identifier: MIT
#include "service/configeditor.h"

#include "core/admin/adminservice.h"
#include "core/config/yamlloader.h"
#include "core/config/yamlvalue.h"
#include "core/secrets/boundedfile.h"
#include "core/secrets/secretresolver.h"
#include "service/configsource.h"
#include "service/filereplace.h"
#include "service/textdiff.h"

#include <QCryptographicHash>

#include <cstdlib>
#include <utility>

namespace meridian::service {

namespace {

using config::Diagnostic;

constexpr const char *WithoutFile = "configuration"; // where a gateway without a file names one

bool isMelis(const config::YamlNode &tree)
{
    return tree.find("backends") == nullptr && tree.find("gateway") == nullptr &&
           (tree.find("providers") != nullptr || tree.find("server") != nullptr);
}

config::YamlNode treeOf(std::string_view text)
{
    config::Diagnostics problems(WithoutFile);
    auto tree = config::loadYaml(text, problems);
    return tree ? std::move(*tree) : config::YamlNode();
}

Diagnostic problemOf(std::string message)
{
    Diagnostic problem;
    problem.path = config::DocumentPath;
    problem.message = std::move(message);
    return problem;
}

/// The variables that win over a file of Melis.
void addMelisOverrides(config::Overrides &into)
{
    for (const auto &[variable, path] : {std::pair{"MELIS_SERVER_HOST", "server.host"},
                                         std::pair{"MELIS_SERVER_PORT", "server.port"}}) {
        // nothing in the process writes the environment
        // NOLINTNEXTLINE(concurrency-mt-unsafe)
        const char *value = std::getenv(variable);
        if (value != nullptr && *value != '\0') {
            into.emplace_back(path, value);
        }
    }
}

} // namespace

std::string etagOf(std::string_view bytes)
{
    return QCryptographicHash::hash(
               QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())),
               QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

ConfigEditor::ConfigEditor(admin::AdminService &service, std::shared_ptr<ConfigSource> source)
    : m_service(service)
    , m_source(std::move(source))
{
    noteReload(); // what is in force now is the first version
}

ConfigEditor::~ConfigEditor() = default;

Result<ConfigEditor::File> ConfigEditor::readFile() const
{
    auto text = readBoundedFile(m_source->path(), config::MaxYamlBytes);
    if (!text) {
        return tl::unexpected(text.error());
    }
    std::string etag = etagOf(*text);
    return File{m_source->path(), std::move(*text), std::move(etag)};
}

std::optional<std::string> ConfigEditor::masked(std::string_view text)
{
    auto result = m_mask.mask(text);
    return result ? std::optional(std::move(result->text)) : std::nullopt;
}

ConfigEditor::View ConfigEditor::place() const
{
    View view;
    if (m_source) {
        view.path = m_source->path();
        view.readOnly = whyReadOnly(view.path);
    } else {
        view.readOnly = "this gateway runs without a configuration file";
    }
    view.format = !m_history.isEmpty() && isMelis(treeOf(m_history.current().text.reveal()))
                      ? "melis"
                      : "meridian";
    return view;
}

ConfigEditor::View ConfigEditor::view(const admin::Principal &who)
{
    View view = place();
    std::string text = m_source ? std::string() : textOf(m_service.settings(who));
    if (m_source) {
        const auto file = readFile();
        if (file) {
            view.etag = file->etag;
            text = file->text;
        } else {
            view.problem = "cannot read the file: " + file.error().detail;
        }
        view.isChangedOnDisk = m_source->hasChanged();
    }
    auto result = m_mask.mask(text);
    if (!result) {
        view.problem = result.error().detail;
    }
    if (!view.problem.empty() && !m_history.isEmpty()) {
        result = m_mask.mask(m_history.current().text.reveal());
    }
    if (result) {
        view.text = std::move(result->text);
        view.secrets = result->secrets;
    }
    view.values = valuesOf(view.text);
    if (m_source && m_source->paths().size() > 1) {
        const std::string path = m_source->paths()[1];
        if (const auto routes = readBoundedFile(path, config::MaxYamlBytes)) {
            view.routes = File{path, masked(*routes).value_or(std::string()), etagOf(*routes)};
        }
    }
    return view;
}

std::vector<config::Provenance> ConfigEditor::valuesOf(const std::string &maskedText) const
{
    const config::YamlNode tree = treeOf(maskedText);
    config::Overrides overrides = m_source ? m_source->overrides() : config::Overrides();
    const bool isForeign = isMelis(tree);
    if (isForeign) {
        for (auto &[path, value] : overrides) {
            path.replace(0, std::string_view("gateway").size(), "server");
        }
        addMelisOverrides(overrides);
    }
    auto values = config::provenanceOf(tree, m_source ? m_source->path() : WithoutFile,
                                       isForeign ? config::melisConfigKeys() : config::configKeys(),
                                       overrides);
    for (config::Provenance &value : values) {
        if (!m_source && value.source == config::Provenance::Source::File) {
            value = {value.path, value.value, config::Provenance::Source::Override, {}, 0, 0};
        }
    }
    return values;
}

Result<std::string> ConfigEditor::edit(std::string_view text,
                                       const std::vector<config::YamlEdit> &edits)
{
    auto edited = config::editYaml(text, edits);
    if (!edited) {
        return edited;
    }
    auto result = m_mask.mask(*edited);
    return result ? Result<std::string>(std::move(result->text)) : tl::unexpected(result.error());
}

config::LoadResult ConfigEditor::loadClear(std::string_view text) const
{
    return m_source ? m_source->loadText(text)
                    : config::loadConfigText(text, WithoutFile, SecretResolver());
}

config::LoadResult ConfigEditor::load(std::string_view text) const
{
    const std::string file = m_source ? m_source->path() : WithoutFile;
    const auto clear = m_mask.unmask(text, file);
    if (!clear) {
        return tl::unexpected(clear.error());
    }
    auto loaded = loadClear(clear->text);
    for (Diagnostic &problem : loaded ? loaded->warnings : loaded.error()) {
        if (problem.file == file) {
            const auto at = clear->inMasked({problem.line, problem.column}, text);
            problem.line = at.line;
            problem.column = at.column;
        }
    }
    return loaded;
}

ConfigEditor::Check ConfigEditor::validate(std::string_view text)
{
    auto loaded = load(text);
    Check check;
    check.isValid = loaded.has_value();
    check.problems = std::move(loaded ? loaded->warnings : loaded.error());
    if (const auto shownText = masked(text)) {
        check.values = valuesOf(*shownText);
    }
    return check;
}

ConfigEditor::Comparison ConfigEditor::compare(const admin::Principal &who, std::string_view text)
{
    Comparison comparison;
    const auto loaded = load(text);
    if (!loaded) {
        comparison.errors = loaded.error();
        return comparison;
    }
    admin::ReloadOutcome outcome = m_service.preview(who, loaded->settings);
    for (std::string &problem : outcome.problems) {
        comparison.errors.push_back(problemOf(std::move(problem)));
    }
    comparison.changes = std::move(outcome.changes);
    comparison.needRestart = std::move(outcome.needRestart);
    const std::string before = m_history.isEmpty() ? textOf(m_service.settings(who))
                                                   : std::string(m_history.current().text.reveal());
    comparison.diff = unifiedDiff(masked(before).value_or(std::string()),
                                  masked(text).value_or(std::string()), "in force", "edited");
    return comparison;
}

void ConfigEditor::remember(const admin::Principal &who,
                            std::string_view text,
                            const std::string &etag)
{
    ConfigVersion version;
    version.timestamp = std::chrono::system_clock::now();
    version.principal = who;
    version.text = Secret(text);
    version.etag = etag;
    m_history.push(std::move(version));
}

void ConfigEditor::noteReload()
{
    if (!m_source || m_isWriting) {
        return;
    }
    const auto file = readFile();
    // what changed since it was read is no version yet: it is read again soon
    if (!file || (!m_history.isEmpty() && m_source->hasChanged())) {
        return;
    }
    if (m_history.isEmpty() || m_history.current().etag != file->etag) {
        remember({admin::Principal::Kind::Process, "config file"}, file->text, file->etag);
    }
}

std::optional<std::string> ConfigEditor::shown(const ConfigVersion &version)
{
    return masked(version.text.reveal());
}

std::string ConfigEditor::diffOf(const ConfigVersion &version)
{
    const ConfigVersion *before = m_history.before(version.id);
    if (before == nullptr) {
        return {};
    }
    return unifiedDiff(
        shown(*before).value_or(std::string()), shown(version).value_or(std::string()),
        "version " + std::to_string(before->id), "version " + std::to_string(version.id));
}

std::string textOf(const model::Settings &settings)
{
    const auto number = [](std::int64_t value) { return config::plainNode(std::to_string(value)); };
    const auto add = [](config::YamlNode &to, const char *key, config::YamlNode value) {
        to.entries.push_back({config::textNode(key), std::move(value)});
    };
    config::YamlNode gateway = config::emptyNode(config::YamlNode::Kind::Mapping);
    add(gateway, "host", config::textNode(settings.gateway.host));
    add(gateway, "port", number(settings.gateway.port));
    add(gateway, "strategy", config::textNode(settings.gateway.strategy));
    config::YamlNode backends = config::emptyNode(config::YamlNode::Kind::Sequence);
    for (const model::BackendSettings &backend : settings.backends) {
        config::YamlNode item = config::emptyNode(config::YamlNode::Kind::Mapping);
        add(item, "name", config::textNode(backend.name));
        add(item, "url", config::textNode(backend.url));
        add(item, "engine", config::textNode(backend.engine));
        if (!backend.model.empty()) {
            add(item, "model", config::textNode(backend.model));
        }
        add(item, "weight", number(backend.weight));
        backends.items.push_back(std::move(item));
    }
    config::YamlNode root = config::emptyNode(config::YamlNode::Kind::Mapping);
    add(root, "gateway", std::move(gateway));
    add(root, "backends", std::move(backends));
    return config::blockText(root, 0, "\n") + "\n";
}

} // namespace meridian::service
