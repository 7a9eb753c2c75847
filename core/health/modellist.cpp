// SPDX-License-Identifier: MIT
#include "core/health/modellist.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace meridian::health {

std::optional<std::vector<std::string>> parseModelList(std::string_view body)
{
    const auto document = QJsonDocument::fromJson(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())));
    QJsonValue data = document.object().value(QLatin1String("data")); // OpenAI, Anthropic
    if (!data.isArray()) {
        data = document.object().value(QLatin1String("models")); // Ollama, Gemini
    }
    if (!data.isArray()) {
        return std::nullopt;
    }
    std::vector<std::string> ids;
    const QJsonArray entries = data.toArray();
    for (const QJsonValue &entry : entries) {
        const QJsonObject model = entry.toObject();
        std::string id = model.value(QLatin1String("id")).toString().toStdString();
        if (id.empty()) {
            id = model.value(QLatin1String("name")).toString().toStdString();
            constexpr std::string_view Prefix = "models/"; // Gemini's
            id.erase(0, id.starts_with(Prefix) ? Prefix.size() : 0);
        }
        if (!id.empty() && id.size() <= 256 && ids.size() < MaxModels) {
            ids.push_back(id);
        }
    }
    return ids;
}

std::string_view modelsPath(model::Provider provider) noexcept
{
    switch (provider) {
    case model::Provider::OpenAi:
    case model::Provider::Anthropic:
        return "/v1/models";
    case model::Provider::AzureOpenAi:
        return "/openai/v1/models";
    case model::Provider::Google:
        return "/v1beta/models";
    case model::Provider::Ollama:
        return "/api/tags";
    default:
        return {};
    }
}

} // namespace meridian::health
