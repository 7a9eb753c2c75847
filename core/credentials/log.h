// SPDX-License-Identifier: MIT
// The logging category of core/credentials.
#pragma once

#include <QLoggingCategory>

namespace meridian::credentials {

Q_DECLARE_LOGGING_CATEGORY(lcCredentials)

} // namespace meridian::credentials
