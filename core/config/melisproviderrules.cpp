// SPDX-License-Identifier: MIT
// Melis' addresses often say more than the host: which of Google's APIs, which project.
#include "core/config/melisproviderrules.h"

#include "core/config/providerrules.h"

#include <string>
#include <utility>

namespace meridian::config {

namespace {

using namespace std::chrono_literals;
using model::BackendSettings;
using model::Provider;

constexpr std::string_view GeminiHost = "generativelanguage.googleapis.com";

std::string segmentAfter(const std::string &path, std::string_view folder)
{
    const std::size_t at = path.find(folder);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + folder.size();
    return path.substr(begin, path.find('/', begin) - begin);
}

// https://…/v1/projects/p/locations/l/endpoints/openapi: the gateway writes that path itself
void takeVertexPath(BackendSettings &backend)
{
    const std::string path = backend.basePath;
    std::size_t cut = path.find("/projects/");
    if (cut == std::string::npos) {
        return;
    }
    model::ProviderOptions &options = backend.options;
    if (options.project.empty()) {
        options.project = segmentAfter(path, "/projects/");
    }
    if (const std::string location = segmentAfter(path, "/locations/"); !location.empty()) {
        options.location = location;
    }
    for (const std::string_view version : {"/v1", "/v1beta1"}) {
        if (path.substr(0, cut).ends_with(version)) {
            cut -= version.size();
            break;
        }
    }
    backend.url.resize(backend.url.size() - (path.size() - cut));
    backend.basePath.resize(cut);
}

void settleProviderMeant(MelisEntry &into)
{
    BackendSettings &backend = into.backend;
    const bool mayBeGemini = !into.type || into.type->provider == Provider::OpenAi ||
                             into.type->provider == Provider::VertexAi;
    backend.provider = into.type ? into.type->provider : Provider::OpenAi;
    if (into.type && into.type->publisher != model::VertexPublisher::Auto) {
        backend.options.publisher = into.type->publisher;
    }
    if (into.speaksOpenAi && backend.provider == Provider::Ollama) {
        backend.provider = Provider::OpenAi;
        backend.engine = providerName(Provider::Ollama);
        if (backend.host.empty()) {
            backend.url = "http://127.0.0.1:11434";
            backend.host = "127.0.0.1";
            backend.port = 11434;
        }
    }
    if (mayBeGemini && backend.host == GeminiHost) {
        backend.provider = Provider::Google;
    }
}

void settleRegion(const Cursor &entry, MelisEntry &into)
{
    if (into.region.empty()) {
        return;
    }
    BackendSettings &backend = into.backend;
    if (backend.provider == Provider::Oci) {
        backend.options.region = into.region;
    } else if (backend.provider != Provider::VertexAi) {
        entry.find("region")->warningAtKey(
            "has no effect: " + std::string(providerName(backend.provider)) + " does not read it");
    } else if (!entry.find("location")) {
        backend.options.location = into.region;
    }
}

void settleModels(const Cursor &entry, MelisEntry &into)
{
    if (!into.aliases.empty() && into.models.empty()) {
        entry.find("model_aliases")
            ->error("wants models: the names that this provider serves by themselves");
    }
    for (const auto &[name, price] : into.prices) {
        bool isServed = false;
        for (const std::string &model : into.models) {
            isServed = isServed || model == name;
        }
        for (const auto &[alias, target] : into.aliases) {
            isServed = isServed || target == name;
        }
        if (!isServed) {
            entry.find("price")->find(name)->warningAtKey(
                "has no effect: models does not list this name");
        }
    }
}

} // namespace

void settleMelisEntry(const Cursor &entry, MelisEntry &into)
{
    constexpr model::Duration UsualTimeout = 30s;
    if (entry.node().kind != YamlNode::Kind::Mapping) {
        return; // reported
    }
    BackendSettings &backend = into.backend;
    settleModels(entry, into);
    if (!backend.timeouts.firstByte) {
        backend.timeouts.firstByte = UsualTimeout;
    }
    const auto type = entry.find("provider_type");
    const bool isKnown = into.type.has_value();
    const auto address = entry.find("base_url");
    const bool isAddressWrong = address && backend.host.empty();
    if (!isKnown || isAddressWrong) {
        return; // reported
    }
    settleProviderMeant(into);
    settleRegion(entry, into);
    if (backend.provider == Provider::VertexAi) {
        takeVertexPath(backend);
    }
    const std::string pathGiven = backend.basePath;
    const bool hadPath = dropVersionPath(backend);
    if (hadPath && backend.provider == Provider::Oci && pathGiven.ends_with("/openai") &&
        backend.options.format == model::OciFormat::Auto) {
        backend.options.format = model::OciFormat::OpenAi;
    }
    if (const auto given = entry.find("credentials");
        given && given->node().kind == YamlNode::Kind::Mapping) {
        applyMelisCredentials(*given, into.credentials, backend);
    }
    const std::string engine = backend.engine;
    const bool isOllama = into.speaksOpenAi && backend.provider == Provider::OpenAi;
    // an address that the provider implies stands in no key
    const ProviderKeys keys{isOllama && !address ? "provider_type" : "base_url", "api_key",
                            "project_id", "region", "compartment_id"};
    settleProvider(entry, keys, backend);
    if (isOllama) {
        backend.engine = engine;
    }
}

} // namespace meridian::config
