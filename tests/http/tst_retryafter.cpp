// SPDX-License-Identifier: MIT
// Retry-After in all its forms, and in forms that are none.
#include "core/http/retryafter.h"

#include <QtTest>

#include <string>

using namespace meridian::http;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::system_clock::time_point Now{784111777s};

} // namespace

class TestRetryAfter : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void valid_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("milliseconds");
        QTest::newRow("seconds") << QByteArray("120") << qint64{120'000};
        QTest::newRow("nought") << QByteArray("0") << qint64{0};
        QTest::newRow("leading noughts") << QByteArray("007") << qint64{7'000};
        QTest::newRow("a fraction") << QByteArray("0.25") << qint64{250};
        QTest::newRow("negative") << QByteArray("-5") << qint64{0};
        QTest::newRow("a week") << QByteArray("604800") << qint64{86'400'000};
        QTest::newRow("absurd") << QByteArray("999999999999999999999999") << qint64{86'400'000};
        QTest::newRow("a date to come")
            << QByteArray("Sun, 06 Nov 1994 08:50:37 GMT") << qint64{60'000};
        QTest::newRow("over midnight")
            << QByteArray("Mon, 07 Nov 1994 00:00:00 GMT") << qint64{54'623'000};
        QTest::newRow("a leap second")
            << QByteArray("Sun, 06 Nov 1994 08:49:60 GMT") << qint64{23'000};
        QTest::newRow("this moment") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << qint64{0};
        QTest::newRow("a date that has passed")
            << QByteArray("Sat, 05 Nov 1994 08:49:37 GMT") << qint64{0};
        QTest::newRow("the far future")
            << QByteArray("Fri, 31 Dec 9999 23:59:59 GMT") << qint64{86'400'000};
    }

    void valid()
    {
        QFETCH(QByteArray, value);
        QFETCH(qint64, milliseconds);
        const auto wait = parseRetryAfter(value.toStdString(), Now);
        QVERIFY(wait.has_value());
        QCOMPARE(qint64{std::chrono::duration_cast<std::chrono::milliseconds>(*wait).count()},
                 milliseconds);
    }

    void invalid_data()
    {
        QTest::addColumn<QByteArray>("value");
        for (const char *value : {"",
                                  " ",
                                  "soon",
                                  "5s",
                                  "5 ",
                                  " 5",
                                  "1e3",
                                  "0x10",
                                  "nan",
                                  "inf",
                                  "5, 6",
                                  "--5",
                                  "+5",
                                  "Sun, 06 Nov 1994 08:49:37",
                                  "Sun, 06 Nov 1994 08:49:37 UTC",
                                  "Sun, 06 Nov 1994 25:49:37 GMT",
                                  "Sun, 06 Nov 1994 08:61:37 GMT",
                                  "Sun, 06 Foo 1994 08:49:37 GMT",
                                  "Sun, xx Nov 1994 08:49:37 GMT",
                                  "Sun, -6 Nov 1994 08:49:37 GMT",
                                  "Sun, 32 Nov 1994 08:49:37 GMT",
                                  "Sunday, 06-Nov-94 08:49:37 GMT",
                                  "1994-11-06T08:49:37Z"}) {
            QTest::newRow(value) << QByteArray(value);
        }
    }

    void invalid()
    {
        QFETCH(QByteArray, value);
        QVERIFY(!parseRetryAfter(value.toStdString(), Now).has_value());
    }

    void longNumbersAreBounded()
    {
        const std::string digits(5000, '9');
        const auto wait = parseRetryAfter(digits, Now);
        QVERIFY(!wait || *wait <= LongestRetryAfter);
    }

    void theDefaultClockIsNow()
    {
        QCOMPARE(parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT"), std::chrono::nanoseconds(0));
    }
};

QTEST_GUILESS_MAIN(TestRetryAfter)
#include "tst_retryafter.moc"
