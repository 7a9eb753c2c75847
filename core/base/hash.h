// SPDX-License-Identifier: MIT
// A fast, stable 64-bit hash of bytes, for placing things; no defence against a chosen collision.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace meridian {

/// Eight bytes as a number, the first byte lowest on every machine; needs no alignment.
[[nodiscard]] inline std::uint64_t loadLittle64(const char *bytes) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    if constexpr (std::endian::native == std::endian::big) {
        word = __builtin_bswap64(word);
    }
    return word;
}

/// Two numbers into one: both halves of their 128-bit product, so that every bit of one moves with
/// every bit of the other. 0 when either is 0: offset what may be 0.
[[nodiscard]] inline std::uint64_t foldedProduct(std::uint64_t a, std::uint64_t b) noexcept
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

namespace hashing {

/// The fractional bits of the square roots of 2, 3 and 5: odd, and nobody chose them.
inline constexpr std::uint64_t RootOf2 = 0x6A09E667F3BCC909;
inline constexpr std::uint64_t RootOf3 = 0xBB67AE8584CAA73B;
inline constexpr std::uint64_t RootOf5 = 0x3C6EF372FE94F82B;

} // namespace hashing

/// Of two numbers, for example of a hash and an index. Order counts.
[[nodiscard]] inline std::uint64_t hashNumbers(std::uint64_t a, std::uint64_t b) noexcept
{
    const std::uint64_t first = foldedProduct(a ^ hashing::RootOf2, hashing::RootOf5);
    return foldedProduct(first ^ hashing::RootOf3, b ^ hashing::RootOf5) + first;
}

/// Of bytes. The construction is that of the multiply-and-fold family (wyhash): per 16 bytes one
/// 64x64 → 128 bit product of the block and the state, its halves folded together. Unlike there,
/// the state is also carried past the product, so no block can wipe out what stood before it. The
/// same on every machine and in every version that keeps this file; several GB/s.
[[nodiscard]] inline std::uint64_t hashBytes(std::string_view bytes,
                                             std::uint64_t seed = 0) noexcept
{
    constexpr std::size_t Block = 16;
    std::uint64_t state = seed ^ hashing::RootOf3;
    const auto take = [&state](const char *block) {
        state =
            foldedProduct(loadLittle64(block) ^ hashing::RootOf2, loadLittle64(block + 8) ^ state) +
            std::rotl(state, 29);
    };
    const char *at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= Block; left -= Block, at += Block) {
        take(at);
    }
    if (left > 0) {
        char last[Block] = {}; // the padding is told from zero bytes by the size below
        std::memcpy(last, at, left);
        take(last);
    }
    return hashNumbers(state, bytes.size());
}

} // namespace meridian
