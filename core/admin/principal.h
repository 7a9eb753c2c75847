// SPDX-License-Identifier: MIT
// On whose behalf the control plane is asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::admin {

/// Who asks AdminService. Every call that tells or changes something gets one: here keys and roles
/// plug in. Today each kind but Anyone may do everything.
struct Principal
{
    enum class Kind : std::uint8_t {
        Process, // the program itself: a signal, the watched file, the desktop's own gateway
        Local,   // a peer of this machine (AccessFilter says what looks local)
        Network, // a peer inside admin.allow
        Token,   // whoever has admin.token
        Anyone,  // whoever reaches the port: models and readiness, nothing else
    };

    Kind kind = Kind::Process;
    std::string name; // for a person, in events and history: "config file", "127.0.0.1"

    /// May look at the control plane, and change what it shows.
    [[nodiscard]] bool mayOperate() const noexcept { return kind != Kind::Anyone; }

    [[nodiscard]] bool mayChange() const noexcept { return mayOperate(); }
};

/// The word of the API: process, local, network, token, anyone.
[[nodiscard]] constexpr std::string_view kindName(Principal::Kind kind) noexcept
{
    switch (kind) {
    case Principal::Kind::Process:
        return "process";
    case Principal::Kind::Local:
        return "local";
    case Principal::Kind::Network:
        return "network";
    case Principal::Kind::Token:
        return "token";
    case Principal::Kind::Anyone:
        return "anyone";
    }
    return {};
}

} // namespace meridian::admin
