// SPDX-License-Identifier: MIT
// A request as a line for a shell, to try it by hand.
#include "ui/curlline.h"

#include "ui/shellquote.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr auto Placeholder = "Hello"_L1;

QJsonObject bodyOf(const QString &surface, const QString &model)
{
    const QString text = Placeholder;
    const QJsonArray messages{QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, text}}};
    QJsonObject body{{u"model"_s, model}};
    if (surface.endsWith("/chat/completions"_L1) || surface.endsWith("/api/chat"_L1)) {
        body.insert(u"messages"_s, messages);
    } else if (surface.endsWith("/messages"_L1)) {
        body.insert(u"messages"_s, messages);
        body.insert(u"max_tokens"_s, 256);
    } else if (surface.endsWith("/messages/count_tokens"_L1)) {
        body.insert(u"messages"_s, messages);
    } else if (surface.endsWith("/completions"_L1) || surface.endsWith("/api/generate"_L1)) {
        body.insert(u"prompt"_s, text);
    } else if (surface.endsWith("/rerank"_L1)) {
        body.insert(u"query"_s, text);
        body.insert(u"documents"_s, QJsonArray{text});
    } else if (surface.endsWith("/responses"_L1) || surface.endsWith("/embeddings"_L1) ||
               surface.endsWith("/moderations"_L1) || surface.endsWith("/api/embed"_L1)) {
        body.insert(u"input"_s, text);
    } else if (surface.contains("enerateContent"_L1)) { // Gemini names the model in the path
        const QJsonArray parts{QJsonObject{{u"text"_s, text}}};
        return {
            {u"contents"_s, QJsonArray{QJsonObject{{u"role"_s, u"user"_s}, {u"parts"_s, parts}}}}};
    } else {
        return {};
    }
    return body;
}

} // namespace

QString
curlLineOf(const QString &address, const QString &surface, const QString &model, bool isStream)
{
    QJsonObject body = bodyOf(surface, model);
    QString line = u"curl -sS "_s + shellQuoted(address + surface);
    if (body.isEmpty()) {
        return line;
    }
    if (body.contains(u"model"_s) && (isStream || surface.startsWith("/api/"_L1))) {
        body.insert(u"stream"_s, isStream); // Ollama streams unless told not to
    }
    const QString json = QString::fromUtf8(QJsonDocument(body).toJson(QJsonDocument::Compact));
    line += u" -H 'content-type: application/json'"_s;
    return line + u" -d "_s + shellQuoted(json);
}

} // namespace meridian::ui
