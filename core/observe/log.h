// SPDX-License-Identifier: MIT
// The logging category of core/observe.
#pragma once

#include <QLoggingCategory>

namespace meridian::observe {

Q_DECLARE_LOGGING_CATEGORY(lcObserve)

} // namespace meridian::observe
