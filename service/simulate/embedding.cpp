// SPDX-License-Identifier: MIT
#include "service/simulate/embedding.h"

#include "core/json/jsonwriter.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

#include <vector>

namespace meridian::simulate {

namespace {

constexpr qsizetype MaxInputs = 2048; // OpenAI's limit

/// The inputs as text; token numbers as their JSON. Nothing when the kind is wrong.
std::vector<std::string> inputsOf(const QJsonValue &input)
{
    if (input.isString()) {
        return {input.toString().toStdString()};
    }
    const QJsonArray list = input.toArray();
    if (list.isEmpty()) {
        return {};
    }
    if (list.first().isDouble()) {
        return {QJsonDocument(list).toJson(QJsonDocument::Compact).toStdString()};
    }
    if (list.size() > MaxInputs) {
        return {};
    }
    std::vector<std::string> texts;
    for (const QJsonValue &each : list) {
        if (each.isString()) {
            texts.push_back(each.toString().toStdString());
        } else if (each.isArray()) {
            texts.push_back(
                QJsonDocument(each.toArray()).toJson(QJsonDocument::Compact).toStdString());
        } else {
            return {};
        }
    }
    return texts;
}

std::string base64Of(const std::array<float, EmbeddingSize> &numbers)
{
    std::array<float, EmbeddingSize> wire{};
    qToLittleEndian<float>(numbers.data(), static_cast<qsizetype>(numbers.size()), wire.data());
    const QByteArray bytes(reinterpret_cast<const char *>(wire.data()), sizeof(wire));
    return bytes.toBase64().toStdString();
}

} // namespace

std::array<float, EmbeddingSize> embeddingOf(std::string_view text) noexcept
{
    std::uint64_t hash = 0xCBF29CE484222325U; // FNV-1a
    for (const char byte : text) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    }
    std::array<float, EmbeddingSize> numbers{};
    for (float &number : numbers) {
        hash = hash * 6364136223846793005U + 1442695040888963407U; // Knuth's MMIX generator
        number = static_cast<float>(static_cast<int>((hash >> 33U) % 201) - 100) / 100.0F;
    }
    return numbers;
}

Reply embeddingsReply(std::string_view model, const QJsonObject &body)
{
    const QString format = body.value(QStringLiteral("encoding_format")).toString();
    const bool isBase64 = format == QStringLiteral("base64");
    const std::vector<std::string> inputs = inputsOf(body.value(QStringLiteral("input")));
    if (inputs.empty()) {
        return errorReply(400, "input must be a text, a list of at most 2048 texts, or tokens.");
    }
    std::size_t length = 0;
    json::JsonWriter out;
    out.beginObject().string("object", "list").key("data").beginArray();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        length += inputs[i].size();
        const auto numbers = embeddingOf(inputs[i]);
        out.beginObject().string("object", "embedding");
        out.integer("index", static_cast<std::int64_t>(i)).key("embedding");
        if (isBase64) {
            out.string(base64Of(numbers));
        } else {
            out.beginArray();
            for (const float number : numbers) {
                out.decimal(static_cast<double>(number));
            }
            out.endArray();
        }
        out.endObject();
    }
    const auto tokens = static_cast<std::int64_t>(length / 4 + 1);
    out.endArray().string("model", model).key("usage").beginObject();
    out.integer("prompt_tokens", tokens).integer("total_tokens", tokens).endObject().endObject();
    Reply reply;
    reply.body = out.take();
    return reply;
}

} // namespace meridian::simulate
