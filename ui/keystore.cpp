// SPDX-License-Identifier: MIT
// The page Keys: which keys there are and where they live; never what they are.
#include "ui/keystore.h"

#include <QDateTime>
#include <QPointer>

#include <algorithm>
#include <memory>

namespace meridian::ui {

namespace {

constexpr qsizetype MaxSecret = 16 * 1024; // a service account's JSON has some 2 KiB
constexpr const char *IndexName = "keys";

/// Never written: reading it tells whether anybody answers.
QString sentinel()
{
    return QStringLiteral("meridian-availability");
}

QString whereOf(const QString &reference)
{
    if (reference.startsWith(QLatin1String("keychain:"))) {
        return QStringLiteral("keychain");
    }
    return reference.startsWith(QLatin1String("env:")) ? QStringLiteral("environment")
                                                       : QStringLiteral("file");
}

QVariantMap verdict(const char *state, const QString &message = {})
{
    return {{QStringLiteral("state"), QLatin1String(state)},
            {QStringLiteral("message"), message},
            {QStringLiteral("at"), QDateTime::currentMSecsSinceEpoch()}};
}

QString afterColon(const QString &reference)
{
    return reference.mid(reference.indexOf(QLatin1Char(':')) + 1);
}

} // namespace

KeyStore::KeyStore(Keychain &keychain, AppSettings &settings, event::Loop &loop, QObject *parent)
    : QAbstractListModel(parent)
    , m_keychain(keychain)
    , m_settings(settings)
    , m_loop(loop)
    , m_source(keychain)
{
    rebuild();
}

KeyStore::~KeyStore() = default;

int KeyStore::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> KeyStore::roleNames() const
{
    return {{NameRole, "name"},           {ProviderRole, "provider"}, {WhereRole, "where"},
            {ReferenceRole, "reference"}, {LastUsedRole, "lastUsed"}, {LastTestRole, "lastTest"},
            {BackendsRole, "backends"}};
}

QVariant KeyStore::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count()) {
        return {};
    }
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return row.name;
    case ProviderRole:
        return row.provider;
    case WhereRole:
        return row.where;
    case ReferenceRole:
        return row.reference;
    case LastUsedRole:
        return row.lastUsed;
    case LastTestRole:
        return row.lastTest;
    case BackendsRole:
        return row.backends;
    default:
        return {};
    }
}

QString KeyStore::availability() const
{
    switch (m_availability) {
    case Availability::Available:
        return QStringLiteral("available");
    case Availability::Unavailable:
        return QStringLiteral("unavailable");
    case Availability::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

void KeyStore::setAvailability(Availability availability, const QString &reason)
{
    if (availability != m_availability || reason != m_reason) {
        m_availability = availability;
        m_reason = reason;
        Q_EMIT availabilityChanged();
    }
}

void KeyStore::judge(const Keychain::Answer &answer)
{
    // QtKeychain has no question for it: whoever knows that an entry is not there is there itself
    const bool isThere = answer.outcome != Keychain::Outcome::Unavailable;
    setAvailability(isThere ? Availability::Available : Availability::Unavailable,
                    isThere ? QString() : answer.reason);
}

void KeyStore::busy(int by)
{
    m_busy += by;
    Q_EMIT busyChanged();
}

void KeyStore::recheck()
{
    busy(1);
    m_keychain.read(sentinel(), [self = QPointer<KeyStore>(this)](const Keychain::Answer &answer) {
        if (self) {
            self->judge(answer);
            self->busy(-1);
        }
    });
}

void KeyStore::load(const std::string &configuration, std::function<void()> done)
{
    recheck();
    QStringList names = KeychainSecretSource::namesIn(configuration);
    for (const QVariant &entry : m_settings.list(QLatin1String(IndexName))) {
        names.append(entry.toMap().value(QStringLiteral("name")).toString());
    }
    busy(1);
    m_source.load(names, [self = QPointer<KeyStore>(this), done = std::move(done)] {
        if (self) {
            self->busy(-1);
            self->rebuild();
            if (done) {
                done();
            }
        }
    });
}

void KeyStore::setUses(const std::vector<Use> &uses)
{
    m_uses = uses;
    rebuild();
}

void KeyStore::noteUse(const QString &backend, qint64 at)
{
    for (const Use &use : m_uses) {
        if (use.backend == backend) {
            m_usedAt[use.reference] = std::max(m_usedAt.value(use.reference), at);
        }
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const qint64 last = m_usedAt.value(m_rows[i].reference);
        if (last != m_rows[i].lastUsed) {
            m_rows[i].lastUsed = last;
            changed(i, {LastUsedRole});
        }
    }
}

void KeyStore::rebuild()
{
    std::vector<Row> rows;
    const auto rowFor = [&rows](const QString &reference) -> Row & {
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&](const Row &row) { return row.reference == reference; });
        if (found != rows.end()) {
            return *found;
        }
        Row &row = rows.emplace_back();
        row.reference = reference;
        row.where = whereOf(reference);
        row.name = afterColon(reference);
        return row;
    };
    for (const QVariant &entry : m_settings.list(QLatin1String(IndexName))) {
        const QVariantMap key = entry.toMap();
        rowFor(QStringLiteral("keychain:") + key.value(QStringLiteral("name")).toString())
            .provider = key.value(QStringLiteral("provider")).toString();
    }
    for (const Use &use : m_uses) {
        Row &row = rowFor(use.reference);
        row.backends.append(use.backend);
        row.provider = use.provider; // what the configuration says counts
        row.url = use.url;
    }
    for (Row &row : rows) {
        row.lastUsed = m_usedAt.value(row.reference);
        const auto old = std::find_if(m_rows.begin(), m_rows.end(),
                                      [&](const Row &r) { return r.reference == row.reference; });
        if (old != m_rows.end()) {
            row.lastTest = old->lastTest;
            row.test = std::move(old->test);
        }
    }
    const bool isAnotherCount = rows.size() != m_rows.size();
    beginResetModel(); // few rows, and only when somebody changed them
    m_rows = std::move(rows);
    endResetModel();
    if (isAnotherCount) {
        Q_EMIT countChanged();
    }
}

void KeyStore::changed(std::size_t row, const QList<int> &roles)
{
    const QModelIndex at = index(static_cast<int>(row));
    Q_EMIT dataChanged(at, at, roles);
}

int KeyStore::rowOf(const QString &name) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row &row) {
        return row.name == name || row.reference == name;
    });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void KeyStore::save(const QString &name, const QString &provider, const QString &secret)
{
    QVariantList index = m_settings.list(QLatin1String(IndexName));
    const QString text = secret.trimmed(); // keys are pasted, often with the line's end
    const bool isOneLine = std::none_of(text.begin(), text.end(), [](QChar c) {
        return c.unicode() < 0x20 && c != QLatin1Char('\n') && c != QLatin1Char('\t');
    });
    const auto entryOf = [&](const QString &wanted) {
        return std::find_if(index.begin(), index.end(), [&](const QVariant &entry) {
            return entry.toMap().value(QStringLiteral("name")).toString() == wanted;
        });
    };
    const auto refuse = [&](const char *code, const QString &message) {
        Q_EMIT failed(name, QLatin1String(code), message);
    };
    if (!KeychainSecretSource::isName(name)) {
        refuse("bad_name", tr("A name has letters, digits and . _ - @, at most 64 of them."));
    } else if (text.isEmpty()) {
        refuse("empty", tr("The key is empty."));
    } else if (text.size() > MaxSecret) {
        refuse("too_long", tr("A key has at most 16 KiB."));
    } else if (!isOneLine) {
        refuse("bad_secret",
               tr("There is a character in the key that no key has; paste it again."));
    } else if (entryOf(name) == index.end() &&
               index.size() >= static_cast<qsizetype>(KeychainSecretSource::MaxNames)) {
        refuse("too_many", tr("There are %1 keys already.").arg(index.size()));
    } else {
        QByteArray bytes = text.toUtf8();
        const Secret key(
            std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        bytes.fill('\0');
        busy(1);
        m_keychain.write(
            name, key,
            [self = QPointer<KeyStore>(this), name, provider, key](const Keychain::Answer &answer) {
                if (!self) {
                    return;
                }
                self->busy(-1);
                self->judge(answer);
                if (answer.outcome != Keychain::Outcome::Done) {
                    Q_EMIT self->failed(
                        name, QStringLiteral("unavailable"),
                        KeyStore::tr("The keychain cannot be used: %1").arg(answer.reason));
                    return;
                }
                self->m_source.put(name, key);
                self->remember(name, provider);
                Q_EMIT self->saved(name, QStringLiteral("keychain:") + name);
            });
    }
}

void KeyStore::remember(const QString &name, const std::optional<QString> &provider)
{
    QVariantList index = m_settings.list(QLatin1String(IndexName));
    index.removeIf([&](const QVariant &entry) {
        return entry.toMap().value(QStringLiteral("name")).toString() == name;
    });
    if (provider) {
        index.append(
            QVariantMap{{QStringLiteral("name"), name}, {QStringLiteral("provider"), *provider}});
    }
    m_settings.setList(QLatin1String(IndexName), index);
    rebuild();
}

void KeyStore::remove(const QString &name)
{
    busy(1);
    m_keychain.remove(name, [self = QPointer<KeyStore>(this),
                             name](const Keychain::Answer &answer) {
        if (!self) {
            return;
        }
        self->busy(-1);
        self->judge(answer);
        if (answer.outcome == Keychain::Outcome::Unavailable) {
            Q_EMIT self->failed(name, QStringLiteral("unavailable"),
                                KeyStore::tr("The keychain cannot be used: %1").arg(answer.reason));
            return; // it may still be there: the row stays
        }
        self->m_source.forget(name);
        self->remember(name, std::nullopt);
        Q_EMIT self->removed(name);
    });
}

void KeyStore::test(const QString &name)
{
    const int at = rowOf(name);
    if (at < 0 || m_rows[static_cast<std::size_t>(at)].test) {
        return;
    }
    Row &row = m_rows[static_cast<std::size_t>(at)];
    Result<Secret> key = row.where == QLatin1String("keychain")
                             ? m_source.source()(row.name.toStdString())
                             : SecretResolver().resolve(row.reference.toStdString());
    if (!key) {
        settle(row.reference, verdict("failed", QString::fromStdString(key.error().detail)));
        return;
    }
    row.lastTest = verdict("testing");
    row.test = std::make_unique<KeyTest>(
        m_loop, row.provider, row.url, *key,
        [this, reference = row.reference](const KeyTest::Verdict &found) {
            const char *state = found.isOk ? "ok" : found.isRefused ? "refused" : "failed";
            const QString message = found.message;
            settle(reference, verdict(state, message));
        });
    changed(static_cast<std::size_t>(at), {LastTestRole});
}

void KeyStore::settle(const QString &reference, const QVariantMap &found)
{
    const int at = rowOf(reference);
    if (at < 0) {
        return; // removed meanwhile
    }
    Row &row = m_rows[static_cast<std::size_t>(at)];
    row.lastTest = found;
    row.test.reset();
    changed(static_cast<std::size_t>(at), {LastTestRole});
    Q_EMIT tested(row.name, found.value(QStringLiteral("state")) == QLatin1String("ok"),
                  found.value(QStringLiteral("message")).toString());
}

QVariantList KeyStore::offerAlternatives(const QString &provider) const
{
    QString variable = provider.isEmpty() ? QStringLiteral("OPENAI") : provider.toUpper();
    variable.replace(QLatin1Char('-'), QLatin1Char('_'));
    const auto offer = [](const char *kind, const QString &text) {
        return QVariantMap{{QStringLiteral("kind"), QLatin1String(kind)},
                           {QStringLiteral("text"), text}};
    };
    return {offer("environment", QStringLiteral("api_key: env:%1_API_KEY").arg(variable)),
            offer("file",
                  QStringLiteral("api_key: file:/etc/meridian/%1.key").arg(variable.toLower()))};
}

} // namespace meridian::ui
