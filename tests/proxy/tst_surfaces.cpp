// SPDX-License-Identifier: MIT
// Which plane a path belongs to: no spelling of a control path may pass for a model path or public.
#include "core/proxy/surfaces.h"

#include <QtTest>

using namespace meridian::proxy;

class TestSurfaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void planes_data()
    {
        QTest::addColumn<int>("plane");
        QTest::addColumn<bool>("isPublic");
        const auto row = [](const char *path, Plane plane, bool isPublic = false) {
            QTest::newRow(path) << int(plane) << isPublic;
        };
        for (const char *path :
             {"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses",
              "/v1/rerank", "/v1/moderations", "/v1/audio/transcriptions", "/v1/images/edits",
              "/v1/responses/input_tokens", "/v1/messages", "/v1/messages/count_tokens",
              "/v1beta/models/m:generateContent", "/v1beta/models/m:streamGenerateContent",
              "/v1beta/models/m:countTokens", "/v1beta/models/a%2Fb:embedContent",
              "/v1/models/m:batchEmbedContents", "/api/chat", "/api/generate", "/api/embed",
              "/api/embeddings"}) {
            row(path, Plane::Model);
        }
        for (const char *path : {"/v1/models", "/v1/models/a/b", "/v1beta/models", "/v1beta/models/m", "/v1/models/a:b",
              "/api/tags", "/api/show", "/api/version", "/healthz", "/readyz", "/"}) {
            row(path, Plane::Control, true);
        }
        for (const char *path :
             {"/metrics", "/ui", "/ui/", "/ui/app.js", "/meridian/", "/meridian/v1/status"}) {
            row(path, Plane::Control);
        }
        for (const char *path :
             {"", "*", "/v1", "/v1/", "/v1/chat", "/v1/chat/completions/", "/V1/chat/completions",
              "//v1/chat/completions", "/uix", "/metricsx", "/metrics/", "/meridian", "/healthz/x",
              "/v1/modelsx", "/v1/audiox", "//", "/x"}) {
            row(path, Plane::Unknown);
        }
    }

    void planes()
    {
        QFETCH(int, plane);
        QFETCH(bool, isPublic);
        const Surface surface = surfaceOf(QTest::currentDataTag());
        QCOMPARE(int(surface.plane), plane);
        QCOMPARE(surface.isPublic, isPublic);
        QCOMPARE(surface.allow == "POST", plane == int(Plane::Model));
    }

    void bodiesAndDialects()
    {
        QVERIFY(surfaceOf("/v1/audio/speech").body == BodyKind::Upload);
        QVERIFY(surfaceOf("/v1/images/generations").body == BodyKind::Upload);
        QVERIFY(surfaceOf("/v1/chat/completions").body == BodyKind::Json);
        using meridian::provider::Dialect;
        using meridian::provider::Operation;
        QVERIFY(surfaceOf("/v1/responses").dialect == Dialect::OpenAiResponses);
        QVERIFY(surfaceOf("/v1/chat/completions").dialect == Dialect::OpenAiChat);
        QVERIFY(surfaceOf("/v1/messages").dialect == Dialect::Anthropic);
        QVERIFY(surfaceOf("/v1/messages/count_tokens").operation == Operation::CountTokens);
        QVERIFY(surfaceOf("/v1beta/models/m:embedContent").operation == Operation::Embed);
    }

    void configuredPaths()
    {
        const std::vector<meridian::model::RouteSettings> routes{{"/team/chat", "POST", {}}};
        QVERIFY(surfaceOf("/team/chat", routes).plane == Plane::Model);
        QVERIFY(surfaceOf("/team/chat").plane == Plane::Unknown);
        QVERIFY(surfaceOf("/team/chat/", routes).plane == Plane::Unknown);
        QVERIFY(surfaceOf("/metrics", {{"/metrics", "POST", {}}}).plane == Plane::Control);
    }

    void targets_data()
    {
        QTest::addColumn<QString>("origin");
        QTest::addColumn<QString>("path");
        const auto row = [](const char *target, const char *origin, const char *path) {
            QTest::newRow(target) << QString::fromLatin1(origin) << QString::fromLatin1(path);
        };
        row("/v1/models", "/v1/models", "/v1/models");
        row("/v1/models?limit=1", "/v1/models?limit=1", "/v1/models");
        row("/?", "/?", "/");
        row("/a#b?c", "/a", "/a"); // a fragment is no part of a target
        row("/a?next=http://b/c", "/a?next=http://b/c", "/a");
        row("http://host/v1/models?x", "/v1/models?x", "/v1/models");
        row("HTTPS://u@[::1]:8080/ui/", "/ui/", "/ui/");
        row("http://host", "/", "/");
        row("//host/ui", "//host/ui", "//host/ui");
        row("*", "*", "*");
        row("host:443", "host:443", "host:443");
    }

    void targets()
    {
        QFETCH(QString, origin);
        QFETCH(QString, path);
        const std::string target = QTest::currentDataTag();
        QCOMPARE(std::string(originForm(target)), origin.toStdString());
        QCOMPARE(std::string(pathOf(target)), path.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestSurfaces)
#include "tst_surfaces.moc"
