// SPDX-License-Identifier: MIT
// The request log: the exact bytes of a line, and what survives rotation, full disks and full
// queues.
#include "core/observe/logfile.h"
#include "core/observe/writer.h"
#include "tests/observe/records.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace meridian;
using namespace std::chrono_literals;
using observe::RecordWriter;
using test::record;

namespace {

constexpr auto Bound = 5s;

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

bool put(RecordWriter::Producer &producer, const model::RequestRecord &record)
{
    model::RequestRecord *slot = producer.claim();
    if (slot == nullptr) {
        return false;
    }
    *slot = record;
    producer.publish();
    return true;
}

} // namespace

class TestRecordWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesWhatWasPublished();
    void appendsAndMakesFolders();
    void unusablePathIsAnError();
    void rotation();
    void failedReopenKeepsTheOldFile();
    void fullQueueRefuses();
    void fullDiskIsCountedOnceReported();
    void halfLineIsClosedOff();
    void ringKeepsTheNewest();
    void worksWithoutAFile();
    void producersInThreads();
    void stopWritesTheRest();

private:
    QTemporaryDir m_dir;
};

void TestRecordWriter::writesWhatWasPublished()
{
    const QString path = m_dir.filePath(QStringLiteral("plain.jsonl"));
    RecordWriter writer(path.toStdString());
    RecordWriter::Producer *producer = writer.addProducer();
    QVERIFY(writer.start());
    for (int i = 0; i < 1000; ++i) {
        QVERIFY(put(*producer, record("b" + std::to_string(i))));
    }
    QVERIFY(writer.flush(Bound));
    const QList<QByteArray> lines = content(path).split('\n');
    QCOMPARE(lines.size(), 1001);
    QVERIFY(lines.back().isEmpty());
    for (int i = 0; i < 1000; ++i) {
        const QJsonObject object = QJsonDocument::fromJson(lines.at(i)).object();
        QCOMPARE(object.value(QLatin1String("chosen_backend")).toString(),
                 QStringLiteral("b%1").arg(i));
    }
    QCOMPARE(writer.stats().linesWritten, 1000U);
    QCOMPARE(writer.stats().linesLost, 0U);
}

void TestRecordWriter::appendsAndMakesFolders()
{
    const QString path = m_dir.filePath(QStringLiteral("new/folder/log.jsonl"));
    for (int i = 0; i < 2; ++i) {
        RecordWriter writer(path.toStdString());
        RecordWriter::Producer *producer = writer.addProducer();
        QVERIFY(writer.start());
        QVERIFY(put(*producer, record()));
        QVERIFY(writer.flush(Bound));
    }
    QCOMPARE(content(path).count('\n'), 2);
}

void TestRecordWriter::unusablePathIsAnError()
{
    RecordWriter writer("/proc/no/such/folder/log.jsonl");
    const auto started = writer.start();
    QVERIFY(!started);
    QVERIFY(started.error().detail.find("/proc/no/such/folder/log.jsonl") != std::string::npos);
    QVERIFY(!writer.flush(10ms)); // not running: says so at once
}

void TestRecordWriter::rotation()
{
    const QString path = m_dir.filePath(QStringLiteral("rotated.jsonl"));
    RecordWriter writer(path.toStdString());
    RecordWriter::Producer *producer = writer.addProducer();
    QVERIFY(writer.start());
    QVERIFY(put(*producer, record("before")));
    QVERIFY(writer.flush(Bound));
    QVERIFY(QFile::rename(path, path + QLatin1String(".1")));
    writer.reopen();
    QVERIFY(put(*producer, record("after")));
    QVERIFY(writer.flush(Bound));
    QVERIFY(content(path + QLatin1String(".1")).contains("before"));
    QVERIFY(!content(path + QLatin1String(".1")).contains("after"));
    QVERIFY(content(path).contains("after"));
}

void TestRecordWriter::failedReopenKeepsTheOldFile()
{
    const QString folder = m_dir.filePath(QStringLiteral("going"));
    const QString path = folder + QLatin1String("/log.jsonl");
    RecordWriter writer(path.toStdString());
    RecordWriter::Producer *producer = writer.addProducer();
    QVERIFY(writer.start());
    QVERIFY(QFile::rename(folder, folder + QLatin1String(".moved")));
    QFile blocker(folder); // a file where the folder should be
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("request log .*errors=1 ")));
    writer.reopen();
    QVERIFY(put(*producer, record("still")));
    QVERIFY(writer.flush(Bound));
    QVERIFY(content(folder + QLatin1String(".moved/log.jsonl")).contains("still"));
    QCOMPARE(writer.stats().writeErrors, 1U);
}

void TestRecordWriter::fullQueueRefuses()
{
    RecordWriter writer({}, 8);
    RecordWriter::Producer *producer = writer.addProducer();
    for (int i = 0; i < 8; ++i) {
        QVERIFY(put(*producer, record()));
    }
    QVERIFY(!put(*producer, record())); // nobody reads yet
    QVERIFY(writer.start());
    QVERIFY(writer.flush(Bound));
    QVERIFY(put(*producer, record()));
    QVERIFY(writer.flush(Bound));
    QCOMPARE(writer.recent().total(), 9U);
}

void TestRecordWriter::fullDiskIsCountedOnceReported()
{
    RecordWriter writer("/dev/full");
    RecordWriter::Producer *producer = writer.addProducer();
    QTest::ignoreMessage(
        QtWarningMsg,
        QRegularExpression(QStringLiteral(
            "request log path=/dev/full errors=1 lines_lost=1 reason=\"No space left.*")));
    QVERIFY(writer.start());
    // more messages than the one above would fail the test
    QTest::failOnWarning(QRegularExpression(QStringLiteral("request log")));
    for (int i = 0; i < 3; ++i) {
        QVERIFY(put(*producer, record()));
        QVERIFY(writer.flush(Bound));
    }
    QCOMPARE(writer.stats().linesWritten, 0U);
    QCOMPARE(writer.stats().linesLost, 3U);
    QCOMPARE(writer.stats().writeErrors, 3U);
    QCOMPARE(writer.recent().total(), 3U);
}

/// RLIMIT_FSIZE makes the kernel take half a line, then nothing, then all again.
void TestRecordWriter::halfLineIsClosedOff()
{
    const QString path = m_dir.filePath(QStringLiteral("half.log"));
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    struct sigaction oldAction = {};
    QCOMPARE(::sigaction(SIGXFSZ, &ignore, &oldAction), 0);
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    observe::LogFile file;
    QVERIFY(file.open(path.toStdString()));

    const rlimit small{12, old.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto failed = file.append("first\nsecond-one\nthird\n");
    const auto stillFull = file.append("fourth\n");
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &old), 0);
    const auto good = file.append("fifth\n");
    ::sigaction(SIGXFSZ, &oldAction, nullptr);

    QCOMPARE(failed.error, EFBIG);
    QCOMPARE(failed.linesWritten, 1U);
    QCOMPARE(failed.linesLost, 2U);
    QCOMPARE(stillFull.linesLost, 1U);
    QCOMPARE(good.error, 0);
    QCOMPARE(good.linesWritten, 1U);
    QCOMPARE(content(path), QByteArray("first\nsecond\nfifth\n"));
}

void TestRecordWriter::ringKeepsTheNewest()
{
    observe::RecentRequests ring;
    for (std::size_t i = 0; i < observe::RecentRequests::Capacity + 7; ++i) {
        ring.push(record("b" + std::to_string(i)));
    }
    QCOMPARE(ring.latest(0).size(), 0U);
    const auto three = ring.latest(3);
    QCOMPARE(three.size(), 3U);
    QCOMPARE(three[0].backend.view(), "b2006");
    QCOMPARE(three[2].backend.view(), "b2004");
    const auto all = ring.latest(100'000);
    QCOMPARE(all.size(), observe::RecentRequests::Capacity);
    QCOMPARE(all.back().backend.view(), "b7");
    QCOMPARE(ring.total(), 2007U);
}

void TestRecordWriter::worksWithoutAFile()
{
    RecordWriter writer({});
    RecordWriter::Producer *producer = writer.addProducer();
    QVERIFY(writer.start());
    QVERIFY(put(*producer, record("only-ring")));
    QVERIFY(writer.collect(Bound));
    QCOMPARE(writer.recent().latest(1).at(0).backend.view(), "only-ring");
    writer.reopen();
    QVERIFY(writer.flush(Bound));
    QCOMPARE(writer.stats().linesWritten, 0U);
    QCOMPARE(writer.stats().writeErrors, 0U);
}

void TestRecordWriter::producersInThreads()
{
    const QString path = m_dir.filePath(QStringLiteral("threads.jsonl"));
    RecordWriter writer(path.toStdString(), 64); // small: producers do meet a full queue
    constexpr int Threads = 3;
    constexpr int Each = 5000;
    std::array<RecordWriter::Producer *, Threads> producers{};
    for (auto &producer : producers) {
        producer = writer.addProducer();
    }
    QVERIFY(writer.start());
    std::atomic<std::uint64_t> dropped{0};
    std::vector<std::thread> threads;
    for (auto *producer : producers) {
        threads.emplace_back([producer, &dropped] {
            for (int i = 0; i < Each; ++i) {
                if (!put(*producer, record())) {
                    dropped.fetch_add(1);
                }
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    QVERIFY(writer.flush(Bound));
    const auto written = static_cast<std::uint64_t>(content(path).count('\n'));
    QCOMPARE(written + dropped.load(), std::uint64_t{Threads * Each});
    QCOMPARE(writer.stats().linesWritten, written);
}

void TestRecordWriter::stopWritesTheRest()
{
    const QString path = m_dir.filePath(QStringLiteral("stop.jsonl"));
    RecordWriter writer(path.toStdString());
    RecordWriter::Producer *producer = writer.addProducer();
    QVERIFY(writer.start());
    QVERIFY(put(*producer, record()));
    writer.stop(Bound);
    QCOMPARE(content(path).count('\n'), 1);
    writer.stop(Bound); // again: nothing to do
}

QTEST_GUILESS_MAIN(TestRecordWriter)
#include "tst_recordwriter.moc"
