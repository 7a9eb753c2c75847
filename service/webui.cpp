// SPDX-License-Identifier: MIT
// The embedded web page: its files in memory, with the headers that keep a browser strict.
#include "service/webui.h"

#include <QCryptographicHash>
#include <QResource>

#include <algorithm>

namespace meridian::service {

namespace {

constexpr std::string_view Slash = "/ui/";

// No inline script or style, no other origin, no framing: whatever a caller puts into a model name,
// the page can only show it.
constexpr std::string_view ContentSecurityPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src "
    "'none'";

struct Listed
{
    std::string_view path;
    const char *resource;
    std::string_view contentType;
};

constexpr Listed Assets[] = {
    {"/ui", ":/webui/index.html", "text/html; charset=utf-8"},
    {"/ui/app.js", ":/webui/app.js", "text/javascript; charset=utf-8"},
    {"/ui/format.js", ":/webui/format.js", "text/javascript; charset=utf-8"},
    {"/ui/style.css", ":/webui/style.css", "text/css; charset=utf-8"},
    {"/ui/icon.svg", ":/webui/icon.svg", "image/svg+xml"},
};

} // namespace

WebUi::WebUi()
{
    for (const Listed &listed : Assets) {
        const QByteArray body = QResource(QLatin1String(listed.resource)).uncompressedData();
        Q_ASSERT(!body.isEmpty()); // a name here that is not in CMakeLists.txt
        const QByteArray hash =
            QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex().left(16);
        m_assets.push_back(
            {listed.path, listed.contentType, body.toStdString(), '"' + hash.toStdString() + '"'});
    }
}

bool WebUi::contains(std::string_view path) const
{
    return path == Slash || find(path) != nullptr;
}

AdminResponse WebUi::get(const AdminRequest &request) const
{
    const Asset *asset = find(request.path);
    if (asset == nullptr) {
        // "/ui/": the page's links are relative to "/ui", and a proxy may have put a prefix before
        return {307, "text/plain; charset=utf-8", {}, {{"Location", "../ui"}}};
    }
    AdminResponse response;
    response.contentType = asset->contentType;
    response.headers = {
        {"Cache-Control", "no-cache"},
        {"ETag", asset->etag},
        {"Content-Security-Policy", std::string(ContentSecurityPolicy)},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
    };
    if (request.ifNoneMatch.find(asset->etag) != std::string_view::npos) {
        response.status = 304;
    } else {
        response.body = asset->body;
    }
    return response;
}

const WebUi::Asset *WebUi::find(std::string_view path) const
{
    const auto found = std::find_if(m_assets.begin(), m_assets.end(),
                                    [&](const Asset &asset) { return asset.path == path; });
    return found == m_assets.end() ? nullptr : &*found;
}

} // namespace meridian::service
