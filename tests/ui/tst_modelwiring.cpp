// SPDX-License-Identifier: MIT
// Models that follow one another: the draft the configuration, keys and prices the draft.
#include "tests/ui/turning.h"
#include "ui/desktop.h"
#include "ui/fakelink.h"
#include "ui/memorykeychain.h"
#include "ui/poller.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace meridian;
using namespace meridian::ui;

namespace {

const QString Text = QStringLiteral("backends:\n"
                                    "  - name: gpu-1\n"
                                    "    model: m\n"
                                    "    api_key: env:GPU_KEY\n"
                                    "    price: {prompt_per_1m: 1, completion_per_1m: 2}\n");

} // namespace

class TestModelWiring : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void readsTheConfigurationByItself();
    void keysAndPricesFollowIt();
    void startsAnewWithAnotherGateway();

private:
    event::Loop m_loop;
    MemoryKeychain m_keychain;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<AppSettings> m_settings;
    std::unique_ptr<FakeLink> m_link;
    std::unique_ptr<Desktop> m_desktop;
};

void TestModelWiring::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<AppSettings>(m_folder->filePath(QStringLiteral("settings.ini")));
    m_link = std::make_unique<FakeLink>();
    m_link->answer("GET", "/meridian/config",
                   {{QStringLiteral("path"), QStringLiteral("config.yaml")},
                    {QStringLiteral("text"), Text},
                    {QStringLiteral("etag"), QStringLiteral("e")},
                    {QStringLiteral("writable"), true}});
    m_desktop = std::make_unique<Desktop>(m_link.get(),
                                          Desktop::Surroundings{m_keychain, *m_settings, m_loop});
    m_desktop->poller().poll();
    QVERIFY(support::turnUntil([this] { return m_desktop->routes()->isValid(); }));
}

void TestModelWiring::cleanup()
{
    m_desktop.reset();
    m_link.reset();
}

void TestModelWiring::readsTheConfigurationByItself()
{
    QCOMPARE(m_desktop->routes()->text(), Text);
    QVERIFY(support::turnUntil([this] { return !m_desktop->playground()->models().isEmpty(); }));
    const auto reads = m_link->callsTo("/meridian/config").size();
    m_desktop->poller().poll(); // the same generation: nothing to read again
    QVERIFY(support::turnUntil([this] { return m_link->callsTo("/meridian/status").size() >= 2; }));
    QVERIFY(m_link->callsTo("/meridian/config").size() <= reads + 1); // provenance reads it, too
}

void TestModelWiring::keysAndPricesFollowIt()
{
    KeyStore *keys = m_desktop->keys();
    QVERIFY(support::turnUntil([keys] { return keys->rowCount() == 1; }));
    QCOMPARE(keys->index(0).data(KeyStore::ReferenceRole).toString(),
             QStringLiteral("env:GPU_KEY"));
    QCOMPARE(keys->index(0).data(KeyStore::BackendsRole).toStringList(),
             QStringList{QStringLiteral("gpu-1")});
    m_desktop->routes()->setText(
        QString(Text).replace(QStringLiteral("env:GPU_KEY"), QStringLiteral("file:/run/k")));
    QVERIFY(support::turnUntil([keys] {
        return keys->index(0).data(KeyStore::WhereRole).toString() == QStringLiteral("file");
    }));
}

void TestModelWiring::startsAnewWithAnotherGateway()
{
    m_desktop->routes()->setText(Text + QStringLiteral("# draft of the first\n"));
    FakeLink other;
    m_desktop->link().use(&other);
    QVERIFY(!m_desktop->routes()->isLoaded());
    QVERIFY(m_desktop->routes()->text().isEmpty());
    m_desktop->poller().poll();
    QVERIFY(support::turnUntil([this] { return m_desktop->routes()->isLoaded(); }));
    QVERIFY(!m_desktop->routes()->text().contains(QStringLiteral("draft of the first")));
    m_desktop->link().use(nullptr);
}

QTEST_MAIN(TestModelWiring)
#include "tst_modelwiring.moc"
