// SPDX-License-Identifier: MIT
// Every error has its row; bodies and stream endings are the bytes clients know.
#include "core/http/errorresponse.h"
#include "core/http/quotedname.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <set>
#include <string>

using namespace meridian::http;

namespace {

QJsonObject errorIn(const std::string &body)
{
    QJsonParseError problem{};
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(body), &problem);
    return problem.error == QJsonParseError::NoError ? document.object() : QJsonObject();
}

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

} // namespace

class TestErrorResponse : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everyErrorHasItsRow_data()
    {
        QTest::addColumn<int>("error");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("type");
        const auto row = [](const char *name, HttpError error, int status,
                            const char *type = "invalid_request_error") {
            QTest::newRow(name) << int(error) << status << QString::fromLatin1(type);
        };
        row("malformed", HttpError::MalformedRequest, 400);
        row("head too large", HttpError::HeadTooLarge, 431);
        row("head timeout", HttpError::HeadTimeout, 408);
        row("body timeout", HttpError::BodyTimeout, 408);
        row("body too large", HttpError::BodyTooLarge, 413);
        row("content length", HttpError::InvalidContentLength, 400);
        row("json", HttpError::InvalidJson, 400);
        row("object", HttpError::NotAnObject, 400);
        row("field", HttpError::InvalidField, 400);
        row("path", HttpError::UnknownPath, 404);
        row("method", HttpError::MethodNotAllowed, 405);
        row("model", HttpError::ModelNotFound, 404);
        row("forbidden", HttpError::Forbidden, 403, "permission_error");
        row("no backend", HttpError::NoBackend, 503, "meridian_no_backend");
        row("backend error", HttpError::BackendError, 502, "meridian_backend_error");
        row("backend timeout", HttpError::BackendTimeout, 504, "meridian_backend_timeout");
        row("draining", HttpError::Draining, 503, "meridian_draining");
        row("paused", HttpError::Paused, 503, "meridian_paused");
        row("overloaded", HttpError::Overloaded, 503, "meridian_overloaded");
        row("loop", HttpError::LoopDetected, 508, "meridian_loop_detected");
        row("internal", HttpError::Internal, 500, "meridian_internal_error");
    }

    void everyErrorHasItsRow()
    {
        QFETCH(int, error);
        QFETCH(int, status);
        QFETCH(QString, type);
        const ErrorSpec &spec = errorSpec(static_cast<HttpError>(error));
        QCOMPARE(int(spec.status), status);
        QCOMPARE(text(spec.type), type);
        const QJsonObject body =
            errorIn(errorBody(static_cast<HttpError>(error)))[QStringLiteral("error")].toObject();
        QCOMPARE(body.size(), 4);
        QCOMPARE(body[QStringLiteral("message")].toString(), text(spec.message));
        QCOMPARE(body[QStringLiteral("type")].toString(), type);
        QCOMPARE(body[QStringLiteral("code")].toString(), text(spec.code));
        QVERIFY(body[QStringLiteral("param")].isNull());
    }

    void codesAreDistinct()
    {
        std::set<std::string_view> codes;
        for (std::size_t i = 0; i < HttpErrorCount; ++i) {
            const ErrorSpec &spec = errorSpec(static_cast<HttpError>(i));
            QVERIFY(!spec.message.empty());
            codes.insert(spec.code);
        }
        QCOMPARE(codes.size(), HttpErrorCount);
        QVERIFY(errorSpec(HttpError::Overloaded).retryAfter >= std::chrono::seconds(1));
    }

    void messagesAreTheKnownOnes()
    {
        QCOMPARE(errorMessage(HttpError::NoBackend, "m"),
                 std::string("No healthy backend available for model 'm'"));
        QCOMPARE(errorMessage(HttpError::BackendError, "b"),
                 std::string("Backend 'b' connection error"));
        QCOMPARE(errorMessage(HttpError::ModelNotFound, "m"),
                 std::string("The model 'm' does not exist or no backend serves it"));
        QCOMPARE(errorMessage(HttpError::InvalidJson, "m"), std::string("Invalid JSON body"));
        QCOMPARE(bodyTooLargeMessage(10485760),
                 std::string("Request body exceeds limit of 10485760 bytes"));
        QCOMPARE(errorBody(HttpError::NotAnObject),
                 std::string("{\"error\":{\"message\":\"JSON body must be an "
                             "object\",\"type\":\"invalid_request_error\",\"code\":\"invalid_"
                             "body\",\"param\":null}}"));
    }

    void hostileMessagesStayJson()
    {
        const std::string message("a\"b\\c\n\0\x1F\x7F \xFF\xC3 <script>", 22);
        const std::string body = errorBody(HttpError::InvalidField, message);
        const QJsonObject object = errorIn(body);
        QVERIFY(!object.isEmpty());
        QCOMPARE(
            object[QStringLiteral("error")].toObject()[QStringLiteral("message")].toString().size(),
            22);
        QCOMPARE(QByteArray::fromStdString(body).count('\n'), 0);
    }

    void quotesLikePython_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("quoted");
        QTest::newRow("plain") << QByteArray("gpt-4o") << QByteArray("'gpt-4o'");
        QTest::newRow("empty") << QByteArray() << QByteArray("''");
        QTest::newRow("single quote") << QByteArray("it's") << QByteArray("\"it's\"");
        QTest::newRow("double quote") << QByteArray("a\"b") << QByteArray("'a\"b'");
        QTest::newRow("both quotes") << QByteArray("'\"") << QByteArray("'\\'\"'");
        QTest::newRow("backslash") << QByteArray("a\\b") << QByteArray("'a\\\\b'");
        QTest::newRow("controls") << QByteArray("\0\n\r\t\x1B\x7F", 6)
                                  << QByteArray("'\\x00\\n\\r\\t\\x1b\\x7f'");
        QTest::newRow("printable") << QByteArray("\xC3\xA9\xE6\xA8\xA1\xF0\x9F\x98\x80")
                                   << QByteArray("'\xC3\xA9\xE6\xA8\xA1\xF0\x9F\x98\x80'");
        QTest::newRow("no-break space") << QByteArray("\xC2\xA0") << QByteArray("'\\xa0'");
        QTest::newRow("right to left") << QByteArray("\xE2\x80\xAE") << QByteArray("'\\u202e'");
        QTest::newRow("tag") << QByteArray("\xF3\xA0\x80\x81") << QByteArray("'\\U000e0001'");
        QTest::newRow("not utf-8") << QByteArray("a\xFF\xC3") << QByteArray("'a\\xff\\xc3'");
        QTest::newRow("longest") << QByteArray(128, 'a') << "'" + QByteArray(128, 'a') + "'";
        QTest::newRow("cut") << QByteArray(200000, 'a') << "'" + QByteArray(128, 'a') + "'";
        QTest::newRow("cut before a character") << QByteArray(126, 'a') + "\xE6\xA8\xA1"
                                                << "'" + QByteArray(126, 'a') + "'";
        QTest::newRow("cut stray bytes")
            << QByteArray(200, '\x80') << "'" + QByteArray("\\x80").repeated(124) + "'";
    }

    void quotesLikePython()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, quoted);
        QCOMPARE(QByteArray::fromStdString(quotedName(name.toStdString())), quoted);
    }

    void endsStreams()
    {
        QCOMPARE(streamErrorEvents("meridian_backend_error", "upstream connection error"),
                 std::string(
                     "data: {\"error\":{\"message\":\"upstream connection "
                     "error\",\"type\":\"meridian_backend_error\","
                     "\"code\":\"meridian_backend_error\",\"param\":null}}\n\ndata: [DONE]\n\n"));
        QCOMPARE(
            responsesErrorEvents("meridian_stream_timeout", "upstream\nread timeout"),
            std::string(
                "event: error\ndata: {\"type\":\"error\",\"code\":\"meridian_stream_timeout\","
                "\"message\":\"upstream\\nread timeout\",\"param\":null}\n\ndata: [DONE]\n\n"));
    }
};

QTEST_GUILESS_MAIN(TestErrorResponse)
#include "tst_errorresponse.moc"
