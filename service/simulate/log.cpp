// SPDX-License-Identifier: MIT
#include "service/simulate/log.h"

namespace meridian::simulate {

Q_LOGGING_CATEGORY(lcSimulate, "meridian.simulate", QtInfoMsg)

} // namespace meridian::simulate
