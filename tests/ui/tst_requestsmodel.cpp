// SPDX-License-Identifier: MIT
// The live table: batches, cap, freezing, order, details, files.
#include "tests/ui/records.h"
#include "ui/fakelink.h"
#include "ui/requestsmodel.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <ctime>

using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

QString idAt(const RequestsModel &model, int row)
{
    return model.get(row)[u"requestId"_s].toString();
}

QString idOf(int number)
{
    return recordOf(number)[u"request_id"_s].toString();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TstRequestsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBatchIsOneInsertion();
    void theCapIsOneRemoval();
    void frozenRowsStay();
    void anotherOrderHoldsNewOnes();
    void sortsWithUnknownFirst();
    void filters();
    void detailsOfAnyRow();
    void clears();
    void csvAndJson();
    void aFileThatCannotBeWritten();
    void load();

private:
    FakeLink m_link;
};

void TstRequestsModel::aBatchIsOneInsertion()
{
    RequestsModel model(m_link);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy counted(&model, &RequestsModel::countsChanged);
    model.take(recordsOf(1, 300));
    model.take(recordsOf(301, 305), 7);
    QCOMPARE(inserted.count(), 2);
    QCOMPARE(counted.count(), 2);
    QCOMPARE(inserted.at(1).at(2).toInt(), 4);
    QCOMPARE(model.count(), 305);
    QCOMPARE(model.missedCount(), 7);
    QCOMPARE(idAt(model, 0), idOf(305));
    QCOMPARE(idAt(model, 304), idOf(1));
    QCOMPARE(model.rowOf(idOf(303)), 2);
    QCOMPARE(model.roleNames().size(), qsizetype(RequestRow::FieldCount));
}

void TstRequestsModel::theCapIsOneRemoval()
{
    RequestsModel model(m_link);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int i = 0; i < RequestsModel::Capacity / 500; ++i) {
        model.take(recordsOf(i * 500 + 1, (i + 1) * 500));
    }
    QCOMPARE(model.count(), RequestsModel::Capacity);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.take(recordsOf(10'001, 10'300));
    QCOMPARE(removed.count(), 1);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(model.count(), RequestsModel::Capacity);
    QCOMPARE(idAt(model, 0), idOf(10'300));
    QCOMPARE(idAt(model, model.count() - 1), idOf(301));
    QVERIFY(model.details(idOf(300)).isEmpty());
    QCOMPARE(model.details(idOf(301))[u"request_id"_s].toString(), idOf(301));
    QCOMPARE(model.details(idOf(10'300))[u"request_id"_s].toString(), idOf(10'300));
}

void TstRequestsModel::frozenRowsStay()
{
    RequestsModel model(m_link);
    model.take(recordsOf(1, 50));
    model.setFrozen(true);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.take(recordsOf(51, 87));
    QCOMPARE(model.pendingCount(), 37);
    QCOMPARE(model.count(), 50);
    QCOMPARE(inserted.count() + reset.count(), 0);
    QVERIFY(!model.details(idOf(80)).isEmpty());
    for (int i = 0; i < 25; ++i) { // more than may wait
        model.take(recordsOf(100 + i * 500, 599 + i * 500));
    }
    QCOMPARE(model.pendingCount(), RequestsModel::Capacity);
    QCOMPARE(idAt(model, 49), idOf(1));
    model.setFrozen(false);
    QCOMPARE(model.pendingCount(), 0);
    QCOMPARE(model.count(), RequestsModel::Capacity);
    QCOMPARE(idAt(model, 0), idOf(12'599));
}

void TstRequestsModel::anotherOrderHoldsNewOnes()
{
    RequestsModel model(m_link);
    model.take(recordsOf(1, 20));
    model.setSortRole(u"totalMs"_s);
    const QString first = idAt(model, 0);
    model.take(recordsOf(21, 40));
    QCOMPARE(idAt(model, 0), first);
    QCOMPARE(model.pendingCount(), 20);
    model.setFrozen(false); // it is not frozen: what waits comes in all the same
    QCOMPARE(model.pendingCount(), 0);
    QCOMPARE(idAt(model, 0), idOf(40));
    model.setSortRole(u"timestamp"_s);
    model.take(recordsOf(41, 41));
    QCOMPARE(idAt(model, 0), idOf(41));
}

void TstRequestsModel::sortsWithUnknownFirst()
{
    RequestsModel model(m_link);
    QJsonArray records = recordsOf(1, 9);
    QJsonObject without = records[4].toObject();
    without.insert(u"ttfb_ms"_s, QJsonValue::Null);
    records[4] = without;
    model.take(records);
    model.setSortRole(u"ttfbMs"_s);
    model.setSortDescending(false);
    QCOMPARE(idAt(model, 0), without[u"request_id"_s].toString());
    QCOMPARE(idAt(model, 1), idOf(9)); // equals: newest first
    model.setSortDescending(true);
    QCOMPARE(idAt(model, 8), without[u"request_id"_s].toString());
    model.setSortRole(u"no such role"_s);
    QCOMPARE(model.sortRole(), u"ttfbMs"_s);
}

void TstRequestsModel::filters()
{
    RequestsModel model(m_link);
    model.take(recordsOf(1, 100));
    model.setFilter(u"status:5xx"_s);
    QCOMPARE(model.count(), 10);
    QCOMPARE(model.totalCount(), 100);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.take(recordsOf(101, 120));
    QCOMPARE(model.count(), 12);
    QCOMPARE(inserted.at(0).at(2).toInt(), 1);
    model.setFilter(u"status:abc"_s);
    QVERIFY(model.filterError().contains(u"status:abc"_s));
    QCOMPARE(model.count(), 120); // a word that cannot be read hides nothing
    model.setFilter({});
    QVERIFY(model.filterError().isEmpty());
    QCOMPARE(model.count(), 120);
}

void TstRequestsModel::detailsOfAnyRow()
{
    RequestsModel model(m_link);
    model.take(recordsOf(1, 5));
    const QVariantMap details = model.details(idOf(3));
    const QVariantList stages = details[u"stages"_s].toList();
    QCOMPARE(stages.size(), 2);
    QCOMPARE(stages[0].toMap()[u"name"_s].toString(), u"scan"_s); // in their order, not the JSON's
    const QVariantList verdicts = details[u"verdicts"_s].toList();
    QCOMPARE(verdicts[0].toMap()[u"verdict"_s].toString(), u"chosen"_s);
    QVERIFY(model.curlLine(idOf(3)).startsWith(
        u"curl -sS http://127.0.0.1:8080/v1/chat/completions "_s));
    QVERIFY(model.jsonText(idOf(3)).contains(idOf(3)));
    QVERIFY(model.details(u"nobody"_s).isEmpty());
    QVERIFY(model.curlLine(u"nobody"_s).isEmpty());
}

void TstRequestsModel::clears()
{
    RequestsModel model(m_link);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.take(recordsOf(1, 50), 3);
    model.clear();
    QCOMPARE(model.count() + model.totalCount() + model.missedCount(), 0);
    model.take(recordsOf(51, 60));
    QCOMPARE(model.count(), 10);
    QCOMPARE(model.rowOf(idOf(60)), 0);
}

void TstRequestsModel::csvAndJson()
{
    const QTemporaryDir folder;
    RequestsModel model(m_link);
    QJsonArray records = recordsOf(1, 30);
    QJsonObject evil = records[29].toObject();
    evil.insert(u"model"_s, u"=cmd(\"x\"), \"quoted\""_s);
    records[29] = evil;
    model.take(records);
    model.take(recordsOf(31, 60));
    const QString csv = folder.filePath(u"requests.csv"_s);
    QVERIFY(model.exportCsv(QUrl::fromLocalFile(csv)));
    const QList<QByteArray> lines = contentOf(csv).split('\n');
    QCOMPARE(lines.size(), 62); // a head, 60, and nothing after the last end of line
    QVERIFY(lines[0].startsWith("requestId,timestamp,model"));
    QVERIFY(lines[60].contains("\"'=cmd(\"\"x\"\"), \"\"quoted\"\"\""));
    model.setSortRole(u"totalMs"_s);
    const QString json = folder.filePath(u"requests.json"_s);
    QVERIFY(model.exportJson(QUrl::fromLocalFile(json)));
    const QJsonArray saved =
        QJsonDocument::fromJson(contentOf(json)).object()[u"requests"_s].toArray();
    QCOMPARE(saved.size(), 60);
    QCOMPARE(saved[0].toObject()[u"request_id"_s].toString(), idAt(model, 0));
    QCOMPARE(saved[59].toObject()[u"stages"_s].toObject().size(), 2);
}

void TstRequestsModel::aFileThatCannotBeWritten()
{
    RequestsModel model(m_link);
    QSignalSpy failed(&model, &RequestsModel::exportFailed);
    QVERIFY(!model.exportCsv(QUrl(u"https://example.com/requests.csv"_s)));
    QVERIFY(!model.exportJson(QUrl::fromLocalFile(u"/nonexistent/folder/x.json"_s)));
    QCOMPARE(failed.count(), 2);
    QVERIFY(failed.at(1).at(0).toString().contains(u"/nonexistent/folder/x.json"_s));
}

/// Tells what a second of 500 requests costs; no promise is tested here.
void TstRequestsModel::load()
{
    RequestsModel model(m_link);
    constexpr int Seconds = 40;
    std::vector<QByteArray> answers;
    for (int i = 0; i < Seconds; ++i) {
        answers.push_back(QJsonDocument(recordsOf(i * 500 + 1, (i + 1) * 500)).toJson());
    }
    const std::clock_t start = std::clock();
    for (const QByteArray &answer : answers) {
        model.take(QJsonDocument::fromJson(answer).array());
    }
    const double ms = double(std::clock() - start) * 1000 / CLOCKS_PER_SEC / Seconds;
    qInfo("500 requests: %.2f ms of CPU (%.1f %% of a core at one batch a second)", ms, ms / 10);
    QCOMPARE(model.count(), RequestsModel::Capacity);
}

QTEST_GUILESS_MAIN(TstRequestsModel)
#include "tst_requestsmodel.moc"
