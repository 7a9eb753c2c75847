// SPDX-License-Identifier: MIT
// The logging category of core/credentials.
#include "core/credentials/log.h"

namespace meridian::credentials {

Q_LOGGING_CATEGORY(lcCredentials, "meridian.credentials", QtInfoMsg)

} // namespace meridian::credentials
