// SPDX-License-Identifier: MIT
// GET /meridian/session: who the caller is, and what it needs to know before anything else.
#include "service/sessionapi.h"

#include "core/admin/adminservice.h"
#include "core/json/jsonwriter.h"
#include "core/proxy/controlanswer.h"
#include "service/jsonfields.h"

namespace meridian::service {

std::string
sessionJson(const admin::Principal &who, std::string_view pageToken, const ConfigPlace &config)
{
    json::JsonWriter out;
    out.beginObject().key("principal").beginObject();
    out.string("kind", kindName(who.kind)).string("name", who.name).endObject();
    out.string("page_token", pageToken).string("api", proxy::AdminApiVersion);
    out.string("version", admin::AdminService::version().version);
    out.key("config").beginObject();
    stringOrNull(out, "path", config.path);
    stringOrNull(out, "format", config.format);
    out.boolean("writable", config.isWritable).endObject();
    return out.endObject().take();
}

} // namespace meridian::service
