// SPDX-License-Identifier: MIT
// Hears when a dispatcher begins to wait and when it goes on.
#pragma once

namespace meridian::event {

/// For a call's price, where a signal of Qt's costs several hundred instructions: every token of a
/// stream may be a turn. Thread: the dispatcher's.
class TurnListener
{
public:
    virtual void onAwake() = 0;
    virtual void onAboutToBlock() = 0;

protected:
    ~TurnListener() = default;
};

} // namespace meridian::event
