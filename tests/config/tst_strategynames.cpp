// SPDX-License-Identifier: MIT
// The configuration takes exactly the strategies that the data plane has.
#include "core/config/strategynames.h"
#include "core/upstream/strategy.h"

#include <QStringList>
#include <QTest>

using namespace meridian;

class TestStrategyNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalTheRegistry();
};

void TestStrategyNames::equalTheRegistry()
{
    QStringList configured;
    for (std::string_view name : config::StrategyNames) {
        configured << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    QStringList registered;
    for (const upstream::StrategyEntry &entry : upstream::builtinStrategies()) {
        registered << QString::fromUtf8(entry.name.data(),
                                        static_cast<qsizetype>(entry.name.size()));
    }
    configured.sort();
    registered.sort();
    QCOMPARE(configured, registered);
}

QTEST_GUILESS_MAIN(TestStrategyNames)
#include "tst_strategynames.moc"
