// SPDX-License-Identifier: MIT
// The embedded web page: its files in memory, with the headers that keep a browser strict.
#include "service/webui.h"

#include "service/contentcoding.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QResource>

#include <algorithm>
#include <array>

namespace meridian::service {

namespace {

constexpr std::string_view Page = "/ui";
constexpr std::string_view Slash = "/ui/";
constexpr std::string_view Folder = ":/webui/";
constexpr std::string_view Frame = "index.html"; // what /ui answers

// Nothing but what this gateway serves as a file: no inline script or style, no other origin, no
// framing, no form that leaves. Whatever a caller puts into a model name, the page can only show
// it.
constexpr std::string_view ContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Kind
{
    std::string_view suffix;
    std::string_view contentType;
};

constexpr std::array Kinds{
    Kind{".html", "text/html; charset=utf-8"},
    Kind{".js", "text/javascript; charset=utf-8"},
    Kind{".css", "text/css; charset=utf-8"},
    Kind{".svg", "image/svg+xml"},
};

std::string_view contentTypeOf(std::string_view file)
{
    const auto *kind = std::find_if(Kinds.begin(), Kinds.end(), [&](const Kind &candidate) {
        return file.ends_with(candidate.suffix);
    });
    Q_ASSERT(kind != Kinds.end()); // a new kind of file in resources/webui
    return kind == Kinds.end() ? "application/octet-stream" : kind->contentType;
}

} // namespace

WebUi::WebUi()
{
    const QString root = QString::fromLatin1(Folder.data(), static_cast<qsizetype>(Folder.size()));
    for (QDirIterator files(root, QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
        const QString file = files.next();
        const std::string name = file.toStdString().substr(Folder.size());
        const QByteArray body = QResource(file).uncompressedData();
        const std::string hash = QCryptographicHash::hash(body, QCryptographicHash::Sha256)
                                     .toHex()
                                     .left(16)
                                     .toStdString();
        Asset asset{name == Frame ? std::string(Page) : std::string(Slash) + name,
                    contentTypeOf(name),
                    {body.toStdString(), '"' + hash + '"'},
                    {gzip({body.constData(), static_cast<std::size_t>(body.size())}),
                     '"' + hash + "-gzip\""}};
        if (asset.zipped.body.size() >= asset.plain.body.size()) {
            asset.zipped.body.clear(); // not worth it
        }
        m_assets.push_back(std::move(asset));
    }
    Q_ASSERT(find(Page) != nullptr); // the resource was not linked in
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
    const bool isZipped = !asset->zipped.body.empty() && acceptsGzip(request.acceptEncoding);
    const Variant &variant = isZipped ? asset->zipped : asset->plain;
    AdminResponse response;
    response.contentType = asset->contentType;
    response.headers = {
        {"Cache-Control", "no-cache"},
        {"ETag", variant.etag},
        {"Vary", "Accept-Encoding"},
        {"Content-Security-Policy", std::string(ContentSecurityPolicy)},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
    };
    if (request.ifNoneMatch.find(variant.etag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    response.body = variant.body;
    if (isZipped) {
        response.headers.emplace_back("Content-Encoding", "gzip");
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
