// SPDX-License-Identifier: MIT
// The top level of the file, and the order in which its parts are read.
#include "core/config/configloader.h"

#include "core/config/adminsection.h"
#include "core/config/admissionsection.h"
#include "core/config/affinitysection.h"
#include "core/config/backendssection.h"
#include "core/config/canarysection.h"
#include "core/config/crosschecks.h"
#include "core/config/discoverysection.h"
#include "core/config/gatewaysection.h"
#include "core/config/healthsection.h"
#include "core/config/interpolation.h"
#include "core/config/isolationsection.h"
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/loggingsection.h"
#include "core/config/melisenvironment.h"
#include "core/config/melisfile.h"
#include "core/config/melisroutes.h"
#include "core/config/modelssection.h"
#include "core/config/resiliencesection.h"
#include "core/config/routessection.h"
#include "core/config/scalars.h"
#include "core/config/tieringsection.h"
#include "core/config/timeoutssection.h"
#include "core/config/tracingsection.h"
#include "core/config/translationsection.h"
#include "core/config/yamlloader.h"
#include "core/secrets/boundedfile.h"

#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace meridian::config {

namespace {

/// The top level while it is read.
struct Document
{
    model::Settings settings;
    model::TimeoutSettings timeouts;
    std::optional<Cursor> backends; // read last: they lie over `timeouts`
    std::optional<Cursor> routes;   // read after them: they name them
};

template <typename T>
Key<Document> sectionKey(std::string name, const Section<T> &section, T model::Settings::*target)
{
    return nested(customKey<Document>(std::move(name), "mapping", "none",
                                      [&section, target](const Cursor &value, Document &into) {
                                          section.read(value, into.settings.*target);
                                      }),
                  section);
}

/// A section with a reader of its own, which checks more than one key at a time.
template <typename T>
Key<Document> sectionKey(std::string name,
                         const Section<T> &section,
                         T model::Settings::*target,
                         void (*read)(const Cursor &, T &))
{
    return nested(customKey<Document>(std::move(name), "mapping", "none",
                                      [target, read](const Cursor &value, Document &into) {
                                          read(value, into.settings.*target);
                                      }),
                  section);
}

Key<Document> backendsKey()
{
    auto key =
        customKey<Document>("backends", "list of mappings", "required",
                            [](const Cursor &value, Document &into) { into.backends = value; });
    key.children = backendSection().describeKeys("[].");
    return key;
}

Key<Document> routesKey()
{
    auto key =
        customKey<Document>("routes", "list of mappings", "[]",
                            [](const Cursor &value, Document &into) { into.routes = value; });
    key.children = routeSection().describeKeys("[].");
    return key;
}

std::vector<Key<Document>> documentKeys()
{
    using D = Document;
    using S = model::Settings;
    std::vector<Key<D>> keys;
    keys.push_back(customKey<D>("strict", "boolean", "false", [](const Cursor &value, D &) {
        (void)readBoolean(value); // took effect before anything else was read
    }));
    keys.push_back(sectionKey("gateway", gatewaySection(), &S::gateway));
    keys.push_back(mappingKey("timeouts", &D::timeouts, timeoutsSection()));
    keys.push_back(sectionKey("resilience", resilienceSection(), &S::resilience, readResilience));
    keys.push_back(sectionKey("admission", admissionSection(), &S::admission));
    keys.push_back(sectionKey("health", healthSection(), &S::health));
    keys.push_back(sectionKey("models", modelsSection(), &S::models));
    keys.push_back(sectionKey("translation", translationSection(), &S::translation));
    keys.push_back(sectionKey("tiering", tieringSection(), &S::tiering));
    keys.push_back(sectionKey("session_affinity", affinitySection(), &S::affinity));
    keys.push_back(sectionKey("isolation", isolationSection(), &S::isolation));
    keys.push_back(sectionKey("canary", canarySection(), &S::canary, readCanary));
    keys.push_back(sectionKey("tracing", tracingSection(), &S::tracing, readTracing));
    keys.push_back(sectionKey("logging", loggingSection(), &S::logging));
    keys.push_back(sectionKey("admin", adminSection(), &S::admin));
    keys.push_back(sectionKey("discovery", discoverySection(), &S::discovery));
    keys.push_back(backendsKey());
    keys.push_back(routesKey());
    for (const LaterSection &section : laterSections()) {
        auto key = customKey<D>(
            std::string(section.name), "mapping", "none",
            [&section](const Cursor &value, D &) { readLaterSection(section, value); });
        key.isActive = false;
        for (std::string_view name : section.keys) {
            key.children.push_back({'.' + std::string(name), {}, {}, false});
        }
        keys.push_back(std::move(key));
    }
    return keys;
}

const Section<Document> &documentSection()
{
    static const Section<Document> Keys(documentKeys());
    return Keys;
}

// Top-level keys that start with x- are the operator's own: a place for anchors.
void dropOwnKeys(YamlNode &root)
{
    std::erase_if(root.entries, [](const YamlEntry &entry) {
        return entry.key.kind == YamlNode::Kind::Scalar && entry.key.text.starts_with("x-");
    });
}

// Read ahead: it decides how everything else is reported. What is wrong with it is said later.
bool isStrict(const YamlNode &root)
{
    const YamlNode *strict = root.find("strict");
    return strict != nullptr && booleanOf(*strict).value_or(false);
}

void readMeridian(const Cursor &top, model::Settings &into)
{
    Document document;
    documentSection().read(top, document);
    if (document.backends) {
        document.settings.backends = readBackends(*document.backends, document.timeouts);
    } else if (top.node().kind == YamlNode::Kind::Mapping) {
        top.missing("backends", "no backends; give at least one with a name and a url");
    }
    if (document.routes) {
        readRoutes(*document.routes, document.settings);
    }
    into = std::move(document.settings);
}

/// One file of the configuration while it is read.
struct File
{
    explicit File(std::string name)
        : diagnostics(std::move(name))
    {
    }

    Diagnostics diagnostics;
    std::optional<YamlNode> root;
};

// The routes' own file. Its names are checked as far as the configuration could be read.
void readRoutesFile(const RoutesPath &path,
                    bool isInterpolated,
                    const SecretResolver &secrets,
                    std::vector<MelisProvider> &providers,
                    File &file,
                    model::Settings &into)
{
    const auto text = readBoundedFile(path.path, MaxYamlBytes);
    if (!text) {
        std::error_code error;
        if (path.isNamed || std::filesystem::exists(path.path, error)) {
            file.diagnostics.error({}, std::string(DocumentPath),
                                   "cannot read the file: " + text.error().detail);
        }
        return;
    }
    file.root = loadYaml(*text, file.diagnostics);
    if (file.root) {
        dropOwnKeys(*file.root);
        ReadContext context{file.diagnostics, secrets, false};
        if (isInterpolated) {
            interpolate(*file.root, context);
        }
        readMelisRoutes(Cursor(*file.root, {}, context), providers, into);
    }
}

LoadResult resultOf(model::Settings settings, Diagnostics &config, Diagnostics *routes)
{
    const bool isValid = !config.hasErrors() && (routes == nullptr || !routes->hasErrors());
    std::vector<Diagnostic> found = config.takeSorted();
    if (routes != nullptr) {
        std::vector<Diagnostic> more = routes->takeSorted();
        found.insert(found.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    }
    if (!isValid) {
        return tl::unexpected<std::vector<Diagnostic>>(std::move(found));
    }
    return LoadedConfig{std::move(settings), std::move(found)};
}

} // namespace

LoadResult loadConfigText(std::string_view text,
                          const std::string &fileName,
                          const SecretResolver &secrets,
                          const LoadOptions &options)
{
    File config(fileName);
    config.root = loadYaml(text, config.diagnostics);
    if (!config.root) {
        return resultOf({}, config.diagnostics, nullptr);
    }
    YamlNode &root = *config.root;
    if (root.kind == YamlNode::Kind::Null) {
        root.kind = YamlNode::Kind::Mapping; // an empty file
    }
    dropOwnKeys(root);
    ReadContext context{config.diagnostics, secrets, isStrict(root)};
    const Cursor top(root, {}, context);
    const bool isMelis = isMelisFile(root);
    MelisConfig melis;
    RoutesPath routesPath{options.routesFile, true};
    if (isMelis) {
        interpolate(root, context);
        melis = readMelisConfig(top);
        applyMelisEnvironment(top, melis);
        routesPath = melisRoutesPath(options.routesFile, melis.routesPath, fileName);
    } else {
        readMeridian(top, melis.settings);
        melis.providers = asMelisProviders(melis.settings.backends);
    }
    if (options.foundRoutesFile != nullptr) {
        *options.foundRoutesFile = routesPath.path;
    }
    File routes(routesPath.path);
    if (!routesPath.path.empty()) {
        readRoutesFile(routesPath, isMelis, secrets, melis.providers, routes, melis.settings);
    }
    if (isMelis && melis.settings.backends.empty() && !config.diagnostics.hasErrors()) {
        top.missing("providers", "no providers; give at least one with an id and a provider_type");
    }
    if (!config.diagnostics.hasErrors() && !routes.diagnostics.hasErrors()) {
        checkAcross(top, melis.settings);
    }
    return resultOf(std::move(melis.settings), config.diagnostics, &routes.diagnostics);
}

LoadResult
loadConfigFile(const std::string &path, const SecretResolver &secrets, const LoadOptions &options)
{
    const auto text = readBoundedFile(path, MaxYamlBytes);
    if (!text) {
        Diagnostics diagnostics(path);
        diagnostics.error({}, std::string(DocumentPath),
                          "cannot read the file: " + text.error().detail);
        return tl::unexpected<std::vector<Diagnostic>>(diagnostics.takeSorted());
    }
    return loadConfigText(*text, path, secrets, options);
}

std::vector<KeyInfo> configKeys()
{
    return documentSection().describeKeys({});
}

} // namespace meridian::config
