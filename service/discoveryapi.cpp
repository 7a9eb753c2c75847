// SPDX-License-Identifier: MIT
#include "service/discoveryapi.h"

#include "core/admin/adminservice.h"
#include "core/discovery/proposal.h"
#include "service/adminanswers.h"
#include "service/jsonfields.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>
#include <vector>

namespace meridian::service {

namespace {

using discovery::Place;
using discovery::PlaceFinding;
using discovery::PlaceState;

constexpr std::string_view SearchPath = "/meridian/discovery";
constexpr std::string_view ProposePath = "/meridian/discovery/propose";

std::optional<QJsonObject> objectOf(std::string_view body)
{
    if (body.empty()) {
        return QJsonObject();
    }
    const auto document = QJsonDocument::fromJson(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())));
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

/// The strings of a list; nothing when it is something else. A missing list is an empty one.
std::optional<std::vector<std::string>> stringsIn(const QJsonObject &object, const char *key)
{
    const QJsonValue value = object.value(QLatin1String(key));
    std::vector<std::string> strings;
    if (value.isUndefined()) {
        return strings;
    }
    const QJsonArray items = value.toArray();
    for (const QJsonValue &item : items) {
        if (!item.isString()) {
            return std::nullopt;
        }
        strings.push_back(item.toString().toStdString());
    }
    return value.isArray() ? std::optional(strings) : std::nullopt;
}

Result<std::vector<Place>> placesIn(const std::vector<std::string> &urls, bool mayLeave)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < urls.size(); ++i) {
        auto place = discovery::parsePlace(urls[i], mayLeave);
        if (!place) {
            return failure(place.error().code,
                           "places[" + std::to_string(i) + "]: " + place.error().detail);
        }
        places.push_back(std::move(*place));
    }
    return places;
}

bool isConfigured(const PlaceFinding &finding, const std::vector<admin::BackendStatus> &backends)
{
    return std::any_of(backends.begin(), backends.end(), [&](const auto &backend) {
        const auto url = config::parseBackendUrl(backend.url);
        return url && discovery::isSamePlace(*url, finding.place.url);
    });
}

void write(json::JsonWriter &out, const PlaceFinding &finding, bool isConfigured)
{
    out.beginObject();
    stringOrNull(out, "engine", finding.engine.engine);
    out.string("url", finding.place.url.text);
    out.string("state", discovery::stateName(finding.engine.state));
    stringOrNull(out, "provider", finding.engine.provider);
    strings(out, "models", finding.engine.models);
    stringOrNull(out, "message", finding.engine.message);
    out.boolean("configured", isConfigured).endObject();
}

} // namespace

DiscoveryApi::DiscoveryApi(admin::AdminService &service, Text textInForce)
    : m_service(service)
    , m_textInForce(std::move(textInForce))
    , m_discovery(m_loop)
{
}

std::string_view DiscoveryApi::methodsOf(std::string_view path) const
{
    return path == SearchPath ? "GET, HEAD, POST" : path == ProposePath ? "POST" : "";
}

AdminResponse DiscoveryApi::answer(const AdminRequest &request)
{
    if (request.path == ProposePath) {
        return propose(request);
    }
    return request.method == "POST" ? search(request) : findings(request, 200);
}

AdminResponse DiscoveryApi::search(const AdminRequest &request)
{
    const auto object = objectOf(request.body);
    const auto urls = object ? stringsIn(*object, "places") : std::nullopt;
    if (!urls) {
        return errorAnswer(400,
                           "The body must be {} or {\"places\": [url, …]}, for other hosts with "
                           "\"beyond_loopback\": true",
                           "invalid_body");
    }
    const auto named = placesIn(*urls, object->value(QLatin1String("beyond_loopback")).toBool());
    if (!named) {
        return errorAnswer(400, named.error().detail, "invalid_place");
    }
    auto places = *named; // what somebody asks for comes first
    const auto configured = placesIn(m_service.discoveryPlaces(request.principal), false);
    discovery::addPlaces(places, configured.value_or(std::vector<Place>()));
    discovery::addPlaces(places, discovery::usualPlaces());
    if (places.size() > discovery::MaxPlaces) {
        return errorAnswer(400,
                           "At most " + std::to_string(discovery::MaxPlaces) +
                               " places in one search, the usual ones included",
                           "too_many_places");
    }
    if (!m_discovery.start(places)) {
        return errorAnswer(409, "A search is under way; GET " + std::string(SearchPath),
                           "discovery_running");
    }
    return findings(request, 202);
}

AdminResponse DiscoveryApi::findings(const AdminRequest &request, int status) const
{
    const auto backends = m_service.status(request.principal).backends;
    json::JsonWriter out;
    out.beginObject().boolean("running", m_discovery.isRunning());
    out.key("places").beginArray();
    for (const PlaceFinding &finding : m_discovery.findings()) {
        write(out, finding, isConfigured(finding, backends));
    }
    return jsonAnswer(out.endArray().endObject().take(), status);
}

AdminResponse DiscoveryApi::propose(const AdminRequest &request) const
{
    const auto object = objectOf(request.body);
    const auto urls = object ? stringsIn(*object, "urls") : std::nullopt;
    const QJsonValue text = object ? object->value(QLatin1String("text")) : QJsonValue();
    if (!urls || urls->empty() || !(text.isString() || text.isUndefined())) {
        return errorAnswer(400,
                           "The body must be {\"urls\": [url, …]} with what a search has found, "
                           "and may have \"text\"",
                           "invalid_body");
    }
    std::vector<PlaceFinding> chosen;
    for (const std::string &url : *urls) {
        const auto all = m_discovery.findings();
        const auto place = discovery::parsePlace(url, true);
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto &finding) {
            return place && discovery::isSamePlace(place->url, finding.place.url) &&
                   (finding.engine.state == PlaceState::Found ||
                    finding.engine.state == PlaceState::NeedsKey);
        });
        if (found == all.end()) {
            return errorAnswer(400,
                               "urls[" + std::to_string(chosen.size()) +
                                   "] is no engine that the last search has found",
                               "place_not_found");
        }
        chosen.push_back(*found);
    }
    auto base = text.isString() ? Result<std::string>(text.toString().toStdString())
                                : m_textInForce(request.principal);
    auto proposed = base ? discovery::proposeBackends(*base, chosen) : base;
    if (!proposed) {
        return errorAnswer(400, "Nothing is proposed: " + proposed.error().detail,
                           "cannot_propose");
    }
    json::JsonWriter out;
    return jsonAnswer(out.beginObject().string("text", *proposed).endObject().take());
}

} // namespace meridian::service
