// SPDX-License-Identifier: MIT
// The configuration over its life: shown, edited, written, refused, undone; the gateway is made of
// values, the file is a real one.
#include "core/admin/adminservice.h"
#include "service/configapi.h"
#include "service/configeditor.h"
#include "service/configsource.h"
#include "tests/admin/fakemediator.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <sys/stat.h>

using namespace meridian;
using service::AdminResponse;

namespace {

constexpr std::string_view Hush = "hush-hush-hush";

std::string document(int weight)
{
    return "# mine\nbackends:\n  - name: a # first\n    url: http://127.0.0.1:1\n    api_key: " +
           std::string(Hush) + "\n    weight: " + std::to_string(weight) + "\n";
}

/// Reads the file when it is told to, as the gateway does.
class ReadingMediator : public test::FakeMediator
{
public:
    admin::ReloadOutcome reload() override
    {
        auto loaded = source->load();
        if (!loaded) {
            admin::ReloadOutcome refused;
            refused.problems.push_back(loaded.error().front().format());
            return refused;
        }
        if (nextReload.isApplied()) {
            settingsInForce = loaded->settings;
        }
        return test::FakeMediator::reload();
    }

    std::shared_ptr<service::ConfigSource> source;
};

} // namespace

class TestConfigEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsTheFileWithoutSecrets();
    void editsKeepComments();
    void badOrders_data();
    void badOrders();
    void validates();
    void diffs();
    void writesAndRemembers();
    void unchangedTextIsNoVersion();
    void invalidChangesNothing();
    void conflictShowsBoth();
    void refusedReloadPutsTheOldTextBack();
    void undoGoesBackAndBack();
    void editOfTheFileIsAVersion();
    void readOnlyFile();
    void followsLinksAndKeepsTheMode();
    void brokenFileIsNotShown();
    void withoutAFile();
    void methods();

private:
    AdminResponse
    ask(std::string_view method, const std::string &path, const QJsonObject &body = {})
    {
        const std::string text = QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString();
        const std::string whole = "/meridian/config" + path;
        return m_api->answer(
            {method, whole, {}, {}, text, {}, false, {admin::Principal::Kind::Local, "127.0.0.1"}});
    }

    QJsonObject json(std::string_view method, const std::string &path, const QJsonObject &body = {})
    {
        const AdminResponse answer = ask(method, path, body);
        m_status = answer.status;
        // whatever is asked and answered
        if (answer.body.find(Hush) != std::string::npos) {
            m_leaks.push_back(path + ": " + answer.body);
        }
        return QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).object();
    }

    void write(const std::string &text) const
    {
        std::ofstream(m_path, std::ios::binary | std::ios::trunc) << text;
    }

    [[nodiscard]] std::string file() const
    {
        std::ostringstream text;
        text << std::ifstream(m_path, std::ios::binary).rdbuf();
        return text.str();
    }

    /// The text shown, with one word changed; and its etag.
    QJsonObject order(const QString &from, const QString &to)
    {
        const QJsonObject shown = json("GET", "");
        QString text = shown[QLatin1String("text")].toString();
        text.replace(from, to);
        return {{QStringLiteral("text"), text},
                {QStringLiteral("etag"), shown[QLatin1String("etag")]},
                {QStringLiteral("note"), QStringLiteral("by hand")}};
    }

    QString code(const QJsonObject &answer) const
    {
        return answer[QLatin1String("error")][QLatin1String("code")].toString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_path;
    std::unique_ptr<ReadingMediator> m_gateway;
    std::unique_ptr<admin::AdminService> m_service;
    std::unique_ptr<service::ConfigEditor> m_editor;
    std::unique_ptr<service::ConfigApi> m_api;
    std::vector<std::string> m_leaks;
    int m_status = 0;
};

void TestConfigEditor::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString() + "/config.yaml";
    write(document(3));
    m_gateway = std::make_unique<ReadingMediator>();
    m_gateway->source = std::make_shared<service::ConfigSource>(m_path);
    auto loaded = m_gateway->source->load();
    QVERIFY(loaded);
    m_gateway->settingsInForce = loaded->settings;
    m_service = std::make_unique<admin::AdminService>(*m_gateway);
    m_editor = std::make_unique<service::ConfigEditor>(*m_service, m_gateway->source);
    m_api = std::make_unique<service::ConfigApi>(*m_service, *m_editor);
    m_leaks.clear();
}

void TestConfigEditor::cleanup()
{
    QVERIFY2(m_leaks.empty(), m_leaks.empty() ? "" : m_leaks.front().c_str());
    int files = 0; // nothing is left beside the file
    for (const auto &entry : std::filesystem::directory_iterator(m_folder->path().toStdString())) {
        files += entry.path().filename().string().starts_with('.') ? 1 : 0;
    }
    QCOMPARE(files, 0);
}

void TestConfigEditor::showsTheFileWithoutSecrets()
{
    const QJsonObject shown = json("GET", "");
    QCOMPARE(m_status, 200);
    QCOMPARE(shown[QLatin1String("path")].toString().toStdString(), m_path);
    QCOMPARE(shown[QLatin1String("format")].toString(), QStringLiteral("meridian"));
    QCOMPARE(shown[QLatin1String("etag")].toString().size(), 64);
    QCOMPARE(shown[QLatin1String("writable")].toBool(), true);
    QCOMPARE(shown[QLatin1String("secrets_masked")].toInt(), 1);
    QCOMPARE(shown[QLatin1String("changed_on_disk")].toBool(), false);
    QVERIFY(shown[QLatin1String("routes")].isNull());
    QVERIFY(shown[QLatin1String("text")].toString().contains(QStringLiteral("api_key: «secret ")));
    const QJsonArray values = shown[QLatin1String("values")].toArray();
    QVERIFY(values.size() > 20);
    QCOMPARE(values[0][QLatin1String("path")].toString(), QStringLiteral("backends[0].name"));
    QCOMPARE(values[0][QLatin1String("line")].toInt(), 3);
}

void TestConfigEditor::editsKeepComments()
{
    const QJsonObject shown = json("GET", "");
    const QJsonObject weight{
        {QStringLiteral("path"),
         QJsonArray{QStringLiteral("backends"), QStringLiteral("a"), QStringLiteral("weight")}},
        {QStringLiteral("value"), 7}};
    const QJsonObject backend{{QStringLiteral("name"), QStringLiteral("b")},
                              {QStringLiteral("api_key"), QString::fromUtf8(Hush.data())}};
    const QJsonObject added{{QStringLiteral("path"), QJsonArray{QStringLiteral("backends")}},
                            {QStringLiteral("append"), backend}};
    const QJsonObject removed{
        {QStringLiteral("path"), QJsonArray{QStringLiteral("backends"), 0, QStringLiteral("url")}},
        {QStringLiteral("remove"), true}};
    const QJsonArray edits{weight, added, removed};
    const QJsonObject edited = json(
        "POST", "/edit",
        {{QStringLiteral("text"), shown[QLatin1String("text")]}, {QStringLiteral("edits"), edits}});
    QCOMPARE(m_status, 200);
    const QString text = edited[QLatin1String("text")].toString();
    QVERIFY(
        text.startsWith(QStringLiteral("# mine\nbackends:\n  - name: a # first\n    api_key: «")));
    QVERIFY(text.contains(QStringLiteral("\n    weight: 7\n  - api_key: «secret ")));
    QCOMPARE(file(), document(3));
}

void TestConfigEditor::badOrders_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *path, const char *body, const char *code) {
        QTest::newRow(name) << QString::fromLatin1(path) << QString::fromLatin1(body)
                            << QString::fromLatin1(code);
    };
    row("no JSON", "/validate", "{", "invalid_body");
    row("no text", "/validate", "{}", "invalid_body");
    row("text is a number", "/diff", "{\"text\":1}", "invalid_body");
    row("no edits", "/edit", "{\"text\":\"a: 1\"}", "invalid_body");
    row("no path", "/edit", "{\"text\":\"a: 1\",\"edits\":[{\"value\":1}]}", "invalid_body");
    row("two orders in one", "/edit",
        "{\"text\":\"a: 1\",\"edits\":[{\"path\":[\"a\"],\"value\":1,\"remove\":true}]}",
        "invalid_body");
    row("a negative index", "/edit", "{\"text\":\"a: 1\",\"edits\":[{\"path\":[-1],\"value\":1}]}",
        "invalid_body");
    row("nothing there", "/edit",
        "{\"text\":\"a: 1\",\"edits\":[{\"path\":[\"b\"],\"remove\":true}]}", "edit_refused");
    row("undo without an etag", "/undo", "{}", "invalid_body");
}

void TestConfigEditor::badOrders()
{
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QString, code);
    const std::string whole = "/meridian/config" + path.toStdString();
    const std::string sent = body.toStdString();
    const AdminResponse answer = m_api->answer({"POST", whole, {}, {}, sent});
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.body.find('"' + code.toStdString() + '"') != std::string::npos,
             answer.body.c_str());
}

void TestConfigEditor::validates()
{
    QJsonObject answer =
        json("POST", "/validate", order(QStringLiteral("weight: 3"), QStringLiteral("weigth: 3")));
    QCOMPARE(answer[QLatin1String("valid")].toBool(), true);
    const QJsonValue warning = answer[QLatin1String("problems")][0];
    QCOMPARE(warning[QLatin1String("severity")].toString(), QStringLiteral("warning"));
    QCOMPARE(warning[QLatin1String("line")].toInt(), 6);
    answer = json("POST", "/validate",
                  order(QStringLiteral("weight: 3"), QStringLiteral("weight: heavy")));
    QCOMPARE(m_status, 200);
    QCOMPARE(answer[QLatin1String("valid")].toBool(), false);
    QCOMPARE(answer[QLatin1String("problems")][0][QLatin1String("line")].toInt(), 6);
    QCOMPARE(answer[QLatin1String("problems")][0][QLatin1String("column")].toInt(), 13);
    answer = json("POST", "/validate",
                  {{QStringLiteral("text"), QStringLiteral("admin:\n  token: «secret 00aa11»\n")}});
    QCOMPARE(answer[QLatin1String("problems")][0][QLatin1String("line")].toInt(), 2);
}

void TestConfigEditor::diffs()
{
    m_gateway->nextReload.changes = {"backend 'a' changed"};
    m_gateway->nextReload.needRestart = {"gateway.port"};
    const QJsonObject answer =
        json("POST", "/diff", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4")));
    QCOMPARE(m_status, 200);
    QCOMPARE(answer[QLatin1String("changes")][0].toString(), QStringLiteral("backend 'a' changed"));
    QCOMPARE(answer[QLatin1String("need_restart")][0].toString(), QStringLiteral("gateway.port"));
    const QString diff = answer[QLatin1String("diff")].toString();
    QVERIFY2(diff.startsWith(QStringLiteral(
                 "--- in force\n+++ edited\n@@ -3,4 +3,4 @@\n   - name: a # first\n")),
             qPrintable(diff));
    QVERIFY(diff.endsWith(QStringLiteral("\n-    weight: 3\n+    weight: 4\n")));
    QCOMPARE(code(json("POST", "/diff",
                       order(QStringLiteral("weight: 3"), QStringLiteral("weight: -1")))),
             QStringLiteral("config_invalid"));
}

void TestConfigEditor::writesAndRemembers()
{
    m_gateway->nextReload.changes = {"backend 'a' changed"};
    const QJsonObject written =
        json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4")));
    QCOMPARE(m_status, 200);
    QCOMPARE(written[QLatin1String("reloaded")].toBool(), true);
    QCOMPARE(written[QLatin1String("version")].toInt(), 2);
    QCOMPARE(file(), document(4)); // the secret is the old one
    QCOMPARE(m_gateway->settingsInForce.backends[0].weight, 4);
    QCOMPARE(m_gateway->settingsInForce.backends[0].apiKey.reveal(), Hush);
    QVERIFY(!m_gateway->source->hasChanged()); // nothing for the watch to do
    const auto events = m_gateway->events().latest(10).events;
    QVERIFY(!events.empty());
    QCOMPARE(events.back().kind, "config_applied");
    QCOMPARE(events.back().principal, "local 127.0.0.1");
    QCOMPARE(json("GET", "")[QLatin1String("etag")], written[QLatin1String("etag")]);
    const QJsonArray versions = json("GET", "/history")[QLatin1String("versions")].toArray();
    QCOMPARE(versions.size(), 2);
    QCOMPARE(versions[0][QLatin1String("id")].toInt(), 2);
    QCOMPARE(versions[0][QLatin1String("principal")].toString(), QStringLiteral("local 127.0.0.1"));
    QCOMPARE(versions[0][QLatin1String("note")].toString(), QStringLiteral("by hand"));
    QCOMPARE(versions[0][QLatin1String("changes")].toInt(), 1);
    QCOMPARE(versions[0][QLatin1String("current")].toBool(), true);
    QCOMPARE(versions[1][QLatin1String("principal")].toString(),
             QStringLiteral("process config file"));
    const QJsonObject one = json("GET", "/history/2");
    QVERIFY(one[QLatin1String("text")].toString().contains(QStringLiteral("weight: 4")));
    QVERIFY(one[QLatin1String("diff")].toString().contains(
        QStringLiteral("-    weight: 3\n+    weight: 4")));
    QCOMPARE(code(json("GET", "/history/9")), QStringLiteral("version_not_found"));
    QCOMPARE(code(json("GET", "/history/x")), QStringLiteral("version_not_found"));
}

void TestConfigEditor::unchangedTextIsNoVersion()
{
    const QJsonObject written =
        json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 3")));
    QCOMPARE(m_status, 200);
    QCOMPARE(written[QLatin1String("version")].toInt(), 1);
    QCOMPARE(m_editor->history().all().size(), 1U);
}

void TestConfigEditor::invalidChangesNothing()
{
    const QJsonObject refused =
        json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: heavy")));
    QCOMPARE(m_status, 400);
    QCOMPARE(code(refused), QStringLiteral("config_invalid"));
    QCOMPARE(refused[QLatin1String("error")][QLatin1String("problems")][0][QLatin1String("line")]
                 .toInt(),
             6);
    QCOMPARE(file(), document(3));
    QCOMPARE(m_gateway->generationInForce, 1U);
}

void TestConfigEditor::conflictShowsBoth()
{
    const QJsonObject mine = order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4"));
    write(document(5));
    const QJsonObject refused = json("PUT", "", mine);
    QCOMPARE(m_status, 409);
    QCOMPARE(code(refused), QStringLiteral("config_changed"));
    QVERIFY(refused[QLatin1String("theirs")].toString().contains(QStringLiteral("weight: 5")));
    QVERIFY(refused[QLatin1String("base")].toString().contains(QStringLiteral("weight: 3")));
    QCOMPARE(file(), document(5));
    QCOMPARE(json("GET", "")[QLatin1String("changed_on_disk")].toBool(), true);
    QJsonObject again = mine;
    again[QLatin1String("etag")] = refused[QLatin1String("etag")];
    json("PUT", "", again);
    QCOMPARE(m_status, 200);
    QCOMPARE(file(), document(4));
}

void TestConfigEditor::refusedReloadPutsTheOldTextBack()
{
    const QJsonObject mine = order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4"));
    m_gateway->nextReload.problems = {"tracing: no such collector"};
    const QJsonObject refused = json("PUT", "", mine);
    QCOMPARE(m_status, 400);
    QVERIFY(refused[QLatin1String("error")][QLatin1String("message")].toString().contains(
        QStringLiteral("no such collector")));
    QCOMPARE(file(), document(3));
    QVERIFY(!m_gateway->source->hasChanged());
    QCOMPARE(m_editor->history().all().size(), 1U);
}

void TestConfigEditor::undoGoesBackAndBack()
{
    const auto undo = [&] {
        return json("POST", "/undo",
                    {{QStringLiteral("etag"), json("GET", "")[QLatin1String("etag")]}});
    };
    QCOMPARE(code(undo()), QStringLiteral("nothing_to_undo"));
    json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4")));
    json("PUT", "", order(QStringLiteral("weight: 4"), QStringLiteral("weight: 5")));
    QCOMPARE(undo()[QLatin1String("version")].toInt(), 4);
    QCOMPARE(file(), document(4));
    QCOMPARE(undo()[QLatin1String("version")].toInt(), 5);
    QCOMPARE(file(), document(3));
    QCOMPARE(code(undo()), QStringLiteral("nothing_to_undo"));
    QCOMPARE(m_status, 409);
    json("POST", "/undo", {{QStringLiteral("etag"), QStringLiteral("old")}});
    QCOMPARE(m_status, 409);
    json("PUT", "",
         order(QStringLiteral("weight: 3"), QStringLiteral("weight: 9"))); // a new branch
    (void)undo();
    QCOMPARE(file(), document(3));
}

void TestConfigEditor::editOfTheFileIsAVersion()
{
    write(document(6));
    QVERIFY(m_service->reload({admin::Principal::Kind::Process, "config file"}).isApplied());
    m_editor->noteReload();
    m_editor->noteReload(); // once
    QCOMPARE(m_editor->history().all().size(), 2U);
    QCOMPARE(m_editor->history().current().principal.name, "config file");
    json("POST", "/undo", {{QStringLiteral("etag"), json("GET", "")[QLatin1String("etag")]}});
    QCOMPARE(m_status, 200);
    QCOMPARE(file(), document(3));
}

void TestConfigEditor::readOnlyFile()
{
    QCOMPARE(::chmod(m_path.c_str(), 0444), 0);
    const QJsonObject mine = order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4"));
    QCOMPARE(json("GET", "")[QLatin1String("writable")].toBool(), false);
    QCOMPARE(code(json("PUT", "", mine)), QStringLiteral("config_read_only"));
    QCOMPARE(m_status, 403);
    QCOMPARE(file(), document(3));
    QCOMPARE(m_gateway->generationInForce, 1U);
}

void TestConfigEditor::followsLinksAndKeepsTheMode()
{
    const std::string real = m_folder->path().toStdString() + "/real.yaml";
    std::filesystem::rename(m_path, real);
    std::filesystem::create_symlink("real.yaml", m_path);
    QCOMPARE(::chmod(real.c_str(), 0640), 0);
    json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4")));
    QCOMPARE(m_status, 200);
    QVERIFY(std::filesystem::is_symlink(m_path));
    QCOMPARE(file(), document(4));
    struct stat info = {};
    QCOMPARE(::stat(real.c_str(), &info), 0);
    QCOMPARE(info.st_mode & 07777, 0640U);
}

void TestConfigEditor::brokenFileIsNotShown()
{
    write("backends: [" + std::string(Hush));
    const QJsonObject shown = json("GET", "");
    QVERIFY(shown[QLatin1String("problem")].toString().contains(QStringLiteral("not valid YAML")));
    QVERIFY(
        shown[QLatin1String("text")].toString().contains(QStringLiteral("weight: 3"))); // in force
    QCOMPARE(shown[QLatin1String("changed_on_disk")].toBool(), true);
    json("PUT", "", order(QStringLiteral("weight: 3"), QStringLiteral("weight: 4")));
    QCOMPARE(m_status, 200);
    QCOMPARE(file(), document(4));
    std::filesystem::remove(m_path);
    QCOMPARE(json("GET", "")[QLatin1String("writable")].toBool(), false);
    json("PUT", "",
         {{QStringLiteral("text"), QString::fromStdString(document(1))},
          {QStringLiteral("etag"), QStringLiteral("x")}});
    QCOMPARE(m_status, 500);
}

void TestConfigEditor::withoutAFile()
{
    service::ConfigEditor editor(*m_service, nullptr);
    m_api = std::make_unique<service::ConfigApi>(*m_service, editor);
    const QJsonObject shown = json("GET", "");
    QVERIFY(shown[QLatin1String("path")].isNull() && shown[QLatin1String("etag")].isNull());
    QCOMPARE(shown[QLatin1String("writable")].toBool(), false);
    QVERIFY(shown[QLatin1String("text")].toString().contains(
        QStringLiteral("url: http://127.0.0.1:1")));
    QCOMPARE(shown[QLatin1String("values")][0][QLatin1String("source")].toString(),
             QStringLiteral("override"));
    QJsonObject mine{{QStringLiteral("text"), shown[QLatin1String("text")]},
                     {QStringLiteral("etag"), QStringLiteral("x")}};
    QCOMPARE(json("POST", "/validate", mine)[QLatin1String("valid")].toBool(), true);
    QCOMPARE(code(json("PUT", "", mine)), QStringLiteral("no_config_file"));
    QCOMPARE(m_status, 404);
    QCOMPARE(code(json("POST", "/undo", mine)), QStringLiteral("no_config_file"));
    QVERIFY(json("GET", "/history")[QLatin1String("versions")].toArray().isEmpty());
}

void TestConfigEditor::methods()
{
    QCOMPARE(m_api->methodsOf("/meridian/config"), "GET, HEAD, PUT");
    QCOMPARE(m_api->methodsOf("/meridian/config/undo"), "POST");
    QCOMPARE(m_api->methodsOf("/meridian/config/history/3"), "GET, HEAD");
    QCOMPARE(m_api->methodsOf("/meridian/config/dry-run"), "");
    QCOMPARE(m_api->methodsOf("/meridian/configuration"), "");
}

QTEST_GUILESS_MAIN(TestConfigEditor)
#include "tst_configeditor.moc"
