// SPDX-License-Identifier: MIT
// The logging category of service/simulate.
#pragma once

#include <QLoggingCategory>

namespace meridian::simulate {

Q_DECLARE_LOGGING_CATEGORY(lcSimulate)

} // namespace meridian::simulate
