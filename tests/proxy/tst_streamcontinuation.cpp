// SPDX-License-Identifier: MIT
// What a stream has said so far, and the request for the rest of it.
#include "core/proxy/streamcontinuation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using meridian::json::BodyScanner;
using meridian::proxy::StreamContinuation;

class TstStreamContinuation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void collectsText();
    void refuses_data();
    void refuses();
    void boundsTheText();
    void request_data();
    void request();
};

namespace {

std::string delta(const std::string &json)
{
    return "data: {\"choices\":[{\"index\":0,\"delta\":" + json + "}]}\n\n";
}

} // namespace

void TstStreamContinuation::collectsText()
{
    StreamContinuation continuation;
    continuation.feed(delta("{\"role\":\"assistant\",\"content\":\"\"}"));
    continuation.feed(delta("{\"content\":\"Gr\\u00fc\\u00dfe, \"}") + ": a comment\n\n");
    continuation.feed(delta("{\"content\":\"\\\"world\\\"\"}") + "data: {\"choices\":[]}\n\n");
    QVERIFY(continuation.canContinue());
    QCOMPARE(QString::fromStdString(continuation.text()), QString::fromUtf8("Gr\xc3\xbc\xc3\x9f"
                                                                            "e, \"world\""));
}

void TstStreamContinuation::refuses_data()
{
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, const std::string &events) {
        QTest::newRow(name) << QByteArray::fromStdString(events);
    };
    row("tool call", delta("{\"tool_calls\":[{\"index\":0}]}"));
    row("reasoning", delta("{\"reasoning_content\":\"hm\"}"));
    row("refusal", delta("{\"refusal\":\"no\"}"));
    row("second choice", "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\n");
    row("finished",
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    row("done", "data: [DONE]\n\n");
    row("not JSON", "data: {\"choices\n\n");
    row("no chat chunk", "data: {\"type\":\"message_start\"}\n\n");
}

void TstStreamContinuation::refuses()
{
    QFETCH(QByteArray, events);
    StreamContinuation continuation;
    continuation.feed(delta("{\"content\":\"a\",\"tool_calls\":null}"));
    QVERIFY(continuation.canContinue());
    continuation.feed(events.toStdString());
    QVERIFY(!continuation.canContinue());
    continuation.feed(delta("{\"content\":\"b\"}")); // nothing heals it
    QVERIFY(!continuation.canContinue());
}

void TstStreamContinuation::boundsTheText()
{
    StreamContinuation continuation;
    const std::string piece(StreamContinuation::MaxText / 4, 'x');
    for (int i = 0; i < 4; ++i) {
        continuation.feed(delta("{\"content\":\"" + piece + "\"}"));
        QVERIFY(continuation.canContinue());
    }
    continuation.feed(delta("{\"content\":\"y\"}"));
    QVERIFY(!continuation.canContinue());
}

void TstStreamContinuation::request_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("model");
    QTest::newRow("model first") << QByteArray(
                                        "{\"model\": \"m\", \"messages\": "
                                        "[{\"role\":\"user\",\"content\":\"hi\"}], \"n\": 1}")
                                 << QByteArray("other");
    QTest::newRow("model last")
        << QByteArray(" {\"messages\":[{\"role\":\"user\",\"content\":\"]\"} ] ,\"model\":\"m\"}")
        << QByteArray("other");
    QTest::newRow("same model")
        << QByteArray("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
        << QByteArray();
    QTest::newRow("no messages yet")
        << QByteArray("{\"model\":\"m\",\"messages\":[ ]}") << QByteArray();
}

void TstStreamContinuation::request()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, model);
    const std::string text = body.toStdString();
    BodyScanner scanner;
    const auto fields = scanner.scan(text).fields;
    StreamContinuation continuation;
    continuation.feed(delta("{\"content\":\"so \\\"far\"}"));
    const std::string rest =
        continuation.request(text, fields.messages, fields.modelValue, model.toStdString());

    QJsonObject expected = QJsonDocument::fromJson(body).object();
    QJsonArray messages = expected.value(QLatin1String("messages")).toArray();
    messages.append(QJsonObject{{QStringLiteral("role"), QStringLiteral("assistant")},
                                {QStringLiteral("content"), QStringLiteral("so \"far")}});
    expected.insert(QStringLiteral("messages"), messages);
    expected.insert(QStringLiteral("continue_final_message"), true);
    expected.insert(QStringLiteral("add_generation_prompt"), false);
    if (!model.isEmpty()) {
        expected.insert(QStringLiteral("model"), QString::fromUtf8(model));
    }
    const auto actual = QJsonDocument::fromJson(QByteArray::fromStdString(rest));
    QVERIFY2(actual.isObject(), rest.c_str());
    QCOMPARE(actual.object(), expected);
}

QTEST_GUILESS_MAIN(TstStreamContinuation)
#include "tst_streamcontinuation.moc"
