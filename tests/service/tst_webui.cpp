// SPDX-License-Identifier: MIT
// The page's files: strict headers, no way from a text to markup, readable colours, gzip on
// request.
#include "service/contentcoding.h"
#include "service/webui.h"

#include <zlib.h>

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace meridian::service;

namespace {

constexpr const char *Names[] = {"text", "muted", "ok", "warning", "error", "accent"};
constexpr const char *Behind[] = {"background", "surface", "raised"};
constexpr double Readable = 4.5; // WCAG 2.1, 1.4.3

std::string header(const AdminResponse &response, std::string_view name)
{
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto &header) { return header.first == name; });
    return found == response.headers.end() ? std::string() : found->second;
}

/// Every path of the page, from the sources beside the build.
std::vector<std::string> paths()
{
    const QString root = QStringLiteral(MERIDIAN_SOURCE_DIR "/resources/webui/");
    std::vector<std::string> found;
    for (QDirIterator files(root, QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
        const std::string name = files.next().mid(root.size()).toStdString();
        found.push_back(name == "index.html" ? "/ui" : "/ui/" + name);
    }
    return found;
}

std::string inflated(std::string_view packed)
{
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) {
        return {};
    }
    std::string out(1 << 20, '\0');
    std::string input(packed);
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(isWhole ? stream.total_out : 0);
    inflateEnd(&stream);
    return out;
}

double luminance(const QString &hex)
{
    double sum = 0;
    const double shares[] = {0.2126, 0.7152, 0.0722};
    for (int i = 0; i < 3; ++i) {
        const double c = hex.mid(1 + 2 * i, 2).toInt(nullptr, 16) / 255.0;
        sum += shares[i] * (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double contrast(const QString &one, const QString &other)
{
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

class TestWebUi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileIsServedStrictly();
    void linksLeadToFiles();
    void otherPathsAreUnknown();
    void neverWritesMarkup();
    void colours();
    void gzipOnRequest();
    void acceptEncoding_data();
    void acceptEncoding();

private:
    [[nodiscard]] AdminResponse
    get(std::string_view path, std::string_view etag = {}, std::string_view encoding = {}) const
    {
        AdminRequest request{"GET", path, {}, etag};
        request.acceptEncoding = encoding;
        return m_ui.get(request);
    }

    const WebUi m_ui;
};

void TestWebUi::everyFileIsServedStrictly()
{
    QVERIFY(paths().size() > 20);
    for (const std::string &path : paths()) {
        QVERIFY2(m_ui.contains(path), path.c_str()); // else it is not in service/CMakeLists.txt
        const AdminResponse response = get(path);
        QCOMPARE(response.status, 200);
        QVERIFY(!response.body.empty());
        const std::string policy = header(response, "Content-Security-Policy");
        QVERIFY(policy.starts_with("default-src 'none';"));
        QVERIFY(policy.find("unsafe") == std::string::npos);
        QCOMPARE(header(response, "X-Content-Type-Options"), "nosniff");
        const std::string etag = header(response, "ETag");
        QVERIFY(etag.size() > 10);
        const AdminResponse again = get(path, etag);
        QCOMPARE(again.status, 304);
        QVERIFY(again.body.empty());
        QCOMPARE(get(path, "\"other\"").status, 200);
    }
    QCOMPARE(get("/ui/").status, 307);
    QCOMPARE(header(get("/ui/"), "Location"), "../ui");
}

/// What the frame and the modules name is there; a browser would fetch nothing else.
void TestWebUi::linksLeadToFiles()
{
    static const QRegularExpression link(
        QStringLiteral("(?:href|src)=\"(ui/[^\"#]+)\"|from \"([./][^\"]+)\""));
    int links = 0;
    for (const std::string &path : paths()) {
        const QString text = QString::fromStdString(get(path).body);
        for (auto matches = link.globalMatch(text); matches.hasNext();) {
            const auto match = matches.next();
            const QString folder = QString::fromStdString(path.substr(0, path.rfind('/') + 1));
            const QString target = match.captured(1).isEmpty()
                                       ? QDir::cleanPath(folder + match.captured(2))
                                       : QLatin1Char('/') + match.captured(1);
            QVERIFY2(m_ui.contains(target.toStdString()), qPrintable(target));
            ++links;
        }
    }
    QVERIFY(links > 50);
}

void TestWebUi::otherPathsAreUnknown()
{
    for (const char *path : {"/ui/index.html", "/ui/../app.js", "/ui/pages", "/ui/pages/", "/uix",
                             "/ui/App.js", "/ui//app.js", ""}) {
        QVERIFY2(!m_ui.contains(path), path);
    }
}

/// The stored-XSS class: no way from a string to markup, no inline code, nothing from elsewhere.
void TestWebUi::neverWritesMarkup()
{
    static const QRegularExpression forbidden(
        QStringLiteral("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|"
                       "createContextualFragment|setHTML|srcdoc|\\beval\\(|new Function|"
                       "https?://|\\son\\w+=|style=\"|<script>|<style>|\\burl\\(|@import"));
    for (const std::string &path : paths()) {
        if (path.ends_with(".svg")) {
            continue; // its namespace is an address
        }
        const auto match = forbidden.match(QString::fromStdString(get(path).body));
        QVERIFY2(!match.hasMatch(), qPrintable(QString::fromStdString(path) + match.captured()));
    }
}

void TestWebUi::colours()
{
    static const QRegularExpression token(QStringLiteral("--([a-z]+): (#[0-9A-F]{6});"));
    const QString css = QString::fromStdString(get("/ui/style.css").body);
    QMap<QString, QStringList> colours; // dark, light by choice, light by the system
    for (auto matches = token.globalMatch(css); matches.hasNext();) {
        const auto match = matches.next();
        colours[match.captured(1)] << match.captured(2);
    }
    const auto readable = [&](const QString &name, const QString &behind) {
        QCOMPARE(colours.value(name).size(), 3);
        QCOMPARE(colours.value(name)[1], colours.value(name)[2]);
        for (int theme = 0; theme < 2; ++theme) {
            const double found =
                contrast(colours.value(name).value(theme), colours.value(behind).value(theme));
            QVERIFY2(found >= Readable, qPrintable(QStringLiteral("%1 on %2, theme %3: %4")
                                                       .arg(name, behind, QString::number(theme),
                                                            QString::number(found))));
        }
    };
    for (const char *name : Names) {
        for (const char *behind : Behind) {
            readable(QLatin1String(name), QLatin1String(behind));
        }
    }
    readable(QStringLiteral("onaccent"), QStringLiteral("accent"));
}

void TestWebUi::gzipOnRequest()
{
    std::size_t plainBytes = 0;
    std::size_t zippedBytes = 0;
    for (const std::string &path : paths()) {
        const AdminResponse plain = get(path, {}, "identity");
        const AdminResponse zipped = get(path, {}, "gzip, deflate, br");
        QCOMPARE(header(plain, "Vary"), "Accept-Encoding");
        QCOMPARE(header(zipped, "Vary"), "Accept-Encoding");
        QVERIFY(header(plain, "Content-Encoding").empty());
        plainBytes += plain.body.size();
        zippedBytes += zipped.body.size();
        if (header(zipped, "Content-Encoding").empty()) {
            QCOMPARE(zipped.body, plain.body); // too short to gain
            continue;
        }
        QVERIFY(header(plain, "ETag") != header(zipped, "ETag"));
        QCOMPARE(inflated(zipped.body), plain.body);
        QCOMPARE(get(path, header(zipped, "ETag"), "gzip").status, 304);
        QCOMPARE(get(path, header(zipped, "ETag")).status, 200); // other bytes, other tag
    }
    QVERIFY2(zippedBytes * 5 < plainBytes * 2,
             qPrintable(QStringLiteral("%1 of %2 bytes").arg(zippedBytes).arg(plainBytes)));
    qInfo("the page: %zu bytes, %zu as gzip", plainBytes, zippedBytes);
}

void TestWebUi::acceptEncoding_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<bool>("takes");
    const auto row = [](const char *field, bool takes) {
        QTest::newRow(*field == '\0' ? "none" : field) << QByteArray(field) << takes;
    };
    row("", false);
    row("gzip", true);
    row("GZIP", true);
    row("x-gzip", true);
    row("gzip, deflate, br, zstd", true);
    row("br , gzip;q=0.5", true);
    row("br;q=1.0,gzip ; q=0.001", true);
    row("gzip;q=0", false);
    row("gzip; q=0.000, *", false);
    row("*", true);
    row("*;q=0", false);
    row("identity", false);
    row("gzipped", false);
    row("br", false);
    row(",,;;=,", false);
    row("gzip;q=", false);
}

void TestWebUi::acceptEncoding()
{
    QFETCH(QByteArray, field);
    QFETCH(bool, takes);
    QCOMPARE(acceptsGzip({field.constData(), static_cast<std::size_t>(field.size())}), takes);
}

QTEST_GUILESS_MAIN(TestWebUi)
#include "tst_webui.moc"
