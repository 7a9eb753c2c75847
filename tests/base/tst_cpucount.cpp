// SPDX-License-Identifier: MIT
// The CPU quota of a container, read from a made-up /proc and /sys.
#include "core/base/cpucount.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sched.h>

using namespace meridian;

namespace {

class FakeRoot
{
public:
    void put(const std::string &path, const std::string &text) const
    {
        const std::filesystem::path file = this->path() + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

    [[nodiscard]] std::string path() const { return m_folder.path().toStdString() + "/"; }

private:
    QTemporaryDir m_folder;
};

int affinity()
{
    cpu_set_t mask;
    CPU_ZERO(&mask);
    return ::sched_getaffinity(0, sizeof(mask), &mask) == 0 ? CPU_COUNT(&mask) : 1;
}

} // namespace

/// With a single processor every answer is 1, so that all but the shape goes untested there.
class TestCpuCount : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void withoutAnythingTheAffinityCounts()
    {
        const FakeRoot root;
        QCOMPARE(usableCpuCount(root.path()), affinity());
    }

    void version2_data()
    {
        QTest::addColumn<QByteArray>("inner");
        QTest::addColumn<QByteArray>("outer");
        QTest::addColumn<QByteArray>("top");
        QTest::addColumn<int>("expected");
        const int all = affinity();
        const QByteArray max("max 100000\n");
        QTest::newRow("unlimited") << max << max << max << all;
        QTest::newRow("own") << QByteArray("100000 100000\n") << max << max << 1;
        QTest::newRow("parent's") << max << QByteArray("50000 50000\n") << max << 1;
        QTest::newRow("root's") << max << max << QByteArray("10000 100000\n") << 1;
        QTest::newRow("least wins")
            << QByteArray("900000 100000\n") << QByteArray("100000 100000\n") << max << 1;
        QTest::newRow("rounded up")
            << QByteArray("100001 100000\n") << max << max << std::min(all, 2);
        QTest::newRow("more than there are")
            << QByteArray("99900000 100000\n") << max << max << all;
        QTest::newRow("missing") << QByteArray() << QByteArray() << QByteArray() << all;
        QTest::newRow("nonsense") << QByteArray("often 100000\n") << QByteArray("5\n")
                                  << QByteArray("100000 0\n") << all;
    }

    void version2()
    {
        QFETCH(QByteArray, inner);
        QFETCH(QByteArray, outer);
        QFETCH(QByteArray, top);
        QFETCH(int, expected);
        const FakeRoot root;
        root.put("proc/self/cgroup", "0::/outer.slice/inner.service\n");
        root.put("sys/fs/cgroup/outer.slice/inner.service/cpu.max", inner.toStdString());
        root.put("sys/fs/cgroup/outer.slice/cpu.max", outer.toStdString());
        root.put("sys/fs/cgroup/cpu.max", top.toStdString());
        root.put("sys/fs/cgroup/other.slice/cpu.max", "1000 100000\n"); // not on our way
        QCOMPARE(usableCpuCount(root.path()), expected);
    }

    void version2InItsOwnNamespace()
    {
        const FakeRoot root;
        root.put("proc/self/cgroup", "0::/\n");
        root.put("sys/fs/cgroup/cpu.max", "100000 100000\n");
        QCOMPARE(usableCpuCount(root.path()), 1);
    }

    void version1_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("quota");
        QTest::addColumn<int>("expected");
        QTest::newRow("cpu first")
            << QByteArray("4:cpu,cpuacct:/box\n") << QByteArray("100000") << 1;
        QTest::newRow("cpu last") << QByteArray("4:cpuacct,cpu:/box\n") << QByteArray("100000")
                                  << 1;
        QTest::newRow("cpu alone") << QByteArray("4:cpu:/box\n") << QByteArray("20000") << 1;
        QTest::newRow("unlimited") << QByteArray("4:cpu:/box\n") << QByteArray("-1") << affinity();
        QTest::newRow("other controller")
            << QByteArray("4:cpuset:/box\n") << QByteArray("100000") << affinity();
    }

    void version1()
    {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, quota);
        QFETCH(int, expected);
        const FakeRoot root;
        root.put("proc/self/cgroup", "9:memory:/box\n" + line.toStdString());
        root.put("sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", quota.toStdString());
        root.put("sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000");
        QCOMPARE(usableCpuCount(root.path()), expected);
    }
};

QTEST_GUILESS_MAIN(TestCpuCount)
#include "tst_cpucount.moc"
