// SPDX-License-Identifier: MIT
#include "core/discovery/engineanswers.h"

#include "core/health/modellist.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>

namespace meridian::discovery {

namespace {

constexpr int Ok = 200;
constexpr std::size_t MaxListed = 500; // of a place; more is no help to a person

const EngineAnswer &to(const EngineAnswers &answers, Question question)
{
    return answers[static_cast<std::size_t>(question)];
}

/// Empty unless the answer is a good one.
QJsonObject objectIn(const EngineAnswers &answers, Question question)
{
    const EngineAnswer &answer = to(answers, question);
    if (answer.status != Ok) {
        return {};
    }
    return QJsonDocument::fromJson(
               QByteArray::fromRawData(answer.body.data(),
                                       static_cast<qsizetype>(answer.body.size())))
        .object();
}

std::string textIn(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString().toStdString();
}

bool wantsKey(const EngineAnswer &answer)
{
    return answer.status == 401 || answer.status == 403;
}

/// A Meridian tells its version, or why it does not tell.
bool isGateway(const EngineAnswers &answers)
{
    const EngineAnswer &answer = to(answers, Question::Self);
    const auto mentions = [&answer](std::string_view word) {
        return answer.body.find(word) != std::string::npos;
    };
    return textIn(objectIn(answers, Question::Self), "name") == "meridian" ||
           (wantsKey(answer) && (mentions("\"forbidden\"") || mentions("admin_token")));
}

std::string ownerIn(const EngineAnswers &answers)
{
    const QJsonArray data =
        objectIn(answers, Question::Models).value(QLatin1String("data")).toArray();
    return data.isEmpty() ? std::string() : textIn(data.first().toObject(), "owned_by");
}

/// LM Studio says more of its models than others do. An empty list is one, too, since LM Studio
/// answers what it does not know with 200 and an object without a list.
bool isLmStudio(const EngineAnswers &answers)
{
    const QJsonValue data =
        objectIn(answers, Question::LmStudioModels).value(QLatin1String("data"));
    const QJsonObject first = data.toArray().first().toObject();
    return data.isArray() &&
           (data.toArray().isEmpty() || first.contains(QLatin1String("compatibility_type")) ||
            first.contains(QLatin1String("state")));
}

/// Who it says it is; empty when it does not. Those that speak for others come first: llama.cpp
/// has Ollama's list of models, LocalAI has vLLM's version.
std::string engineIn(const EngineAnswers &answers)
{
    const std::string owner = ownerIn(answers);
    const std::string version = textIn(objectIn(answers, Question::Version), "version");
    if (owner == "llamacpp" || objectIn(answers, Question::LlamaCppProps)
                                   .contains(QLatin1String("default_generation_settings"))) {
        return "llamacpp";
    }
    if (isLmStudio(answers)) {
        return "lmstudio";
    }
    if (objectIn(answers, Question::LocalAiDiscovery).contains(QLatin1String("endpoints")) ||
        version.find('(') != std::string::npos) { // "2.26.0 (a1b2c3d4)"
        return "localai";
    }
    if (!textIn(objectIn(answers, Question::OllamaVersion), "version").empty() &&
        objectIn(answers, Question::OllamaTags).value(QLatin1String("models")).isArray()) {
        return "ollama";
    }
    if (owner == "sglang" ||
        !textIn(objectIn(answers, Question::SglangModel), "model_path").empty()) {
        return "sglang";
    }
    if (owner == "vllm" || !version.empty()) {
        return "vllm";
    }
    if (objectIn(answers, Question::TextgenModel).contains(QLatin1String("model_name"))) {
        return "textgen";
    }
    return {};
}

std::optional<std::vector<std::string>> modelsIn(const EngineAnswers &answers, bool isOllama)
{
    const EngineAnswer &answer = to(answers, isOllama ? Question::OllamaTags : Question::Models);
    auto models = answer.status == Ok ? health::parseModelList(answer.body) : std::nullopt;
    if (models) {
        models->resize(std::min(models->size(), MaxListed));
    }
    return models;
}

std::string nobodysMessage(const EngineAnswers &answers)
{
    const EngineAnswer &models = to(answers, Question::Models);
    if (models.status == Ok && models.body.empty()) {
        return "answers, but its list of models is empty or longer than 1 MiB";
    }
    return "somebody answers, but no engine that this gateway knows";
}

} // namespace

std::string_view pathOf(Question question) noexcept
{
    constexpr std::array<std::string_view, QuestionCount> Paths{"/v1/models",
                                                                "/meridian/version",
                                                                "/api/version",
                                                                "/api/tags",
                                                                "/props",
                                                                "/version",
                                                                "/get_model_info",
                                                                "/api/v0/models",
                                                                "/.well-known/localai.json",
                                                                "/v1/internal/model/info"};
    return Paths[static_cast<std::size_t>(question)];
}

std::string_view stateName(PlaceState state) noexcept
{
    constexpr std::array<std::string_view, 5> Names{"looking", "found", "nothing", "needs_key",
                                                    "failed"};
    return Names[static_cast<std::size_t>(state)];
}

EngineFinding judge(const EngineAnswers &answers, std::string_view usual)
{
    EngineFinding finding;
    finding.state = PlaceState::Nothing;
    finding.engine = usual;
    if (isGateway(answers)) {
        finding.engine = "meridian";
        finding.message = "a Meridian gateway, not an engine";
        return finding;
    }
    const std::string engine = engineIn(answers);
    const bool isOllama = engine == "ollama";
    auto models = modelsIn(answers, isOllama);
    const EngineAnswer &list = to(answers, Question::Models);
    // llama.cpp lists its model to everybody
    const bool isLocked =
        wantsKey(list) || (engine == "llamacpp" && wantsKey(to(answers, Question::LlamaCppProps)));
    if (engine.empty() && !models && !isLocked) {
        finding.message = nobodysMessage(answers);
        return finding;
    }
    if (to(answers, Question::Self).status == 0) {
        finding.state = PlaceState::Failed;
        finding.message = "did not tell in time whether it is an engine or a gateway";
        return finding;
    }
    finding.engine = !engine.empty() ? engine : !usual.empty() ? std::string(usual) : "openai";
    finding.provider = isOllama ? "ollama" : "openai";
    if (models) {
        finding.models = std::move(*models);
    }
    if (isLocked) {
        finding.state = PlaceState::NeedsKey;
        finding.message = "answers, and wants a key";
    } else if (!models) {
        finding.state = PlaceState::Failed;
        finding.message = "it is " + engine + ", but its list of models cannot be read (status " +
                          std::to_string(list.status) + ")";
    } else {
        finding.state = PlaceState::Found;
        finding.message = finding.models.empty()
                              ? "serves no model yet"
                              : std::to_string(finding.models.size()) +
                                    (finding.models.size() == 1 ? " model" : " models");
    }
    return finding;
}

} // namespace meridian::discovery
