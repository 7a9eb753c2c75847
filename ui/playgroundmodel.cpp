// SPDX-License-Identifier: MIT
// The playground: a question to one model, or to two side by side.
#include "ui/playgroundmodel.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace meridian::ui {

PlaygroundModel::PlaygroundModel(GatewayLink &link, event::Loop &loop, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_first(loop)
    , m_second(loop)
{
    for (PlaygroundSide *side : {&m_first, &m_second}) {
        connect(side, &PlaygroundSide::figuresChanged, this, &PlaygroundModel::busyChanged);
        connect(side, &PlaygroundSide::modelChanged, this, &PlaygroundModel::choosePrices);
    }
    connect(&m_link, &GatewayLink::replaced, this, [this] {
        stop(); // the answer would be another gateway's
        m_models.clear();
        Q_EMIT modelsChanged();
        refresh();
    });
}

QList<PlaygroundSide *> PlaygroundModel::sides()
{
    return m_isComparing ? QList<PlaygroundSide *>{&m_first, &m_second}
                         : QList<PlaygroundSide *>{&m_first};
}

bool PlaygroundModel::isBusy() const
{
    return m_first.isBusy() || m_second.isBusy();
}

void PlaygroundModel::setCompare(bool on)
{
    if (on == m_isComparing) {
        return;
    }
    m_isComparing = on;
    if (!on) {
        m_second.stop();
    }
    Q_EMIT compareChanged();
}

void PlaygroundModel::setSystemPrompt(const QString &prompt)
{
    if (prompt != m_systemPrompt && prompt.size() <= MaxText) {
        m_systemPrompt = prompt;
        Q_EMIT promptChanged();
    }
}

QString PlaygroundModel::obstacle(const QString &text) const
{
    const auto code = [](const char *word) { return QString(QLatin1String(word)); };
    if (text.trimmed().isEmpty()) {
        return code("empty");
    }
    if (text.size() > MaxText) {
        return code("too_long");
    }
    if (m_link.address().isEmpty()) {
        return code("no_gateway");
    }
    if (isBusy()) {
        return code("busy");
    }
    const bool hasModels =
        !m_first.model().isEmpty() && (!m_isComparing || !m_second.model().isEmpty());
    return hasModels ? QString() : code("no_model");
}

bool PlaygroundModel::send(const QString &text)
{
    m_whyNotSent = obstacle(text);
    if (m_whyNotSent.isEmpty()) {
        for (PlaygroundSide *side : sides()) {
            side->send(m_link.address(), m_systemPrompt, text);
        }
    }
    Q_EMIT busyChanged();
    return m_whyNotSent.isEmpty();
}

void PlaygroundModel::stop()
{
    m_first.stop();
    m_second.stop();
}

void PlaygroundModel::clear()
{
    m_first.clear();
    m_second.clear();
}

void PlaygroundModel::refresh()
{
    m_link.ask(*this, "GET", "/meridian/backends", {},
               [this](int status, const QJsonDocument &answer) {
                   if (status == 200) {
                       take(answer);
                   }
               });
}

void PlaygroundModel::take(const QJsonDocument &backends)
{
    QVariantList models;
    for (const QJsonValue &value : backends.object().value(QLatin1String("backends")).toArray()) {
        const QJsonObject backend = value.toObject();
        QStringList ids;
        const QString configured = backend.value(QLatin1String("model")).toString();
        if (!configured.isEmpty() && !configured.contains(QLatin1Char('*'))) {
            ids.append(configured); // what the gateway routes by; a list may name more
        } else {
            for (const QJsonValue &id : backend.value(QLatin1String("models")).toArray()) {
                ids.append(id.toString());
            }
        }
        for (const QString &id : ids) {
            const QString name = backend.value(QLatin1String("name")).toString();
            models.append(QVariantMap{{QStringLiteral("id"), id},
                                      {QStringLiteral("backend"), name},
                                      {QStringLiteral("price"), m_prices.value(name).toMap()}});
        }
    }
    if (models != m_models) {
        m_models = models;
        Q_EMIT modelsChanged();
    }
    const auto serve = [this](const QString &model) {
        return std::any_of(m_models.begin(), m_models.end(), [&](const QVariant &entry) {
            return entry.toMap().value(QStringLiteral("id")) == model;
        });
    };
    for (qsizetype i = 0; i < 2; ++i) { // two different ones to begin with, where there are two
        PlaygroundSide &side = i == 0 ? m_first : m_second;
        if (!m_models.isEmpty() && (side.model().isEmpty() || !serve(side.model()))) {
            const QVariant &entry = m_models[std::min(i, m_models.size() - 1)];
            side.setModel(entry.toMap().value(QStringLiteral("id")).toString());
        }
    }
    choosePrices();
}

void PlaygroundModel::setPrices(const QVariantMap &prices)
{
    m_prices = prices;
    QVariantList models;
    for (const QVariant &entry : std::as_const(m_models)) {
        QVariantMap model = entry.toMap();
        model.insert(QStringLiteral("price"),
                     prices.value(model.value(QStringLiteral("backend")).toString()).toMap());
        models.append(model);
    }
    if (models != m_models) {
        m_models = models;
        Q_EMIT modelsChanged();
    }
    choosePrices();
}

void PlaygroundModel::choosePrices()
{
    for (PlaygroundSide *side : {&m_first, &m_second}) {
        PlaygroundSide::Price price;
        for (const QVariant &entry : std::as_const(m_models)) {
            const QVariantMap model = entry.toMap();
            const QVariantMap told = model.value(QStringLiteral("price")).toMap();
            if (model.value(QStringLiteral("id")) == side->model() && !told.isEmpty()) {
                price = {told.value(QStringLiteral("prompt_per_1m"), 0).toDouble(),
                         told.value(QStringLiteral("completion_per_1m"), 0).toDouble()};
            }
        }
        side->setPrice(price);
    }
}

} // namespace meridian::ui
