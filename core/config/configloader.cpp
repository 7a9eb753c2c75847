// SPDX-License-Identifier: MIT
// The top level of the file, and the order in which its parts are read.
#include "core/config/configloader.h"

#include "core/config/adminsection.h"
#include "core/config/admissionsection.h"
#include "core/config/affinitysection.h"
#include "core/config/backendssection.h"
#include "core/config/canarysection.h"
#include "core/config/crosschecks.h"
#include "core/config/gatewaysection.h"
#include "core/config/healthsection.h"
#include "core/config/isolationsection.h"
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/loggingsection.h"
#include "core/config/modelssection.h"
#include "core/config/resiliencesection.h"
#include "core/config/scalars.h"
#include "core/config/tieringsection.h"
#include "core/config/timeoutssection.h"
#include "core/config/tracingsection.h"
#include "core/config/yamlloader.h"
#include "core/secrets/boundedfile.h"

#include <optional>
#include <utility>

namespace meridian::config {

namespace {

/// The top level while it is read.
struct Document
{
    model::Settings settings;
    model::TimeoutSettings timeouts;
    std::optional<Cursor> backends; // read last: they lie over `timeouts`
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
    keys.push_back(sectionKey("tiering", tieringSection(), &S::tiering));
    keys.push_back(sectionKey("session_affinity", affinitySection(), &S::affinity));
    keys.push_back(sectionKey("isolation", isolationSection(), &S::isolation));
    keys.push_back(sectionKey("canary", canarySection(), &S::canary, readCanary));
    keys.push_back(sectionKey("tracing", tracingSection(), &S::tracing, readTracing));
    keys.push_back(sectionKey("logging", loggingSection(), &S::logging));
    keys.push_back(sectionKey("admin", adminSection(), &S::admin));
    keys.push_back(backendsKey());
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

void readDocument(YamlNode &root,
                  Diagnostics &diagnostics,
                  const SecretResolver &secrets,
                  Document &into)
{
    if (root.kind == YamlNode::Kind::Null) {
        root.kind = YamlNode::Kind::Mapping; // an empty file
    }
    dropOwnKeys(root);
    ReadContext context{diagnostics, secrets, isStrict(root)};
    const Cursor top(root, {}, context);
    documentSection().read(top, into);
    if (into.backends) {
        into.settings.backends = readBackends(*into.backends, into.timeouts);
    } else if (root.kind == YamlNode::Kind::Mapping) {
        top.missing("backends", "no backends; give at least one with a name and a url");
    }
    if (!diagnostics.hasErrors()) {
        checkAcross(top, into.settings);
    }
}

} // namespace

LoadResult
loadConfigText(std::string_view text, const std::string &fileName, const SecretResolver &secrets)
{
    Diagnostics diagnostics(fileName);
    Document document;
    if (auto root = loadYaml(text, diagnostics)) {
        readDocument(*root, diagnostics, secrets, document);
    }
    const bool isValid = !diagnostics.hasErrors();
    std::vector<Diagnostic> found = diagnostics.takeSorted();
    if (!isValid) {
        return tl::unexpected<std::vector<Diagnostic>>(std::move(found));
    }
    return LoadedConfig{std::move(document.settings), std::move(found)};
}

LoadResult loadConfigFile(const std::string &path, const SecretResolver &secrets)
{
    const auto text = readBoundedFile(path, MaxYamlBytes);
    if (!text) {
        Diagnostics diagnostics(path);
        diagnostics.error({}, std::string(DocumentPath),
                          "cannot read the file: " + text.error().detail);
        return tl::unexpected<std::vector<Diagnostic>>(diagnostics.takeSorted());
    }
    return loadConfigText(*text, path, secrets);
}

std::vector<KeyInfo> configKeys()
{
    return documentSection().describeKeys({});
}

} // namespace meridian::config
