// SPDX-License-Identifier: MIT
// The logging category of core/observe.
#include "core/observe/log.h"

namespace meridian::observe {

Q_LOGGING_CATEGORY(lcObserve, "meridian.observe", QtInfoMsg)

} // namespace meridian::observe
