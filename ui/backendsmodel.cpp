// SPDX-License-Identifier: MIT
// Who is serving? A row per backend, changed in place, and what can be done to one.
#include "ui/backendsmodel.h"

#include "ui/gatewaylink.h"
#include "ui/requestrow.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype MaxBackends = 1'000;

constexpr std::array RoleNames{"name",
                               "url",
                               "engine",
                               "provider",
                               "modelName",
                               "models",
                               "state",
                               "inflight",
                               "maxConcurrency",
                               "waiting",
                               "latencyMs",
                               "latencyHistory",
                               "ttfbP95Ms",
                               "queueDepth",
                               "kvUse",
                               "weight",
                               "configuredWeight",
                               "share",
                               "errorRate",
                               "tokensPerSecond",
                               "streamDefects",
                               "streamDefectList",
                               "lastProbe",
                               "consecutiveFailures",
                               "telemetry",
                               "credential",
                               "keysRefused",
                               "tags",
                               "circuits",
                               "provenance"};

/// Roles whose change can be seen by comparing two looks at a row.
constexpr std::array WatchedRoles{BackendsModel::Url,
                                  BackendsModel::Engine,
                                  BackendsModel::Provider,
                                  BackendsModel::ModelName,
                                  BackendsModel::Models,
                                  BackendsModel::State,
                                  BackendsModel::Inflight,
                                  BackendsModel::MaxConcurrency,
                                  BackendsModel::Waiting,
                                  BackendsModel::LatencyMs,
                                  BackendsModel::LatencyHistory,
                                  BackendsModel::TtfbP95Ms,
                                  BackendsModel::QueueDepth,
                                  BackendsModel::KvUse,
                                  BackendsModel::Weight,
                                  BackendsModel::ConfiguredWeight,
                                  BackendsModel::Share,
                                  BackendsModel::ErrorRate,
                                  BackendsModel::TokensPerSecond,
                                  BackendsModel::StreamDefects,
                                  BackendsModel::LastProbe,
                                  BackendsModel::ConsecutiveFailures,
                                  BackendsModel::Telemetry,
                                  BackendsModel::Credential,
                                  BackendsModel::KeysRefused,
                                  BackendsModel::Tags,
                                  BackendsModel::Circuits};

bool isSame(const QVariant &a, const QVariant &b)
{
    if (a.typeId() == QMetaType::Double && b.typeId() == QMetaType::Double) {
        return a.toDouble() == b.toDouble() ||
               (std::isnan(a.toDouble()) && std::isnan(b.toDouble()));
    }
    return a == b;
}

std::string pathOf(const QString &name, const char *action)
{
    return "/meridian/backends/" + QUrl::toPercentEncoding(name).toStdString() + "/" + action;
}

QVariant valueOf(const BackendRow &row, int role)
{
    const QJsonObject &json = row.json;
    switch (role) {
    case BackendsModel::Name:
        return row.name;
    case BackendsModel::Url:
        return json["url"_L1].toString();
    case BackendsModel::Engine:
        return json["engine"_L1].toString();
    case BackendsModel::Provider:
        return json["provider"_L1].toString();
    case BackendsModel::ModelName:
        return json["model"_L1].toString();
    case BackendsModel::Models:
        return json["models"_L1].toArray().toVariantList();
    case BackendsModel::State:
        return row.state();
    case BackendsModel::Inflight:
        return json["inflight"_L1].toInt();
    case BackendsModel::MaxConcurrency:
        return json["max_concurrency"_L1].toInt();
    case BackendsModel::Waiting:
        return json["waiting"_L1].toInt();
    case BackendsModel::LatencyMs:
        return row.number("ewma_latency_ms");
    case BackendsModel::LatencyHistory:
        return row.latencyHistory();
    case BackendsModel::TtfbP95Ms:
        return row.number("ttfb_p95_ms");
    case BackendsModel::QueueDepth:
        return row.number("queue_depth");
    case BackendsModel::KvUse:
        return row.number("gpu_mem_util");
    case BackendsModel::Weight:
        return json["weight"_L1].toInt();
    case BackendsModel::ConfiguredWeight:
        return json["configured_weight"_L1].toInt();
    case BackendsModel::Share:
        return row.share;
    case BackendsModel::ErrorRate:
        return row.errorRate();
    case BackendsModel::TokensPerSecond:
        return row.tokensPerSecond();
    case BackendsModel::StreamDefects:
        return row.defectCount();
    case BackendsModel::StreamDefectList:
        return row.defectList();
    case BackendsModel::LastProbe:
        return json["last_probe"_L1].toString();
    case BackendsModel::ConsecutiveFailures:
        return json["consecutive_failures"_L1].toInt();
    case BackendsModel::Telemetry:
        return json["telemetry"_L1].toString();
    case BackendsModel::Credential:
        return json["credential"_L1].toVariant();
    case BackendsModel::KeysRefused:
        return json["keys_refused"_L1].toInt();
    case BackendsModel::Tags:
        return json["tags"_L1].toArray().toVariantList();
    case BackendsModel::Circuits:
        return json["circuit"_L1]["models"_L1].toArray().toVariantList();
    case BackendsModel::Provenance:
        return row.provenance;
    default:
        return {};
    }
}

} // namespace

BackendsModel::BackendsModel(GatewayLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
}

int BackendsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant BackendsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const BackendRow &row = m_rows[std::size_t(index.row())];
    return role == Qt::DisplayRole ? QVariant(row.name) : valueOf(row, role);
}

QHash<int, QByteArray> BackendsModel::roleNames() const
{
    QHash<int, QByteArray> names;
    for (std::size_t i = 0; i < RoleNames.size(); ++i) {
        names.insert(Name + int(i), RoleNames[i]);
    }
    return names;
}

QVariantMap BackendsModel::get(int row) const
{
    QVariantMap map;
    if (row >= 0 && row < count()) {
        for (std::size_t i = 0; i < RoleNames.size(); ++i) {
            map.insert(QString::fromLatin1(RoleNames[i]),
                       valueOf(m_rows[std::size_t(row)], Name + int(i)));
        }
    }
    return map;
}

int BackendsModel::rowOf(const QString &name) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const BackendRow &row) { return row.name == name; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

void BackendsModel::take(const QJsonArray &backends)
{
    std::vector<BackendRow> rows;
    bool isSameList = std::min(backends.size(), MaxBackends) == qsizetype(m_rows.size());
    for (const QJsonValue &value : backends) {
        if (qsizetype(rows.size()) == MaxBackends) {
            break;
        }
        const QString name = value["name"_L1].toString();
        isSameList = isSameList && m_rows[rows.size()].name == name;
        const int before = isSameList ? int(rows.size()) : rowOf(name);
        rows.push_back(before >= 0 ? m_rows[std::size_t(before)] : BackendRow());
        rows.back().name = name;
        rows.back().json = value.toObject();
        rows.back().age(m_link.now());
        rows.back().noteLook();
    }
    rows.swap(m_rows);
    shareWeights();
    if (!isSameList) { // another configuration: rare, and nobody is in the middle of a row
        rows.swap(m_rows);
        beginResetModel();
        rows.swap(m_rows);
        endResetModel();
        Q_EMIT countChanged();
        return;
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        QList<int> roles;
        for (const int role : WatchedRoles) {
            if (!isSame(valueOf(rows[i], role), valueOf(m_rows[i], role))) {
                roles.append(role);
                if (role == StreamDefects) {
                    roles.append(StreamDefectList);
                }
            }
        }
        if (!roles.isEmpty()) {
            Q_EMIT dataChanged(index(int(i)), index(int(i)), roles);
        }
    }
}

/// Of what can get traffic at all.
void BackendsModel::shareWeights()
{
    const auto weightOf = [](const BackendRow &row) {
        const bool isOut = row.json["draining"_L1].toBool() || !row.json["healthy"_L1].toBool();
        return isOut ? 0.0 : row.json["weight"_L1].toDouble();
    };
    double total = 0;
    for (const BackendRow &row : m_rows) {
        total += weightOf(row);
    }
    for (BackendRow &row : m_rows) {
        row.share = total > 0 ? weightOf(row) / total : 0;
    }
}

void BackendsModel::noteRequests(const std::vector<RequestRow> &newestFirst)
{
    std::unordered_map<QString, BackendRow *> rows;
    for (BackendRow &row : m_rows) {
        rows.emplace(row.name, &row);
    }
    for (auto request = newestFirst.rbegin(); request != newestFirst.rend(); ++request) {
        if (const auto found = rows.find(request->backend); found != rows.end()) {
            found->second->noteRequest(*request);
        }
    }
}

void BackendsModel::takeProvenance(const QJsonArray &values)
{
    std::vector<QVariantList> byRow(m_rows.size());
    for (const QJsonValue &value : values) { // "backends[3].weight"
        const QString path = value["path"_L1].toString();
        const qsizetype close = path.indexOf(u']');
        bool isNumber = false;
        const uint row = path.mid(9, close - 9).toUInt(&isNumber);
        if (path.startsWith("backends["_L1) && isNumber && row < byRow.size()) {
            byRow[row].append(QVariantMap{{u"path"_s, path.mid(close + 2)},
                                          {u"value"_s, value["value"_L1].toString()},
                                          {u"source"_s, value["source"_L1].toString()},
                                          {u"file"_s, value["file"_L1].toString()},
                                          {u"line"_s, value["line"_L1].toInt()}});
        }
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].provenance != byRow[i]) {
            m_rows[i].provenance = byRow[i];
            Q_EMIT dataChanged(index(int(i)), index(int(i)), {Provenance});
        }
    }
}

void BackendsModel::reset()
{
    beginResetModel();
    m_rows.clear();
    endResetModel();
    Q_EMIT countChanged();
    m_explanation.clear();
    Q_EMIT explanationChanged();
}

void BackendsModel::drain(const QString &name)
{
    order(name, "drain", pathOf(name, "drain"), {});
}

void BackendsModel::enable(const QString &name)
{
    order(name, "enable", pathOf(name, "enable"), {});
}

void BackendsModel::probe(const QString &name)
{
    order(name, "probe", pathOf(name, "probe"), {});
}

void BackendsModel::setWeight(const QString &name, int weight)
{
    order(name, "weight", pathOf(name, "weight"), "{\"weight\":" + std::to_string(weight) + "}");
}

void BackendsModel::resetWeight(const QString &name)
{
    order(name, "weight", pathOf(name, "weight"), "{\"weight\":null}");
}

void BackendsModel::explain(const QString &name)
{
    const int row = rowOf(name);
    QString model = row < 0 ? QString() : data(index(row), ModelName).toString();
    if (row >= 0 && (model.isEmpty() || model.contains(u'*'))) { // any, or a pattern
        const QVariantList models = data(index(row), Models).toList();
        model = models.isEmpty() ? model : models.constFirst().toString();
    }
    const QJsonObject message{{u"role"_s, u"user"_s}, {u"content"_s, u"Hello"_s}};
    const QJsonObject body{{u"model"_s, model}, {u"messages"_s, QJsonArray{message}}};
    order(name, "explain", "/meridian/explain",
          QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString());
}

void BackendsModel::order(const QString &name,
                          const char *action,
                          std::string path,
                          std::string body)
{
    m_link.ask(*this, "POST", std::move(path), std::move(body),
               [this, name, action = QString::fromLatin1(action)](int status,
                                                                  const QJsonDocument &answer) {
                   settle(action, name, status, answer);
               });
}

void BackendsModel::settle(const QString &action,
                           const QString &name,
                           int status,
                           const QJsonDocument &body)
{
    const bool succeeded = status >= 200 && status < 300;
    if (succeeded && action == "explain"_L1) {
        m_explanation = body.object().toVariantMap();
        m_explanation.insert(u"backend"_s, name);
        Q_EMIT explanationChanged();
    } else if (const int row = rowOf(name); succeeded && row >= 0) { // the answer is the backend
        const BackendRow before = m_rows[std::size_t(row)];
        m_rows[std::size_t(row)].json = body.object();
        shareWeights();
        Q_EMIT dataChanged(index(0), index(count() - 1));
    }
    Q_EMIT acted(action, name, succeeded, succeeded ? QString() : errorMessage(body));
}

} // namespace meridian::ui
