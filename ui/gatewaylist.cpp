// SPDX-License-Identifier: MIT
// The gateways that the window can show: the one in this process, and others by name.
#include "ui/gatewaylist.h"

#include "core/config/backendurl.h"

#include <QPointer>

#include <algorithm>

namespace meridian::ui {

namespace {

constexpr const char *ListName = "gateways";
constexpr qsizetype MaxName = 64;

QString tokenName(const QString &gateway)
{
    return QStringLiteral("gateway ") + gateway; // the blank: no key of the page Keys has one
}

} // namespace

GatewayList::GatewayList(Keychain &keychain, AppSettings &settings, QObject *parent)
    : QAbstractListModel(parent)
    , m_keychain(keychain)
    , m_settings(settings)
{
    m_rows.push_back({QString(), QString()}); // named by the page
    for (const QVariant &entry : settings.list(QLatin1String(ListName))) {
        const QVariantMap row = entry.toMap();
        if (m_rows.size() <= MaxGateways) {
            m_rows.push_back({row.value(QStringLiteral("name")).toString(),
                              row.value(QStringLiteral("url")).toString()});
        }
    }
}

int GatewayList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> GatewayList::roleNames() const
{
    return {{NameRole, "name"},
            {UrlRole, "url"},
            {IsLocalRole, "isLocal"},
            {IsCurrentRole, "isCurrent"}};
}

QVariant GatewayList::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count()) {
        return {};
    }
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return row.name;
    case UrlRole:
        return row.url;
    case IsLocalRole:
        return index.row() == 0;
    case IsCurrentRole:
        return index.row() == m_current;
    default:
        return {};
    }
}

void GatewayList::setLocalUrl(const QString &url)
{
    if (m_rows.front().url != url) {
        m_rows.front().url = url;
        Q_EMIT dataChanged(index(0), index(0), {UrlRole});
    }
}

void GatewayList::select(int row)
{
    if (row < 0 || row >= count()) {
        return;
    }
    m_current = row;
    const quint64 selection = ++m_selection;
    Q_EMIT dataChanged(index(0), index(count() - 1), {IsCurrentRole});
    Q_EMIT currentChanged();
    const Row chosen = m_rows[static_cast<std::size_t>(row)];
    const auto tell = [this, chosen, row](const Secret &token) {
        if (m_select) {
            m_select(row == 0 ? QString() : chosen.url, token);
        }
    };
    const auto known = m_tokens.find(chosen.name);
    if (row == 0 || known != m_tokens.end()) {
        tell(row == 0 ? Secret() : known->second);
        return;
    }
    m_keychain.read(tokenName(chosen.name), [self = QPointer<GatewayList>(this), tell, selection,
                                             name = chosen.name](const Keychain::Answer &answer) {
        if (!self || self->m_selection != selection) {
            return;
        }
        if (answer.outcome == Keychain::Outcome::Done) {
            self->m_tokens.insert_or_assign(name, answer.secret);
        } else if (answer.outcome == Keychain::Outcome::Unavailable) {
            Q_EMIT self->failed(
                name, QStringLiteral("token_not_read"),
                GatewayList::tr("The token of %1 cannot be read from the keychain: %2")
                    .arg(name, answer.reason));
        }
        tell(answer.secret); // without a token: the gateway may not want one
    });
}

bool GatewayList::add(const QString &name, const QString &url, const QString &token)
{
    const QString wanted = name.trimmed();
    const auto parsed = config::parseBackendUrl(url.trimmed().toStdString());
    const auto found = std::find_if(m_rows.begin() + 1, m_rows.end(),
                                    [&](const Row &row) { return row.name == wanted; });
    if (wanted.isEmpty() || wanted.size() > MaxName) {
        Q_EMIT failed(name, QStringLiteral("bad_name"),
                      tr("A gateway has a name of at most 64 characters."));
        return false;
    }
    if (!parsed) {
        Q_EMIT failed(name, QStringLiteral("bad_url"),
                      tr("The address %1.").arg(QString::fromStdString(parsed.error())));
        return false;
    }
    if (found == m_rows.end() && m_rows.size() > MaxGateways) {
        Q_EMIT failed(name, QStringLiteral("too_many"),
                      tr("There are %1 gateways already.").arg(MaxGateways));
        return false;
    }
    const Row row{wanted, QString::fromStdString(parsed->text)};
    if (found == m_rows.end()) {
        beginInsertRows({}, count(), count());
        m_rows.push_back(row);
        endInsertRows();
        Q_EMIT countChanged();
    } else {
        const QModelIndex at = index(static_cast<int>(found - m_rows.begin()));
        *found = row;
        Q_EMIT dataChanged(at, at);
    }
    store();
    if (token.isEmpty()) {
        return true; // one that is stored already stays
    }
    const QByteArray bytes = token.trimmed().toUtf8();
    const Secret secret(
        std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    m_tokens.insert_or_assign(wanted, secret);
    m_keychain.write(tokenName(wanted), secret,
                     [self = QPointer<GatewayList>(this), wanted](const Keychain::Answer &answer) {
                         if (self && answer.outcome != Keychain::Outcome::Done) {
                             Q_EMIT self->failed(
                                 wanted, QStringLiteral("token_not_stored"),
                                 GatewayList::tr("The token of %1 lasts until Meridian ends, as "
                                                 "the keychain does not keep it: %2")
                                     .arg(wanted, answer.reason));
                         }
                     });
    return true;
}

void GatewayList::remove(int row)
{
    if (row <= 0 || row >= count()) { // the local one stays
        return;
    }
    const QString name = m_rows[static_cast<std::size_t>(row)].name;
    const bool wasCurrent = row == m_current;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    m_current -= m_current > row ? 1 : 0;
    endRemoveRows();
    m_tokens.erase(name);
    m_keychain.remove(tokenName(name), [](const Keychain::Answer &) {});
    store();
    Q_EMIT countChanged();
    if (wasCurrent) {
        select(0);
    }
}

void GatewayList::store()
{
    QVariantList entries;
    for (std::size_t i = 1; i < m_rows.size(); ++i) {
        entries.append(QVariantMap{{QStringLiteral("name"), m_rows[i].name},
                                   {QStringLiteral("url"), m_rows[i].url}});
    }
    m_settings.setList(QLatin1String(ListName), entries);
}

} // namespace meridian::ui
