// SPDX-License-Identifier: MIT
// The board gives back what was set, and nothing for what was not told.
#include "core/upstream/capacitysignals.h"

#include <QtTest>

using namespace meridian::upstream;

class TestCapacitySignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void startsEmpty()
    {
        const CapacityBoard board;
        QVERIFY(board.read() == CapacitySignals());
        QCOMPARE(board.queueDepth(), 0.0);
        QCOMPARE(board.memUtil(), 0.0);
    }

    void keepsWhatWasTold()
    {
        CapacityBoard board;
        const CapacitySignals all{4, 7, 120.5, 0.25};
        board.set(all);
        QVERIFY(board.read() == all);
        QCOMPARE(board.queueDepth(), 4.0);
        QCOMPARE(board.memUtil(), 0.25);

        const CapacitySignals zeroIsTold{0, std::nullopt, 0.0, std::nullopt};
        board.set(zeroIsTold);
        QVERIFY(board.read() == zeroIsTold);

        board.set({});
        QVERIFY(board.read() == CapacitySignals());
        QCOMPARE(board.queueDepth(), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestCapacitySignals)
#include "tst_capacitysignals.moc"
