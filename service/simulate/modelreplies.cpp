// SPDX-License-Identifier: MIT
#include "service/simulate/modelreplies.h"

#include "core/json/jsonwriter.h"
#include "service/simulate/embedding.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <vector>

namespace meridian::simulate {

namespace {

using json::JsonWriter;

constexpr int MaxDocuments = 1000;
constexpr int MaxImages = 10;

// a transparent PNG of one pixel
constexpr std::string_view Pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg"
    "==";

QString field(const char *name)
{
    return QString::fromLatin1(name);
}

Reply done(JsonWriter &body)
{
    Reply reply;
    reply.body = body.take();
    return reply;
}

Reply moderationReply(const PieceRequest &request, const QJsonObject &body)
{
    constexpr std::array<std::string_view, 4> Categories{"hate", "harassment", "sexual",
                                                         "violence"};
    const QJsonValue input = body.value(field("input"));
    const qsizetype count = input.isArray() ? input.toArray().size() : 1;
    if (!(input.isString() || (input.isArray() && count > 0 && count <= MaxDocuments))) {
        return errorReply(400, "input must be a string or a list of inputs.");
    }
    JsonWriter out;
    out.beginObject().string("id", "modr-" + std::string(request.id));
    out.string("model", request.model).key("results").beginArray();
    for (qsizetype i = 0; i < count; ++i) {
        out.beginObject().boolean("flagged", false).key("categories").beginObject();
        for (const std::string_view category : Categories) {
            out.boolean(category, false);
        }
        out.endObject().key("category_scores").beginObject();
        for (const std::string_view category : Categories) {
            out.decimal(category, 0.01);
        }
        out.endObject().endObject();
    }
    out.endArray().endObject();
    return done(out);
}

QString documentText(const QJsonValue &document)
{
    return document.isObject() ? document.toObject().value(field("text")).toString()
                               : document.toString();
}

/// The share of the query's words that the document has.
double relevance(const QStringList &words, const QString &document)
{
    if (words.isEmpty()) {
        return 0;
    }
    const auto found = std::count_if(words.begin(), words.end(), [&document](const QString &word) {
        return document.contains(word, Qt::CaseInsensitive);
    });
    return static_cast<double>(found) / static_cast<double>(words.size());
}

Reply rerankReply(const PieceRequest &request, const QJsonObject &body)
{
    const QJsonArray documents = body.value(field("documents")).toArray();
    const QString query = body.value(field("query")).toString();
    if (query.isEmpty() || documents.isEmpty() || documents.size() > MaxDocuments) {
        return errorReply(400, "query and documents (at most 1000) are needed.");
    }
    QStringList words = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    words = words.mid(0, 64); // each is looked for in each document
    std::vector<std::pair<double, qsizetype>> ranked;
    for (qsizetype i = 0; i < documents.size(); ++i) {
        ranked.emplace_back(relevance(words, documentText(documents.at(i))), i);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    const int top = body.value(field("top_n")).toInt(static_cast<int>(ranked.size()));
    ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(std::max(top, 0))));
    JsonWriter out;
    out.beginObject().string("id", "rerank-" + std::string(request.id));
    out.string("model", request.model).key("results").beginArray();
    for (const auto &[score, index] : ranked) {
        out.beginObject().integer("index", index).decimal("relevance_score", score);
        const QByteArray text = documentText(documents.at(index)).toUtf8();
        out.key("document")
            .beginObject()
            .string("text", text.toStdString())
            .endObject()
            .endObject();
    }
    const auto tokens = static_cast<std::int64_t>(request.body.size() / 4);
    out.endArray().key("usage").beginObject().integer("total_tokens", tokens).endObject();
    out.endObject();
    return done(out);
}

/// Silence, as MPEG-1 layer III frames (128 kbit/s, 44.1 kHz: 417 bytes for 26 ms each).
Reply speechReply(const QJsonObject &body)
{
    constexpr std::string_view FrameHead("\xFF\xFB\x90\x00", 4);
    constexpr std::size_t FrameSize = 417;
    constexpr qsizetype MaxText = 4096; // OpenAI's limit, in characters
    const qsizetype length = body.value(field("input")).toString().size();
    if (length == 0 || length > MaxText) {
        return errorReply(400, "input must be a text of 1 to 4096 characters.");
    }
    Reply reply;
    reply.contentType = "audio/mpeg";
    for (qsizetype i = 0; i < length; ++i) {
        reply.body.append(FrameHead).append(FrameSize - FrameHead.size(), '\0');
    }
    return reply;
}

Reply imageReply(int count, std::int64_t created)
{
    JsonWriter out;
    out.beginObject().integer("created", created).key("data").beginArray();
    for (int i = 0; i < count; ++i) {
        out.beginObject().string("b64_json", Pixel).endObject();
    }
    out.endArray().endObject();
    return done(out);
}

void writeModel(JsonWriter &out, std::string_view model, std::int64_t created)
{
    out.beginObject().string("id", model).string("object", "model").integer("created", created);
    out.string("owned_by", "meridian-simulator").endObject();
}

} // namespace

Reply pieceReply(const PieceRequest &request)
{
    const auto bytes =
        QByteArray::fromRawData(request.body.data(), static_cast<qsizetype>(request.body.size()));
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    const QJsonObject body = document.object();
    if (!document.isObject()) {
        return errorReply(400, "We could not parse the JSON body of your request.");
    }
    switch (request.surface) {
    case Surface::Embeddings:
        return embeddingsReply(request.model, body);
    case Surface::Moderations:
        return moderationReply(request, body);
    case Surface::Rerank:
        return rerankReply(request, body);
    case Surface::Speech:
        return speechReply(body);
    case Surface::Images: {
        const int count = body.value(field("n")).toInt(1);
        return count < 1 || count > MaxImages ? errorReply(400, "n must be between 1 and 10.")
                                              : imageReply(count, request.created);
    }
    default:
        return errorReply(404, "Invalid URL.");
    }
}

Reply uploadReply(Surface surface,
                  std::string_view backend,
                  std::uint64_t bytes,
                  std::int64_t created)
{
    if (surface == Surface::ImageUpload) {
        return imageReply(1, created);
    }
    JsonWriter out;
    std::string text = "Hello from ";
    text.append(backend).append(". ").append(std::to_string(bytes)).append(" bytes were heard.");
    out.beginObject().string("text", text).endObject();
    return done(out);
}

Reply modelListReply(std::string_view model, std::int64_t created)
{
    JsonWriter out;
    out.beginObject().string("object", "list").key("data").beginArray();
    if (!model.empty()) {
        writeModel(out, model, created);
    }
    out.endArray().endObject();
    return done(out);
}

Reply modelReply(std::string_view model, std::string_view encodedId, std::int64_t created)
{
    const std::string id =
        QByteArray::fromPercentEncoding(
            QByteArray(encodedId.data(), static_cast<qsizetype>(encodedId.size())))
            .toStdString();
    if (!model.empty() && id != model) {
        return modelNotFound(id);
    }
    JsonWriter out;
    writeModel(out, id, created);
    return done(out);
}

} // namespace meridian::simulate
