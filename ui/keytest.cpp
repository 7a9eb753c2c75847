// SPDX-License-Identifier: MIT
// Is a key good? One GET of the provider's list of models with it, which costs nothing.
#include "ui/keytest.h"

#include "core/config/providernames.h"
#include "core/config/providerrules.h"
#include "core/health/modellist.h"
#include "core/provider/authorization.h"

#include <QCoreApplication>
#include <QTimer>

#include <utility>

namespace meridian::ui {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(meridian::ui::KeyTest)
};

/// The header lines of one request, taken apart.
std::vector<std::pair<std::string, Secret>> headerFields(const std::string &lines)
{
    std::vector<std::pair<std::string, Secret>> fields;
    std::string_view rest = lines;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        if (const std::size_t colon = line.find(": "); colon != std::string_view::npos) {
            fields.emplace_back(line.substr(0, colon), Secret(line.substr(colon + 2)));
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return fields;
}

} // namespace

KeyTest::KeyTest(
    event::Loop &loop, const QString &provider, const QString &url, const Secret &key, Done done)
    : m_loop(loop)
    , m_done(std::move(done))
{
    model::BackendSettings backend;
    const auto choice = config::providerOf(provider.toStdString());
    backend.provider = choice ? choice->provider : model::Provider::OpenAi;
    const std::string_view path = health::modelsPath(backend.provider);
    std::string base = url.isEmpty() ? config::publicUrl(backend) : url.toStdString();
    const auto parsed = config::parseBackendUrl(base);
    if (path.empty() || base.empty()) {
        refuse(Words::tr(
            "This provider has no list of models that a key alone may read. Probe a backend "
            "that uses the key instead."));
        return;
    }
    if (!parsed) {
        refuse(Words::tr("The address: %1").arg(QString::fromStdString(parsed.error())));
        return;
    }
    base = parsed->text;
    if (const auto safe = credentials::checkTokenUrl(base, "key"); !safe) {
        refuse(QString::fromStdString(safe.error().detail));
        return;
    }
    backend.host = parsed->host;
    backend.apiKey = key;
    std::string lines;
    provider::appendAuthorization(lines, backend, std::nullopt, nullptr, {});
    credentials::HttpRequest request;
    request.url = base + std::string(path);
    request.headers = headerFields(lines);
    wipe(std::string_view(lines));
    if (backend.provider == model::Provider::Anthropic) {
        request.headers.emplace_back("anthropic-version",
                                     Secret(std::string_view(backend.options.anthropicVersion)));
    }
    m_call = std::make_unique<credentials::HttpCall>(
        m_loop, std::move(request), [this](credentials::HttpAnswer &answer) { answered(answer); });
}

KeyTest::~KeyTest() = default;

void KeyTest::refuse(const QString &message)
{
    QTimer::singleShot(0, [this, alive = std::weak_ptr<int>(m_alive), message] {
        if (!alive.expired()) {
            std::exchange(m_done, nullptr)({false, false, message, 0});
        }
    });
}

void KeyTest::answered(credentials::HttpAnswer &answer)
{
    Verdict verdict;
    const auto models =
        answer.status == 200 ? health::parseModelList(answer.body.reveal()) : std::nullopt;
    if (models) {
        verdict.isOk = true;
        verdict.models = static_cast<int>(models->size());
        verdict.message =
            Words::tr("The key works. Models listed: %1.").arg(verdict.models);
    } else if (answer.status == 401 || answer.status == 403) {
        verdict.isRefused = true;
        verdict.message = Words::tr("The provider refuses the key (HTTP %1).").arg(answer.status);
    } else if (answer.status == 0) {
        verdict.message = QString::fromStdString(answer.detail);
    } else {
        verdict.message =
            Words::tr("The provider answered with HTTP %1 and no list of models, which says "
                      "nothing about the key.")
                .arg(answer.status);
    }
    m_loop.deleteLater(std::move(m_call));
    std::exchange(m_done, nullptr)(verdict); // may destroy this
}

} // namespace meridian::ui
