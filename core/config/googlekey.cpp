// SPDX-License-Identifier: MIT
// Only names are taken from the file; its secrets are for whoever makes tokens of them.
#include "core/config/googlekey.h"

#include "core/config/backendurl.h"
#include "core/config/scalars.h"
#include "core/secrets/boundedfile.h"

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

namespace meridian::config {

namespace {

using model::CredentialKind;

constexpr std::size_t MaxKeyBytes = std::size_t{64} * 1024;
constexpr std::size_t MaxProjectBytes = 128;

CredentialKind kindOf(const QString &type)
{
    if (type == QLatin1String("service_account")) {
        return CredentialKind::ServiceAccount;
    }
    if (type == QLatin1String("authorized_user")) {
        return CredentialKind::AuthorizedUser;
    }
    if (type == QLatin1String("external_account")) {
        return CredentialKind::WorkloadFederation;
    }
    return CredentialKind::None;
}

bool needsKey(CredentialKind kind) noexcept
{
    return kind == CredentialKind::ServiceAccount || kind == CredentialKind::AuthorizedUser ||
           kind == CredentialKind::WorkloadFederation;
}

Cursor below(const Cursor &at, std::string_view key)
{
    return at.find(key).value_or(at);
}

} // namespace

void readGoogleKey(const Cursor &at, bool isChosen, model::ProviderOptions &options)
{
    model::CredentialSettings &credentials = options.credentials;
    const bool isInline = !credentials.key.isEmpty();
    if (!isInline && credentials.file.empty()) {
        if (needsKey(credentials.kind)) {
            at.missing("file", "required, but not given: the JSON file, or key for its contents");
        }
        return;
    }
    const Cursor where = below(at, isInline ? "key" : "file");
    if (isInline && !credentials.file.empty()) {
        where.error("give key or file, not both");
        return;
    }
    Secret text;
    if (isInline) {
        text = credentials.key;
    } else if (auto contents = readBoundedFile(credentials.file, MaxKeyBytes)) {
        text = Secret(std::move(*contents));
    } else {
        where.error("cannot read " + quoted(credentials.file) + ": " + contents.error().detail);
        return;
    }
    const std::string_view json = text.reveal();
    const QJsonObject key =
        QJsonDocument::fromJson(
            QByteArray::fromRawData(json.data(), static_cast<qsizetype>(json.size())))
            .object();
    const CredentialKind kind = kindOf(key.value(QStringLiteral("type")).toString());
    if (kind == CredentialKind::None) {
        where.error("is no key of Google's: expected a JSON object whose type is service_account, "
                    "authorized_user or external_account");
        return;
    }
    if (!isChosen) {
        credentials.kind = kind;
    } else if (credentials.kind != kind && needsKey(credentials.kind)) {
        where.error("is the key of another type than the one given");
    }
    const std::string project = key.value(QStringLiteral("project_id")).toString().toStdString();
    if (options.project.empty() && project.size() <= MaxProjectBytes &&
        !hasControlCharacter(project)) {
        options.project = project;
    }
}

void readTokenUrl(const Cursor &value, model::CredentialSettings &into)
{
    const auto text = readString(value);
    if (!text || text->empty()) {
        return; // reported, or the provider's own
    }
    auto url = parseEndpointUrl(*text);
    if (!url) {
        value.error(std::move(url.error()));
        return;
    }
    into.tokenUrl = *text;
}

} // namespace meridian::config
