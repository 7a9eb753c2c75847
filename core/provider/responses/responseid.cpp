// SPDX-License-Identifier: MIT
#include "core/provider/responses/responseid.h"

#include "core/base/hash.h"

#include <algorithm>

namespace meridian::provider::responses {

namespace {

constexpr std::string_view Prefix = "resp_";
constexpr std::size_t Digits = 32;

void appendHex(std::string &out, std::uint64_t number, int digits)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        out.push_back(Hex[(number >> static_cast<unsigned>(shift)) & 15U]);
    }
}

} // namespace

std::string responseId(std::string_view requestId)
{
    std::string id(Prefix);
    appendHex(id, hashBytes(requestId, 1), 16);
    appendHex(id, hashBytes(requestId, 2), 16);
    return id;
}

std::string
itemId(std::string_view prefix, std::string_view responseId, std::size_t part, bool isSignature)
{
    std::string id(prefix);
    id.append(responseId.substr(std::min(Prefix.size(), responseId.size())));
    appendHex(id, part * 2 + (isSignature ? 1 : 0), 8);
    return id;
}

std::string responseOfItem(std::string_view itemId)
{
    const std::size_t underscore = itemId.find('_');
    if (underscore == std::string_view::npos) {
        return {};
    }
    const std::string_view digits = itemId.substr(underscore + 1);
    constexpr std::string_view Hex = "0123456789abcdef";
    if (digits.size() <= Digits || digits.find_first_not_of(Hex) != std::string_view::npos) {
        return {};
    }
    return std::string(Prefix).append(digits.substr(0, Digits));
}

} // namespace meridian::provider::responses
