// SPDX-License-Identifier: MIT
// `meridian discover`: which engines run on this machine, and a configuration for them.
#include "core/config/yamlloader.h"
#include "core/discovery/proposal.h"
#include "core/secrets/boundedfile.h"
#include "service/commands.h"
#include "service/configsource.h"
#include "service/processsetup.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace meridian::service {

namespace {

using discovery::Place;
using discovery::PlaceFinding;
using discovery::PlaceState;

constexpr std::size_t ModelsShown = 4;

bool isUsable(const PlaceFinding &finding)
{
    return finding.engine.state == PlaceState::Found ||
           finding.engine.state == PlaceState::NeedsKey;
}

/// What an engine says may hold anything: quoted() makes it fit for a terminal.
std::string lineOf(const PlaceFinding &finding)
{
    std::string line = finding.engine.message;
    const auto &models = finding.engine.models;
    for (std::size_t i = 0; i < std::min(models.size(), ModelsShown); ++i) {
        line.append(i == 0 ? ": " : ", ").append(config::quoted(models[i]));
    }
    return models.size() > ModelsShown ? line + ", …" : line;
}

void printTable(FILE *out, const std::vector<PlaceFinding> &findings)
{
    std::size_t width = 0;
    for (const PlaceFinding &finding : findings) {
        width = std::max(width, finding.place.url.text.size());
    }
    for (const PlaceFinding &finding : findings) {
        std::fprintf(out, "%-*s  %-9s  %-9s  %s\n", static_cast<int>(width),
                     finding.place.url.text.c_str(),
                     std::string(discovery::stateName(finding.engine.state)).c_str(),
                     finding.engine.engine.c_str(), lineOf(finding).c_str());
    }
}

/// Those named, those of the configuration, the usual ones. Nothing: the error has been printed.
std::optional<std::vector<Place>>
placesFor(const QStringList &named, bool mayLeave, const std::vector<std::string> &configured)
{
    std::vector<Place> places;
    for (const QString &url : named) {
        auto place = discovery::parsePlace(url.toStdString(), mayLeave);
        if (!place) {
            std::fprintf(stderr, "meridian discover: %s: %s\n", qPrintable(url),
                         place.error().detail.c_str());
            return std::nullopt;
        }
        discovery::addPlaces(places, {*place});
    }
    for (const std::string &url : configured) {
        if (const auto place = discovery::parsePlace(url, false)) {
            discovery::addPlaces(places, {*place});
        }
    }
    discovery::addPlaces(places, discovery::usualPlaces());
    if (places.size() > discovery::MaxPlaces) {
        std::fprintf(stderr, "meridian discover: at most %zu places, the usual ones included\n",
                     discovery::MaxPlaces);
        return std::nullopt;
    }
    return places;
}

int propose(const std::string &path, const std::vector<PlaceFinding> &findings)
{
    std::vector<PlaceFinding> usable;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(usable), isUsable);
    if (usable.empty()) {
        std::fprintf(stderr, "meridian discover: no engine was found, so there is nothing to "
                             "propose\n");
        return 1;
    }
    Result<std::string> text = std::string();
    if (QFile::exists(QFile::decodeName(path.c_str()))) {
        text = readBoundedFile(path, config::MaxYamlBytes);
    }
    const auto proposed = text ? discovery::proposeBackends(*text, usable) : text;
    if (!proposed) {
        std::fprintf(stderr, "meridian discover: %s\n", proposed.error().detail.c_str());
        return 1;
    }
    std::fputs(proposed->c_str(), stdout);
    return 0;
}

} // namespace

int runDiscover(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Looks for engines on this machine: at their usual ports, at discovery.places of the "
        "configuration, and at the urls given here. Nothing is changed."));
    const QCommandLineOption config(
        {QStringLiteral("c"), QStringLiteral("config")},
        QStringLiteral("Configuration file, if there is one; found as by meridian serve."),
        QStringLiteral("file"));
    const QCommandLineOption proposeOption(
        QStringLiteral("propose"),
        QStringLiteral("Print the configuration with a backend for each engine found; the table "
                       "goes to stderr."));
    const QCommandLineOption beyond(QStringLiteral("beyond-loopback"),
                                    QStringLiteral("Urls given here may be on other machines."));
    parser.addOptions({config, proposeOption, beyond});
    parser.addPositionalArgument(QStringLiteral("url"), QStringLiteral("Where to look, too."),
                                 QStringLiteral("[url…]"));
    parser.addHelpOption();
    parser.process(arguments);
    const QString file = configPath(parser.value(config));
    const std::string path = QFile::encodeName(file).toStdString();
    std::vector<std::string> configured;
    if (QFileInfo(file).size() > 0) { // an empty one: the shell has just made it for our answer
        ConfigSource source(path);
        const auto settings = loadOrReport(source);
        if (!settings) {
            return 1;
        }
        configured = settings->discovery.places;
    } else if (parser.isSet(config) && !QFile::exists(file)) {
        std::fprintf(stderr, "meridian discover: %s: no such file\n", qPrintable(file));
        return 1;
    }
    setLogLevel("ERROR");
    const auto places = placesFor(parser.positionalArguments(), parser.isSet(beyond), configured);
    if (!places) {
        return 1;
    }
    event::Loop loop;
    discovery::Discovery search(loop, [] { QCoreApplication::exit(0); });
    if (!search.start(*places)) {
        return 1;
    }
    QCoreApplication::exec();
    const std::vector<PlaceFinding> findings = search.findings();
    const bool isProposing = parser.isSet(proposeOption);
    printTable(isProposing ? stderr : stdout, findings);
    return isProposing ? propose(path, findings) : 0;
}

} // namespace meridian::service
