// SPDX-License-Identifier: MIT
// A backend's state as JSON: the same object in the status, in the list and after an action.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/json/jsonwriter.h"

namespace meridian::service {

void writeBackend(json::JsonWriter &out, const admin::BackendStatus &backend);

} // namespace meridian::service
