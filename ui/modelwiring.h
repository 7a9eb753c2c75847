// SPDX-License-Identifier: MIT
// What a change in one model means for another.
#pragma once

namespace meridian::ui {

class Desktop;

/// Once, at the end of the desktop's making; ends with it. The draft and the list of models follow
/// the configuration in force, keys know who uses them, the playground
/// what they cost.
void wireModels(Desktop &desktop);

} // namespace meridian::ui
