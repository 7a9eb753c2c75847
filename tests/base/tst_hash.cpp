// SPDX-License-Identifier: MIT
// The hash is stable, reads every byte and nothing else, and spreads.
#include "core/base/hash.h"

#include <QtTest>

#include <bit>
#include <memory>
#include <set>
#include <string>

using namespace meridian;
using namespace std::string_view_literals;

namespace {

/// Bytes that end where their memory ends, at an odd address.
std::uint64_t hashInExactMemory(std::string_view bytes)
{
    const std::unique_ptr<char[]> memory(new char[bytes.size() + 1]);
    std::copy(bytes.begin(), bytes.end(), memory.get() + 1);
    return hashBytes({memory.get() + 1, bytes.size()});
}

} // namespace

class TestHash : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void isStable()
    {
        // these values place conversations: another build must not move them
        QCOMPARE(hashBytes(""), 0xbfad0d1c7a0f46cULL);
        QCOMPARE(hashBytes("meridian"), 0x7482bf8686fe1d28ULL);
        QCOMPARE(hashBytes("a conversation of more than sixteen bytes", 7), 0xc49b95888da2ccc7ULL);
        QCOMPARE(hashNumbers(1, 2), 0x32a677ff08848682ULL);
    }

    void readsAllBytesAndOnlyThem()
    {
        std::set<std::uint64_t> seen;
        for (std::size_t size = 0; size < 100; ++size) {
            const std::string zeros(size, '\0'); // the padding must not be taken for them
            QVERIFY(seen.insert(hashInExactMemory(zeros)).second);
            QCOMPARE(hashInExactMemory(zeros), hashBytes(zeros));
            for (std::size_t i = 0; i < size; ++i) {
                std::string changed = zeros;
                changed[i] = 'x';
                QVERIFY(seen.insert(hashInExactMemory(changed)).second);
            }
        }
    }

    void differsBySeedAndOrder()
    {
        QVERIFY(hashBytes("a") != hashBytes("a", 1));
        QVERIFY(hashNumbers(1, 2) != hashNumbers(2, 1));
        QVERIFY(hashNumbers(0, 0) != hashNumbers(0, 1));
        QVERIFY(hashNumbers(0, 0) != hashNumbers(1, 0));
    }

    /// Each bit of the input moves about half of the output's, wherever it stands.
    void avalanches()
    {
        for (const std::size_t size : {1UL, 7UL, 8UL, 15UL, 16UL, 17UL, 32UL, 61UL}) {
            std::string text(size, 'k');
            const std::uint64_t before = hashBytes(text);
            int moved = 0;
            for (std::size_t bit = 0; bit < size * 8; ++bit) {
                text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
                const int flips = std::popcount(before ^ hashBytes(text));
                QVERIFY2(flips > 8 && flips < 56, qPrintable(QString::number(flips)));
                moved += flips;
                text[bit / 8] = 'k';
            }
            const double mean = double(moved) / double(size * 8);
            QVERIFY2(mean > 28 && mean < 36, qPrintable(QString::number(mean)));
        }
    }

    /// A block that equals a constant of the function does not hide what stands before it.
    void noBlockWipesOutTheState()
    {
        std::string block(16, '\0');
        for (std::size_t i = 0; i < 8; ++i) {
            block[i] = static_cast<char>(hashing::RootOf2 >> (8 * i));
        }
        QVERIFY(hashBytes(std::string(16, 'a') + block) != hashBytes(std::string(16, 'b') + block));
    }

    void spreadsNumberedNames()
    {
        std::array<int, 16> shards{};
        for (int i = 0; i < 16000; ++i) {
            ++shards[hashBytes("session-" + std::to_string(i)) % shards.size()];
        }
        for (const int count : shards) {
            QVERIFY2(count > 850 && count < 1150, qPrintable(QString::number(count)));
        }
    }
};

QTEST_GUILESS_MAIN(TestHash)
#include "tst_hash.moc"
