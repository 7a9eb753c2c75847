// SPDX-License-Identifier: MIT
// Between QHttpServer and AdminApi: the only place that knows both.
#pragma once

class QHttpServer;

namespace meridian::service {

class AdminApi;

/// Makes `server` pass every request to `api`, which outlives it. Answers are synchronous.
void attachAdminApi(QHttpServer &server, AdminApi &api);

} // namespace meridian::service
