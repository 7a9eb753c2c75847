// SPDX-License-Identifier: MIT
// Quantiles of recent durations: how exact, how soon, and that they follow.
#include "core/upstream/latencyquantile.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

double msOf(const LatencyQuantile &quantile, double q)
{
    const auto value = quantile.quantile(q);
    return value ? std::chrono::duration<double, std::milli>(*value).count() : -1;
}

} // namespace

class TestLatencyQuantile : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void saysNothingBelowTwentySamples()
    {
        LatencyQuantile quantile;
        for (std::uint32_t i = 0; i < LatencyQuantile::MinSamples; ++i) {
            QVERIFY(!quantile.quantile(0.5));
            quantile.note(100ms);
        }
        QVERIFY(quantile.quantile(0.5));
    }

    void isNeverBelowNorFarAboveTheTruth()
    {
        std::mt19937 random(5);
        std::lognormal_distribution<double> latency(std::log(200.0), 1.0);
        LatencyQuantile quantile;
        std::vector<double> all;
        for (int i = 0; i < 500; ++i) { // below HalveEvery: all samples count
            all.push_back(std::max(latency(random), 1.0));
            quantile.note(std::chrono::nanoseconds(std::llround(all.back() * 1e6)));
        }
        std::sort(all.begin(), all.end());
        for (const double q : {0.01, 0.5, 0.9, 0.95, 0.99, 1.0}) {
            const double truth = all[std::size_t(std::ceil(q * 500)) - 1];
            QVERIFY(msOf(quantile, q) >= truth * 0.9999);
            QVERIFY(msOf(quantile, q) <= truth * 1.1401);
        }
    }

    void lowestQuantileIsASample()
    {
        LatencyQuantile quantile;
        for (int i = 0; i < 20; ++i) {
            quantile.note(100ms);
        }
        QVERIFY(msOf(quantile, 0) >= 100);
    }

    void extremesStayInRange()
    {
        LatencyQuantile quantile;
        for (int i = 0; i < 20; ++i) {
            quantile.note(i % 2 == 0 ? std::chrono::nanoseconds(-1) : 24h);
        }
        QVERIFY(msOf(quantile, 0.1) > 0 && msOf(quantile, 0.1) < 2);
        QVERIFY(msOf(quantile, 1) > 600e3 && msOf(quantile, 1) < 1200e3);
    }

    void followsABackendThatBecomesSlower()
    {
        LatencyQuantile quantile;
        for (int i = 0; i < 100'000; ++i) {
            quantile.note(50ms);
        }
        QVERIFY(msOf(quantile, 0.5) < 60);
        for (std::uint32_t i = 0; i < 2 * LatencyQuantile::HalveEvery; ++i) {
            quantile.note(500ms);
        }
        QVERIFY(msOf(quantile, 0.5) >= 500);
    }
};

QTEST_GUILESS_MAIN(TestLatencyQuantile)
#include "tst_latencyquantile.moc"
