// SPDX-License-Identifier: MIT
// Pieces appended at once: the same bytes as one after the other, whatever the string holds.
#include "core/base/append.h"

#include <QtTest>

#include <cstdint>
#include <limits>

using namespace meridian;

class TestAppend : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void pieces()
    {
        std::string out = "kept ";
        const std::string own(1000, 'x');
        appendAll(out, "a", std::string_view("b\0c", 3), std::string_view(), own, "", "e");
        QCOMPARE(out, "kept a" + std::string("b\0c", 3) + own + "e");
        appendAll(out, std::string_view());
        QCOMPARE(out.size(), std::size_t(5 + 1 + 3 + 1000 + 1));
    }

    void staysInItsRoom() // a buffer with secrets is not moved while it has room
    {
        std::string out;
        out.reserve(64);
        const char *const at = out.data();
        for (int i = 0; i < 16; ++i) {
            appendAll(out, "ab", Digits(12));
        }
        QCOMPARE(out.size(), std::size_t(64));
        QVERIFY(out.data() == at);
    }

    void digits()
    {
        constexpr auto Largest = std::numeric_limits<std::uint64_t>::max();
        std::string out;
        appendAll(out, Digits(0), ",", Digits(Largest), ",", Digits(255, 16));
        QCOMPARE(out, std::string("0,18446744073709551615,ff"));
        QCOMPARE(std::string_view(Digits(Largest, 2)).size(), std::size_t(64));
    }
};

QTEST_GUILESS_MAIN(TestAppend)
#include "tst_append.moc"
