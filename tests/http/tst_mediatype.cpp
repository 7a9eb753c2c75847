// SPDX-License-Identifier: MIT
// Which kind of body a head announces.
#include "core/http/mediatype.h"

#include <QtTest>

#include <string>

using namespace meridian;
using http::MediaType;

namespace {

struct NoBody final : http::BodySink
{
    void onBodyBytes(std::string_view) override {}
};

MediaType typeOf(const std::string &fields)
{
    http::MessageParser parser(http::MessageParser::Kind::Response, {});
    NoBody sink;
    parser.feed("HTTP/1.1 200 OK\r\n" + fields + "\r\n", sink);
    return http::mediaTypeOf(parser.head());
}

} // namespace

class TestMediaType : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void kinds()
    {
        QCOMPARE(typeOf("content-type: application/json\r\n"), MediaType::Json);
        QCOMPARE(typeOf("Content-Type: Application/JSON; charset=utf-8\r\n"), MediaType::Json);
        QCOMPARE(typeOf("content-type: text/event-stream;charset=utf-8\r\n"),
                 MediaType::EventStream);
        QCOMPARE(typeOf("content-type: application/x-ndjson\r\n"), MediaType::JsonLines);
        QCOMPARE(typeOf("content-type: TEXT/HTML\r\n"), MediaType::Html);
        QCOMPARE(typeOf("content-type: text/plain\r\n"), MediaType::Other);
        QCOMPARE(typeOf("content-type: application/jso\r\n"), MediaType::Other);
        QCOMPARE(typeOf("content-type:\r\n"), MediaType::Other);
        QCOMPARE(typeOf("x-content-type: application/json\r\n"), MediaType::Other);
        QCOMPARE(typeOf(""), MediaType::Other);
    }
};

QTEST_GUILESS_MAIN(TestMediaType)
#include "tst_mediatype.moc"
