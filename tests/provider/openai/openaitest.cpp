// SPDX-License-Identifier: MIT
#include "tests/provider/openai/openaitest.h"

#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "tests/provider/support/golden.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace meridian::testing {

using namespace provider;

namespace {

QJsonObject withoutNulls(const QJsonObject &object)
{
    QJsonObject kept;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it.value().isNull()) {
            kept.insert(it.key(), it.value());
        }
    }
    return kept;
}

QJsonObject canonicalMessage(const QJsonObject &message)
{
    QJsonObject kept = withoutNulls(message);
    const QString content = QStringLiteral("content");
    const bool saysMore = kept.contains(QStringLiteral("tool_calls")) ||
                          kept.contains(QStringLiteral("function_call"));
    if (saysMore && kept.value(content) == QJsonValue(QString())) {
        kept.remove(content);
    }
    return kept;
}

QJsonObject canonical(std::string_view text)
{
    const auto document =
        QJsonDocument::fromJson(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    if (!document.isObject()) {
        qFatal("no JSON object: %s", std::string(text).c_str());
    }
    QJsonObject body = withoutNulls(document.object());
    const QString stop = QStringLiteral("stop");
    if (body.value(stop).isString()) {
        body.insert(stop, QJsonArray{body.value(stop)});
    }
    QJsonArray messages;
    for (const QJsonValue &each : body.value(QStringLiteral("messages")).toArray()) {
        messages.append(canonicalMessage(each.toObject()));
    }
    QJsonArray choices;
    for (const QJsonValue &each : body.value(QStringLiteral("choices")).toArray()) {
        QJsonObject choice = withoutNulls(each.toObject());
        const QString message = QStringLiteral("message");
        choice.insert(message, canonicalMessage(choice.value(message).toObject()));
        choices.append(choice);
    }
    body.insert(QStringLiteral("messages"), messages);
    body.insert(QStringLiteral("choices"), choices);
    return body;
}

} // namespace

std::string encoded(const ChatRequest &request, std::string_view model, std::string *losses)
{
    const model::ProviderOptions options;
    Fidelity fidelity;
    std::string body = openAiChatProvider().encodeRequest(request, {model, options}, fidelity);
    if (losses != nullptr) {
        *losses = textOf(fidelity);
    }
    return body;
}

ChatRequest comingFrom(ChatRequest request, Dialect dialect)
{
    request.origin = dialect;
    for (Turn &turn : request.turns) {
        for (Part &part : turn.parts) {
            part.origin = dialect;
            for (Part &inner : part.parts) {
                inner.origin = dialect;
            }
        }
    }
    for (Tool &tool : request.tools) {
        tool.origin = dialect;
    }
    return request;
}

std::string sse(std::initializer_list<std::string_view> chunks)
{
    std::string stream;
    for (const std::string_view each : chunks) {
        stream.append("data: ").append(each).append("\n\n");
    }
    return stream + "data: [DONE]\n\n";
}

std::string chunk(std::string_view choice)
{
    return std::string(R"({"id":"c1","object":"chat.completion.chunk","created":17,"model":"m",)")
        .append(R"("choices":[{"index":0,)")
        .append(choice)
        .append("}]}");
}

std::string differsFromText(const std::string &path, std::string_view actual)
{
    if (qgetenv("MERIDIAN_GOLDEN") == "write") {
        QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/golden/") +
                   QString::fromStdString(path));
        const auto size = static_cast<qsizetype>(actual.size());
        const bool isWritten =
            file.open(QIODevice::WriteOnly) && file.write(QByteArray(actual.data(), size)) == size;
        return isWritten ? std::string() : "cannot write " + path;
    }
    const std::string wanted = goldenFile(path);
    return wanted == actual ? std::string()
                            : path + "\nwanted:\n" + wanted + "\ngiven:\n" + std::string(actual);
}

Answer answerOf(std::string_view body)
{
    json::Checker checker;
    const auto value = checker.check(body);
    if (!value) {
        qFatal("not json: %s", std::string(body).c_str());
    }
    AnswerBuilder builder;
    openAiChatProvider().decodeAnswer(*value, builder, "seed");
    if (!builder.isComplete()) {
        qFatal("no answer: %s", std::string(body).c_str());
    }
    return builder.answer();
}

std::string differsAsJson(std::string_view wanted, std::string_view given)
{
    if (canonical(wanted) == canonical(given)) {
        return {};
    }
    return "wanted: " + std::string(wanted) + "\ngiven:  " + std::string(given);
}

} // namespace meridian::testing
