// SPDX-License-Identifier: MIT
// The page Keys: which keys there are and where they live; never what they are.
#pragma once

#include "core/event/loop.h"
#include "ui/appsettings.h"
#include "ui/keychainsecretsource.h"
#include "ui/keytest.h"

#include <QAbstractListModel>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>
#include <vector>

namespace meridian::ui {

/// Main thread. Keys in the keychain, by an index of names in the settings (no keychain can be
/// listed), and those that the configuration takes from the environment or a file. Errors: the
/// signal failed().
class KeyStore final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    Q_PROPERTY(bool available READ isAvailable NOTIFY availabilityChanged)
    /// "available" | "unavailable" | "unknown"
    Q_PROPERTY(QString availability READ availability NOTIFY availabilityChanged)
    Q_PROPERTY(QString reason READ reason NOTIFY availabilityChanged)
    Q_PROPERTY(bool isBusy READ isBusy NOTIFY busyChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QAbstractItemModel *keys READ keys CONSTANT)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        ProviderRole,
        WhereRole,     // "keychain" | "environment" | "file"
        ReferenceRole, // as a configuration names it: "keychain:openai"
        LastUsedRole,  // milliseconds since the epoch; 0: not seen
        LastTestRole,  // {state: "" | testing | ok | refused | failed, message, at}
        BackendsRole,  // names of the backends that use it
    };

    /// One backend's use of a key, as the configuration has it.
    struct Use
    {
        QString backend;
        QString provider;
        QString url;
        QString reference; // "env:X", "file:/x", "keychain:x"
    };

    KeyStore(Keychain &keychain,
             AppSettings &settings,
             event::Loop &loop,
             QObject *parent = nullptr);
    ~KeyStore() override;

    [[nodiscard]] QString reason() const { return m_reason; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }

    [[nodiscard]] QAbstractItemModel *keys() { return this; }

    [[nodiscard]] bool isAvailable() const { return m_availability == Availability::Available; }

    [[nodiscard]] QString availability() const;

    [[nodiscard]] bool isBusy() const { return m_busy > 0; }

    /// Looks whether there is a keychain, and reads the keys of the index and of `configuration`
    /// (the text of its file). `done` may be null; comes once, within the keychain's deadline.
    void load(const std::string &configuration, std::function<void()> done);

    /// For the resolver of the gateway in this process; call load() before the gateway's start.
    [[nodiscard]] KeychainSecretSource &source() { return m_source; }

    /// Who uses which key in the configuration of the gateway in this process.
    void setUses(const std::vector<Use> &uses);
    /// A request went to this backend.
    void noteUse(const QString &backend, qint64 at);

    Q_INVOKABLE void save(const QString &name, const QString &provider, const QString &secret);
    Q_INVOKABLE void remove(const QString &name);
    /// One GET of the provider's list of models with the key.
    Q_INVOKABLE void test(const QString &name);
    /// Without a keychain: {kind: "environment" | "file", text: a line for the configuration}.
    Q_INVOKABLE QVariantList offerAlternatives(const QString &provider = {}) const;
    /// Looks for a keychain again.
    Q_INVOKABLE void recheck();

Q_SIGNALS:
    void availabilityChanged();
    void busyChanged();
    void countChanged();
    /// The key is in the keychain; a configuration that names it wants to be loaded again.
    void saved(const QString &name, const QString &reference);
    void removed(const QString &name);
    /// `code`: bad_name | empty | bad_secret | too_long | unavailable | too_many
    void failed(const QString &name, const QString &code, const QString &message);
    void tested(const QString &name, bool ok, const QString &message);

private:
    enum class Availability { Unknown, Available, Unavailable };

    struct Row
    {
        QString name, provider, where, reference, url;
        QStringList backends;
        qint64 lastUsed = 0;
        QVariantMap lastTest;
        std::unique_ptr<KeyTest> test;
    };

    void rebuild();
    void remember(const QString &name, const std::optional<QString> &provider); // none: forget it
    void settle(const QString &reference, const QVariantMap &found);
    void changed(std::size_t row, const QList<int> &roles);
    [[nodiscard]] int rowOf(const QString &name) const;
    void setAvailability(Availability availability, const QString &reason = {});
    void judge(const Keychain::Answer &answer);
    void busy(int by);

    Keychain &m_keychain;
    AppSettings &m_settings;
    event::Loop &m_loop;
    KeychainSecretSource m_source;
    std::vector<Row> m_rows;
    std::vector<Use> m_uses;
    QHash<QString, qint64> m_usedAt; // by reference
    Availability m_availability = Availability::Unknown;
    QString m_reason;
    int m_busy = 0;
};

} // namespace meridian::ui
