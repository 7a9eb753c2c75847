// SPDX-License-Identifier: MIT
// First start: which engines run on this computer, and the first backend made of one.
#include "ui/discoverymodel.h"

#include "ui/curlline.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace meridian::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto PollPause = 250ms;
constexpr qsizetype MaxPlaces = 1000;

std::string json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

} // namespace

DiscoveryModel::DiscoveryModel(GatewayLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
    m_poll.setSingleShot(true);
    m_poll.setInterval(PollPause);
    connect(&m_poll, &QTimer::timeout, this, &DiscoveryModel::poll);
    connect(&m_link, &GatewayLink::changed, this, &DiscoveryModel::addressChanged);
    connect(&m_link, &GatewayLink::replaced, this, [this] {
        finish();
        update({});
        m_isAdding = false;
        Q_EMIT runningChanged();
    });
}

int DiscoveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> DiscoveryModel::roleNames() const
{
    return {{EngineRole, "engine"},        {UrlRole, "url"},       {StateRole, "state"},
            {ProviderRole, "provider"},    {ModelsRole, "models"}, {MessageRole, "message"},
            {ConfiguredRole, "configured"}};
}

QVariant DiscoveryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count()) {
        return {};
    }
    const Place &place = m_places[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case EngineRole:
        return place.engine;
    case UrlRole:
        return place.url;
    case StateRole:
        return place.state;
    case ProviderRole:
        return place.provider;
    case ModelsRole:
        return place.models;
    case MessageRole:
        return place.message;
    case ConfiguredRole:
        return place.isConfigured;
    default:
        return {};
    }
}

int DiscoveryModel::found() const
{
    return static_cast<int>(std::count_if(m_places.begin(), m_places.end(), [](const Place &place) {
        return place.state == QLatin1String("found");
    }));
}

QString DiscoveryModel::curlLine() const
{
    if (m_link.address().isEmpty()) {
        return {};
    }
    QString model = QStringLiteral("default");
    for (const Place &place : m_places) {
        if (place.isConfigured && !place.models.isEmpty()) {
            model = place.models.first();
            break;
        }
    }
    return curlLineOf(m_link.address(), QStringLiteral("/v1/chat/completions"), model, false);
}

void DiscoveryModel::start(const QStringList &elsewhere)
{
    if (m_isRunning) {
        return;
    }
    m_isRunning = true;
    m_lookingSince = QDateTime::currentMSecsSinceEpoch();
    Q_EMIT runningChanged();
    QJsonObject body;
    if (!elsewhere.isEmpty()) { // the user has typed these addresses
        body = {{QStringLiteral("places"), QJsonArray::fromStringList(elsewhere)},
                {QStringLiteral("beyond_loopback"), true}};
    }
    m_link.ask(*this, "POST", "/meridian/discovery", json(body),
               [this](int status, const QJsonDocument &answer) {
                   if (status != 200 && status != 202) {
                       finish(errorMessage(answer));
                       return;
                   }
                   take(answer);
               });
}

void DiscoveryModel::poll()
{
    if (QDateTime::currentMSecsSinceEpoch() - m_lookingSince >
        std::chrono::milliseconds(LookingAtMost).count()) {
        finish(tr("Looking for engines took too long."));
        return;
    }
    m_link.ask(*this, "GET", "/meridian/discovery", {},
               [this](int status, const QJsonDocument &answer) {
                   if (!m_isRunning) {
                       return;
                   }
                   if (status != 200) {
                       finish(errorMessage(answer));
                       return;
                   }
                   take(answer);
               });
}

void DiscoveryModel::take(const QJsonDocument &answer)
{
    std::vector<Place> places;
    for (const QJsonValue &value : answer.object().value(QLatin1String("places")).toArray()) {
        const QJsonObject entry = value.toObject();
        Place place{textOf(entry, "engine"),
                    textOf(entry, "url"),
                    textOf(entry, "state"),
                    textOf(entry, "provider"),
                    textOf(entry, "message"),
                    {},
                    false};
        for (const QJsonValue &model : entry.value(QLatin1String("models")).toArray()) {
            place.models.append(model.toString());
        }
        place.isConfigured = entry.value(QLatin1String("configured")).toBool();
        places.push_back(std::move(place));
        if (places.size() >= static_cast<std::size_t>(MaxPlaces)) {
            break;
        }
    }
    update(std::move(places));
    if (answer.object().value(QLatin1String("running")).toBool()) {
        m_poll.start();
    } else {
        finish();
    }
}

void DiscoveryModel::update(std::vector<Place> places)
{
    if (places == m_places) {
        return;
    }
    const bool isSameRows = places.size() == m_places.size() &&
                            std::equal(places.begin(), places.end(), m_places.begin(),
                                       [](const Place &a, const Place &b) {
                                           return a.url == b.url && a.engine == b.engine;
                                       });
    if (isSameRows) { // in place: a list that is reset jumps under the pointer
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (!(places[i] == m_places[i])) {
                m_places[i] = std::move(places[i]);
                const QModelIndex at = index(static_cast<int>(i));
                Q_EMIT dataChanged(at, at);
            }
        }
    } else {
        beginResetModel();
        m_places = std::move(places);
        endResetModel();
    }
    Q_EMIT countChanged();
    Q_EMIT addressChanged(); // the curl line names a model
}

void DiscoveryModel::finish(const QString &problem)
{
    m_poll.stop();
    m_isRunning = false;
    m_problem = problem;
    Q_EMIT problemChanged();
    Q_EMIT runningChanged();
}

void DiscoveryModel::add(const QString &url)
{
    addUrls({url});
}

void DiscoveryModel::addAll()
{
    QStringList urls;
    for (const Place &place : m_places) {
        if (place.state == QLatin1String("found") && !place.isConfigured) {
            urls.append(place.url);
        }
    }
    if (!urls.isEmpty()) {
        addUrls(urls);
    }
}

void DiscoveryModel::addUrls(const QStringList &urls)
{
    change("/meridian/discovery/propose",
           {{QStringLiteral("urls"), QJsonArray::fromStringList(urls)}}, urls);
}

void DiscoveryModel::addCloud(const QString &provider, const QString &keyName)
{
    QString variable = provider.toUpper();
    variable.replace(QLatin1Char('-'), QLatin1Char('_'));
    const QString key = keyName.isEmpty() ? QStringLiteral("env:%1_API_KEY").arg(variable)
                                          : QStringLiteral("keychain:") + keyName;
    addBackend({{QStringLiteral("name"), keyName.isEmpty() ? provider : keyName},
                {QStringLiteral("provider"), provider},
                {QStringLiteral("api_key"), key}},
               {provider});
}

void DiscoveryModel::addSimulated()
{
    QString problem = tr("There is no simulated backend here.");
    const QString url = m_simulate ? m_simulate(problem) : QString();
    if (url.isEmpty()) {
        ended(problem);
        return;
    }
    addBackend({{QStringLiteral("name"), QStringLiteral("simulated")},
                {QStringLiteral("url"), url},
                {QStringLiteral("engine"), QStringLiteral("simulated")},
                {QStringLiteral("model"), QStringLiteral("demo-model")}},
               {url});
}

void DiscoveryModel::addBackend(const QJsonObject &backend, const QStringList &urls)
{
    const QJsonObject edit{{QStringLiteral("path"), QJsonArray{QStringLiteral("backends")}},
                           {QStringLiteral("append"), backend}};
    change("/meridian/config/edit", {{QStringLiteral("edits"), QJsonArray{edit}}}, urls);
}

void DiscoveryModel::change(const std::string &path, QJsonObject body, const QStringList &urls)
{
    if (m_isAdding) {
        return;
    }
    m_isAdding = true;
    Q_EMIT runningChanged();
    m_link.ask(*this, "GET", "/meridian/config", {},
               [this, path, body, urls](int status, const QJsonDocument &config) {
                   if (status != 200) {
                       ended(errorMessage(config));
                       return;
                   }
                   QJsonObject wanted = body;
                   wanted.insert(QStringLiteral("text"),
                                 config.object().value(QLatin1String("text")));
                   const QJsonValue etag = config.object().value(QLatin1String("etag"));
                   m_link.ask(*this, "POST", path, json(wanted),
                              [this, etag, urls](int code, const QJsonDocument &answer) {
                                  if (code != 200) {
                                      ended(errorMessage(answer));
                                      return;
                                  }
                                  put(textOf(answer.object(), "text"), etag, urls);
                              });
               });
}

void DiscoveryModel::put(const QString &text, const QJsonValue &etag, const QStringList &urls)
{
    const QJsonObject body{{QStringLiteral("text"), text},
                           {QStringLiteral("etag"), etag},
                           {QStringLiteral("note"), tr("Added on the first page")}};
    m_link.ask(*this, "PUT", "/meridian/config", json(body),
               [this, urls](int status, const QJsonDocument &answer) {
                   if (status != 200) {
                       ended(errorMessage(answer));
                       return;
                   }
                   ended({}, urls);
               });
}

void DiscoveryModel::ended(const QString &problem, const QStringList &urls)
{
    m_isAdding = false;
    m_problem = problem;
    Q_EMIT problemChanged();
    Q_EMIT runningChanged();
    if (urls.isEmpty()) {
        return;
    }
    std::vector<Place> places = m_places;
    for (Place &place : places) {
        place.isConfigured = place.isConfigured || urls.contains(place.url);
    }
    update(std::move(places));
    Q_EMIT added(urls);
}

} // namespace meridian::ui
