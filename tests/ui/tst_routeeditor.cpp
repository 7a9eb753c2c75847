// SPDX-License-Identifier: MIT
// The draft: late answers ignored, edits in order, conflicts shown, nothing applied by accident.
#include "tests/ui/heldlink.h"
#include "ui/routeeditor.h"

#include <QSignalSpy>
#include <QtTest>

using namespace meridian::ui;

namespace {

const QString Base = QStringLiteral("gateway:\n  strategy: token_aware # keep\n"
                                    "backends:\n  - name: a\n    url: http://127.0.0.1:1\n");
constexpr int Patient = 10'000;
constexpr std::string_view Validate = "/meridian/config/validate";
constexpr std::string_view Diff = "/meridian/config/diff";

QJsonObject configOf(const QString &text, const char *etag = "e1")
{
    return {{QStringLiteral("path"), QStringLiteral("/etc/meridian/config.yaml")},
            {QStringLiteral("format"), QStringLiteral("meridian")},
            {QStringLiteral("text"), text},
            {QStringLiteral("etag"), QLatin1String(etag)},
            {QStringLiteral("writable"), true}};
}

QJsonObject validity(bool isValid)
{
    QJsonArray problems;
    if (!isValid) {
        problems.append(QJsonObject{{QStringLiteral("severity"), QStringLiteral("error")},
                                    {QStringLiteral("line"), 3},
                                    {QStringLiteral("message"), QStringLiteral("no")}});
    }
    return {{QStringLiteral("valid"), isValid}, {QStringLiteral("problems"), problems}};
}

} // namespace

class TestRouteEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void readsTheFileAndItsForm();
    void validatesOnceAfterTheLastKey();
    void ignoresAnswersAboutAnOlderText();
    void tellsWhyNothingCanBeApplied();
    void appliesAndCountsDownTheUndo();
    void keepsADraftWhenTheFileChanges();
    void showsAConflictAndResolvesIt_data();
    void showsAConflictAndResolvesIt();
    void editsInOrderAndAgainWhenTheTextChanged();
    void dropsEditsThatAreRefused();
    void forgetsADryRunOfAnotherText();
    void losesNothingWhenTheGatewayIsGone();
    void startsAnewWithAnotherGateway();

private:
    void loadWith(const QString &text);
    void settle(bool isValid = true);

    std::unique_ptr<HeldLink> m_link;
    std::unique_ptr<RouteEditor> m_editor;
};

void TestRouteEditor::init()
{
    m_link = std::make_unique<HeldLink>();
    m_editor = std::make_unique<RouteEditor>(*m_link);
}

void TestRouteEditor::cleanup()
{
    m_editor.reset();
}

void TestRouteEditor::loadWith(const QString &text)
{
    m_editor->refresh();
    QVERIFY(m_link->answer("GET", "/meridian/config", configOf(text)));
    settle();
}

void TestRouteEditor::settle(bool isValid)
{
    QTRY_VERIFY_WITH_TIMEOUT(m_link->isAsked("POST", Validate), Patient);
    QVERIFY(m_link->answer("POST", Validate, validity(isValid)));
    if (m_link->isAsked("POST", Diff)) {
        QVERIFY(m_link->answer("POST", Diff, {{QStringLiteral("diff"), QStringLiteral("-a +b")}}));
    }
}

void TestRouteEditor::readsTheFileAndItsForm()
{
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("not_loaded"));
    loadWith(Base);
    QCOMPARE(m_editor->text(), Base);
    QVERIFY(m_editor->isValid());
    QVERIFY(!m_editor->isModified());
    const QVariantMap form = m_editor->form();
    QCOMPARE(form.value(QStringLiteral("strategy")).toString(), QStringLiteral("token_aware"));
    const QVariantMap backend = form.value(QStringLiteral("backends")).toList().value(0).toMap();
    QCOMPARE(backend.value(QStringLiteral("name")).toString(), QStringLiteral("a"));
    QCOMPARE(backend.value(QStringLiteral("weight")).toInt(), 1); // the default
    QCOMPARE(backend.value(QStringLiteral("provider")).toString(), QStringLiteral("openai"));
    QVERIFY(m_link->answer("GET", "/meridian/config/history",
                           {{QStringLiteral("versions"), QJsonArray{QJsonObject{}}}}));
    QCOMPARE(m_editor->versions().size(), 1);
}

void TestRouteEditor::validatesOnceAfterTheLastKey()
{
    loadWith(Base);
    for (const char *more : {"x", "xy", "xyz"}) {
        m_editor->setText(Base + QLatin1String(more));
    }
    QVERIFY(m_editor->isValidating());
    QVERIFY(!m_link->isAsked("POST", Validate));
    QTRY_VERIFY_WITH_TIMEOUT(m_link->isAsked("POST", Validate), Patient);
    const auto call = m_link->take("POST", "/meridian/config/validate");
    QCOMPARE(call->body.value(QLatin1String("text")).toString(), Base + QStringLiteral("xyz"));
    QVERIFY(!m_link->isAsked("POST", Validate));
}

void TestRouteEditor::ignoresAnswersAboutAnOlderText()
{
    loadWith(Base);
    m_editor->setText(Base + QStringLiteral("bad"));
    QTRY_VERIFY_WITH_TIMEOUT(m_link->isAsked("POST", Validate), Patient);
    const auto old = m_link->take("POST", Validate);
    m_editor->setText(Base + QStringLiteral("# good\n"));
    old->done(200, QJsonDocument(validity(false)));
    QVERIFY(m_editor->problems().isEmpty());
    QVERIFY(m_editor->isValidating());
    settle();
    QVERIFY(m_editor->canApply());
    QVERIFY(!m_editor->diff().isEmpty());
}

void TestRouteEditor::tellsWhyNothingCanBeApplied()
{
    loadWith(Base);
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("unchanged"));
    m_editor->setText(Base + QStringLiteral("x: ["));
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("validating"));
    settle(false);
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("invalid"));
    QCOMPARE(m_editor->problems().value(0).toMap().value(QStringLiteral("line")).toInt(), 3);
    m_editor->apply();
    QVERIFY(!m_link->take("PUT", "/meridian/config"));
    m_editor->discard();
    settle();
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("unchanged"));
    QJsonObject locked = configOf(Base);
    locked.insert(QStringLiteral("writable"), false);
    m_editor->refresh();
    QVERIFY(m_link->answer("GET", "/meridian/config", locked));
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("read_only"));
    locked.insert(QStringLiteral("path"), QJsonValue::Null);
    m_editor->refresh();
    QVERIFY(m_link->answer("GET", "/meridian/config", locked));
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("no_config_file"));
    m_link->isHere = true; // where applying makes the file
    m_editor->refresh();
    QVERIFY(m_link->answer("GET", "/meridian/config", locked));
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("unchanged"));
}

void TestRouteEditor::appliesAndCountsDownTheUndo()
{
    loadWith(Base);
    const QString changed = Base + QStringLiteral("    weight: 5\n");
    m_editor->setText(changed);
    settle();
    m_editor->apply(QStringLiteral("more for a"));
    m_editor->apply(); // a second press is no second request
    const auto put = m_link->take("PUT", "/meridian/config");
    QVERIFY(put);
    QVERIFY(!m_link->take("PUT", "/meridian/config"));
    QCOMPARE(put->body.value(QLatin1String("etag")).toString(), QStringLiteral("e1"));
    QCOMPARE(put->body.value(QLatin1String("note")).toString(), QStringLiteral("more for a"));
    put->done(200, QJsonDocument(QJsonObject{{QStringLiteral("etag"), QStringLiteral("e2")}}));
    QCOMPARE(m_editor->lastOutcome(), QStringLiteral("applied"));
    QVERIFY(!m_editor->isModified());
    QCOMPARE(m_editor->undoSecondsLeft(), RouteEditor::UndoSeconds);
    QTRY_VERIFY_WITH_TIMEOUT(m_editor->undoSecondsLeft() < RouteEditor::UndoSeconds, Patient);
    m_editor->undo();
    const auto undo = m_link->take("POST", "/meridian/config/undo");
    QVERIFY(undo);
    QCOMPARE(undo->body.value(QLatin1String("etag")).toString(), QStringLiteral("e2"));
    undo->done(200, QJsonDocument(QJsonObject{{QStringLiteral("etag"), QStringLiteral("e3")}}));
    QCOMPARE(m_editor->undoSecondsLeft(), 0);
    QVERIFY(m_link->answer("GET", "/meridian/config", configOf(Base, "e3")));
    QCOMPARE(m_editor->text(), Base);
    QCOMPARE(m_editor->etag(), QStringLiteral("e3"));
}

void TestRouteEditor::keepsADraftWhenTheFileChanges()
{
    loadWith(Base);
    m_editor->setText(Base + QStringLiteral("# mine\n"));
    m_editor->refresh();
    QVERIFY(
        m_link->answer("GET", "/meridian/config", configOf(QStringLiteral("# theirs\n"), "e9")));
    QCOMPARE(m_editor->text(), Base + QStringLiteral("# mine\n"));
    QCOMPARE(m_editor->etag(), QStringLiteral("e1")); // so that applying tells of it
}

void TestRouteEditor::showsAConflictAndResolvesIt_data()
{
    QTest::addColumn<bool>("isMine");
    QTest::newRow("mine") << true;
    QTest::newRow("theirs") << false;
}

void TestRouteEditor::showsAConflictAndResolvesIt()
{
    QFETCH(bool, isMine);
    loadWith(Base);
    const QString mine = Base + QStringLiteral("# mine\n");
    const QString theirs = Base + QStringLiteral("# theirs\n");
    m_editor->setText(mine);
    settle();
    m_editor->apply();
    QJsonObject conflict = HeldLink::error("config_changed", "the file is another one");
    conflict.insert(QStringLiteral("theirs"), theirs);
    conflict.insert(QStringLiteral("base"), Base);
    conflict.insert(QStringLiteral("etag"), QStringLiteral("e7"));
    QVERIFY(m_link->answer("PUT", "/meridian/config", conflict, 409));
    QCOMPARE(m_editor->lastOutcome(), QStringLiteral("conflict"));
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("conflict"));
    const QVariantMap shown = m_editor->conflict().toMap();
    QCOMPARE(shown.value(QStringLiteral("mine")).toString(), mine);
    QCOMPARE(shown.value(QStringLiteral("theirs")).toString(), theirs);
    QCOMPARE(shown.value(QStringLiteral("base")).toString(), Base);
    m_editor->resolveConflict(isMine ? QStringLiteral("mine") : QStringLiteral("theirs"));
    settle();
    QVERIFY(m_editor->conflict().isNull());
    QCOMPARE(m_editor->text(), isMine ? mine : theirs);
    QCOMPARE(m_editor->isModified(), isMine);
    QVERIFY(!m_link->take("PUT", "/meridian/config")); // never by itself
    if (isMine) {
        m_editor->apply();
        const auto put = m_link->take("PUT", "/meridian/config");
        QVERIFY(put);
        QCOMPARE(put->body.value(QLatin1String("etag")).toString(), QStringLiteral("e7"));
    }
}

void TestRouteEditor::editsInOrderAndAgainWhenTheTextChanged()
{
    loadWith(Base);
    const QVariantList path{QStringLiteral("backends"), QStringLiteral("a"),
                            QStringLiteral("weight")};
    m_editor->setValue(path, 5);
    m_editor->setValue(path, 7);          // waits
    m_editor->setValue(path, QVariant()); // removes
    const auto first = m_link->take("POST", "/meridian/config/edit");
    QVERIFY(first);
    QVERIFY(!m_link->take("POST", "/meridian/config/edit"));
    QCOMPARE(first->body.value(QLatin1String("edits")).toArray().size(), 1);
    m_editor->setText(Base + QStringLiteral("# typed meanwhile\n"));
    first->done(200, QJsonDocument(QJsonObject{{QStringLiteral("text"), QStringLiteral("old")}}));
    QCOMPARE(m_editor->text(), Base + QStringLiteral("# typed meanwhile\n"));
    const auto again = m_link->take("POST", "/meridian/config/edit");
    QVERIFY(again);
    QCOMPARE(again->body.value(QLatin1String("text")).toString(), m_editor->text());
    const QJsonArray edits = again->body.value(QLatin1String("edits")).toArray();
    QCOMPARE(edits.size(), 3);
    QCOMPARE(edits[0].toObject().value(QLatin1String("value")).toInt(), 5);
    QCOMPARE(edits[1].toObject().value(QLatin1String("value")).toInt(), 7);
    QVERIFY(edits[2].toObject().value(QLatin1String("remove")).toBool());
    again->done(200,
                QJsonDocument(QJsonObject{{QStringLiteral("text"), QStringLiteral("new: 1")}}));
    QCOMPARE(m_editor->text(), QStringLiteral("new: 1"));
    QVERIFY(!m_link->take("POST", "/meridian/config/edit"));
    m_editor->addBackend({{QStringLiteral("name"), QStringLiteral("b")},
                          {QStringLiteral("maxConcurrency"), 4},
                          {QStringLiteral("model"), QString()}});
    const auto added = m_link->take("POST", "/meridian/config/edit");
    QCOMPARE(added->body.value(QLatin1String("edits")).toArray().at(0).toObject(),
             (QJsonObject{{QStringLiteral("path"), QJsonArray{QStringLiteral("backends")}},
                          {QStringLiteral("append"),
                           QJsonObject{{QStringLiteral("name"), QStringLiteral("b")},
                                       {QStringLiteral("max_concurrency"), 4}}}}));
}

void TestRouteEditor::dropsEditsThatAreRefused()
{
    loadWith(Base);
    m_editor->removeBackend(QStringLiteral("nobody"));
    m_editor->removeBackend(QStringLiteral("a"));
    QVERIFY(m_link->answer("POST", "/meridian/config/edit",
                           HeldLink::error("invalid_edit", "no backend 'nobody'"), 400));
    QCOMPARE(m_editor->lastOutcome(), QStringLiteral("edit_refused"));
    QCOMPARE(m_editor->message(), QStringLiteral("no backend 'nobody'"));
    QCOMPARE(m_editor->text(), Base);
    QVERIFY(!m_link->take("POST", "/meridian/config/edit"));
}

void TestRouteEditor::forgetsADryRunOfAnotherText()
{
    loadWith(Base);
    m_editor->runDryRun();
    QVERIFY(m_editor->isRunningDryRun());
    const auto run = m_link->take("POST", "/meridian/config/dry-run");
    QVERIFY(run);
    m_editor->setText(Base + QStringLiteral("# more\n"));
    run->done(200, QJsonDocument(QJsonObject{{QStringLiteral("requests"), 500}}));
    QVERIFY(m_editor->dryRun().isNull());
    QVERIFY(!m_editor->isRunningDryRun());
    m_editor->runDryRun();
    QVERIFY(m_link->answer("POST", "/meridian/config/dry-run",
                           {{QStringLiteral("requests"), 500}, {QStringLiteral("changed"), 37}}));
    QCOMPARE(m_editor->dryRun().toMap().value(QStringLiteral("changed")).toInt(), 37);
}

void TestRouteEditor::losesNothingWhenTheGatewayIsGone()
{
    loadWith(Base);
    const QString draft = Base + QStringLiteral("# draft\n");
    m_editor->setText(draft);
    settle();
    m_editor->apply();
    QVERIFY(m_link->answer("PUT", "/meridian/config", HeldLink::error("unreachable", "gone"), 0));
    QCOMPARE(m_editor->text(), draft);
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("offline"));
    QCOMPARE(m_editor->message(), QStringLiteral("gone"));
    Q_EMIT m_link->changed(); // it is back, and had read the request
    QVERIFY(m_link->answer("GET", "/meridian/config", configOf(draft, "e2")));
    settle();
    QVERIFY(!m_editor->isModified());
    QCOMPARE(m_editor->etag(), QStringLiteral("e2"));
}

void TestRouteEditor::startsAnewWithAnotherGateway()
{
    loadWith(Base);
    m_editor->setText(Base + QStringLiteral("# draft\n"));
    Q_EMIT m_link->replaced();
    QVERIFY(!m_editor->isLoaded());
    QVERIFY(m_editor->text().isEmpty());
    QCOMPARE(m_editor->whyNotApply(), QStringLiteral("not_loaded"));
}

QTEST_GUILESS_MAIN(TestRouteEditor)
#include "tst_routeeditor.moc"
