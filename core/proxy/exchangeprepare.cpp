// SPDX-License-Identifier: MIT
// Between the choice of a backend and the attempt at it: what it must be told, and with whose key.
#include "core/base/hash.h"
#include "core/http/keyfields.h"
#include "core/provider/authorization.h"
#include "core/provider/ollama/loadanswer.h"
#include "core/provider/responses/responsehistory.h"
#include "core/provider/tokencount.h"
#include "core/proxy/exchange.h"
#include "core/proxy/fidelityheader.h"

#include <QLoggingCategory>

#include <algorithm>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcPrepare, "meridian.proxy.credentials")

using http::HttpError;
using provider::Dialect;
using provider::Operation;
using provider::Passage;
using routing::RouteOutcome;
using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds CredentialPatience = 15s;

/// Whose responses a caller may go on from: those of the same key. Ids are no secrets.
std::string responseScope(const http::HeaderMap &headers)
{
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (http::holdsKey(headers[i].name)) {
            return std::to_string(hashBytes(headers[i].value));
        }
    }
    return {};
}

} // namespace

Passage Exchange::passageFor(const upstream::Backend &backend) const
{
    const Passage passage = provider::passageOf(backend.settings(), m_surface.dialect,
                                                m_surface.operation, backend.nameOf(m_facts.model));
    // Gemini repeats the model's name in these bodies: another one upstream must stand there too.
    const bool repeatsName =
        m_surface.dialect == Dialect::Gemini && backend.nameOf(m_facts.model) != m_model &&
        (m_surface.operation == Operation::Embed ||
         (m_surface.operation == Operation::CountTokens &&
          m_body.find("generateContentRequest") != std::string::npos));
    return passage == Passage::Native && (m_translated.isForced || repeatsName)
               ? Passage::Translated
               : passage;
}

/// The backend has no key, wants one, and the caller has brought none.
bool Exchange::lacksKey(const upstream::Backend &backend) const
{
    const auto &headers = m_client.head().headers;
    return provider::wantsCallersKey(backend.settings()) &&
           !provider::callersKey(headers, backend.settings()) &&
           (m_outgoing.passage != Passage::Native || !provider::hasKeyField(headers));
}

/// This backend cannot be asked; perhaps another can. `error` is told when none is left.
void Exchange::passOver(routing::RouteChoice choice, HttpError error, const std::string &why)
{
    m_facts.tried.push_back(choice.backend.get());
    releaseChoice(std::move(choice));
    auto next = chooseNext();
    if (next.outcome == RouteOutcome::Chosen) {
        lease(std::move(next), false);
    } else if (next.outcome == RouteOutcome::Saturated) {
        enqueue();
    } else {
        refuse(error, why);
    }
}

/// False when the exchange goes another way: refused, answered, elsewhere, or waiting.
bool Exchange::prepare(routing::RouteChoice &choice, bool isFresh)
{
    const upstream::Backend &backend = *choice.backend;
    m_outgoing = {};
    m_outgoing.passage = passageFor(backend);
    if (lacksKey(backend)) {
        const std::string header = provider::byokHeader(backend.settings().provider);
        passOver(std::move(choice), HttpError::KeyRequired,
                 "The backend has no key of its own: send yours in the header " + header);
        return false;
    }
    if (m_outgoing.passage == Passage::Estimated) {
        releaseChoice(std::move(choice));
        answerEstimate();
        return false;
    }
    if (m_outgoing.passage == Passage::Translated) {
        std::string problem;
        const HttpError error = readRequest(problem);
        if (error != HttpError::None) {
            passOver(std::move(choice), error, problem);
            return false;
        }
        if (answersLoading()) {
            releaseChoice(std::move(choice));
            respondWhole(200, {}, provider::ollama::loadAnswer(answerContext()));
            return false;
        }
        if (!translateFor(backend, problem)) {
            passOver(std::move(choice), HttpError::InvalidField, problem);
            return false;
        }
        if (!mayLose(choice)) {
            return false;
        }
    } else if (provider::needsNativeRework(backend.settings(), m_surface.dialect,
                                           backend.nameOf(m_facts.model))) {
        m_outgoing.body =
            provider::nativeRework(m_body, m_surface.operation, backend.nameOf(m_facts.model));
    }
    return hasCredential(choice, isFresh);
}

/// For a hedge, which waits for nothing and is not worth an error.
bool Exchange::prepareRival(const routing::RouteChoice &choice)
{
    const upstream::Backend &backend = *choice.backend;
    m_outgoing = {};
    m_outgoing.passage = passageFor(backend);
    std::string problem;
    const bool isTranslated = m_outgoing.passage == Passage::Translated;
    if (m_outgoing.passage == Passage::Estimated || lacksKey(backend) ||
        (isTranslated && readRequest(problem) != HttpError::None)) {
        return false;
    }
    if (isTranslated && (!translateFor(backend, problem) || !allowsLosses())) {
        return false;
    }
    if (!isTranslated && provider::needsNativeRework(backend.settings(), m_surface.dialect,
                                                     backend.nameOf(m_facts.model))) {
        m_outgoing.body =
            provider::nativeRework(m_body, m_surface.operation, backend.nameOf(m_facts.model));
    }
    if (backend.credentials() != nullptr &&
        !provider::callersKey(m_client.head().headers, backend.settings())) {
        m_outgoing.credential = backend.credentials()->current();
        return m_outgoing.credential != nullptr;
    }
    return true;
}

/// Once per exchange: the client's body in the neutral model. None when it is there.
HttpError Exchange::readRequest(std::string &problem)
{
    if (m_translated.translation) {
        return HttpError::None;
    }
    auto translation = provider::makeTranslation(m_surface.dialect, m_surface.operation,
                                                 m_surface.dialect == Dialect::OpenAiResponses);
    auto body = m_worker.checker.check(m_body.empty() ? std::string_view("{}") : m_body);
    if (!translation || !body) {
        problem = "Invalid JSON body";
        return HttpError::InvalidJson;
    }
    if (m_surface.dialect == Dialect::OpenAiResponses && m_snapshot->responses) {
        auto continued = provider::responses::continueConversation(
            *body, *m_snapshot->responses, responseScope(m_client.head().headers),
            m_worker.loop.timers().now());
        if (!continued) {
            problem = continued.error().message;
            return HttpError::UnknownPreviousResponse;
        }
        m_translated.continuation = std::move(*continued);
        if (!m_translated.continuation.body.empty()) {
            body = m_worker.checker.check(m_translated.continuation.body);
        }
    }
    const auto read = body ? translation->read(*body, originForm(m_client.head().target))
                           : provider::badRequest({}, "Invalid JSON body");
    if (!read) {
        problem = read.error().message;
        return HttpError::InvalidField;
    }
    m_translated.continuation.body = {};
    m_translated.translation = std::move(translation);
    return HttpError::None;
}

/// A response that is kept here can be gone on from by translating only, whoever is asked.
void Exchange::recallResponse(const json::BodyFields &fields)
{
    if (!fields.previousResponse.isPresent() || !m_snapshot->responses) {
        return;
    }
    const std::string id = json::Value(fields.previousResponse.in(m_body)).text();
    m_translated.isForced = m_snapshot->responses->get(id, responseScope(m_client.head().headers),
                                                       m_worker.loop.timers().now()) != nullptr;
}

/// An Ollama client that wants the model in memory: of no meaning to anybody else.
bool Exchange::answersLoading() const
{
    const provider::ChatRequest *request = m_translated.translation->request();
    return provider::vendorOf(m_surface.dialect) == provider::Vendor::Ollama &&
           m_surface.operation == Operation::Generate && request != nullptr &&
           provider::ollama::isLoadRequest(*request);
}

provider::AnswerContext Exchange::answerContext() const
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {m_id.view(), m_model, std::chrono::duration_cast<std::chrono::seconds>(now).count(),
            m_translated.translation->request()};
}

void Exchange::rememberResponse()
{
    const provider::Answer *answer = m_translated.answer->answer();
    if (answer == nullptr || !m_snapshot->responses ||
        m_surface.dialect != Dialect::OpenAiResponses) {
        return;
    }
    provider::responses::remember(*m_snapshot->responses, responseScope(m_client.head().headers),
                                  std::exchange(m_translated.continuation, {}), *answer,
                                  answerContext(), m_worker.loop.timers().now());
}

/// False, and why: this backend cannot be asked that.
bool Exchange::translateFor(const upstream::Backend &backend, std::string &problem)
{
    provider::Translation &translation = *m_translated.translation;
    const std::string_view name = backend.nameOf(m_facts.model);
    auto body = translation.bodyFor(backend.settings(), name);
    if (!body) {
        problem = std::move(body.error().message);
        return false;
    }
    m_outgoing.body = std::move(*body);
    m_outgoing.dialect = translation.upstreamDialect();
    if (provider::needsNativeRework(backend.settings(), m_outgoing.dialect, name)) {
        m_outgoing.body = provider::nativeRework(m_outgoing.body, m_surface.operation, name);
    }
    m_outgoing.fidelity = fidelityHeader(translation.fidelity());
    return true;
}

model::OnLoss Exchange::lossRule() const
{
    return m_facts.route != nullptr && m_facts.route->onLoss
               ? *m_facts.route->onLoss
               : m_snapshot->settings.translation.onLoss;
}

/// What this translation loses is allowed by translation.on_loss.
bool Exchange::allowsLosses() const
{
    return m_translated.translation->fidelity().isLossless() || m_translated.allowsLoss ||
           lossRule() == model::OnLoss::Warn;
}

/// False when the exchange goes another way because of what would be lost.
bool Exchange::mayLose(const routing::RouteChoice &choice)
{
    if (allowsLosses()) {
        return true;
    }
    releaseChoice(choice);
    if (lossRule() == model::OnLoss::Reject) {
        refuse(HttpError::LossyTranslation,
               "No backend can be told everything that the request says: " + m_outgoing.fidelity);
        return false;
    }
    m_translated.lossy.push_back(choice.backend.get());
    m_facts.tried.push_back(choice.backend.get());
    auto next = chooseNext();
    if (next.outcome == RouteOutcome::Chosen) {
        lease(std::move(next), false);
    } else if (next.outcome == RouteOutcome::Saturated) {
        enqueue();
    } else {
        refuseUnrouted(next);
    }
    return false;
}

/// As chooseBackend(); when nobody is left but those passed over for their losses, it is them after
/// all.
routing::RouteChoice Exchange::chooseNext()
{
    auto next = chooseBackend();
    const auto &lossy = m_translated.lossy;
    if (next.outcome == RouteOutcome::Chosen || m_translated.allowsLoss || lossy.empty()) {
        return next;
    }
    m_translated.allowsLoss = true;
    std::erase_if(m_facts.tried, [&](const upstream::Backend *tried) {
        return std::find(lossy.begin(), lossy.end(), tried) != lossy.end();
    });
    return chooseBackend();
}

bool Exchange::hasCredential(routing::RouteChoice &choice, bool isFresh)
{
    provider::CredentialSource *source = choice.backend->credentials();
    if (source == nullptr ||
        provider::callersKey(m_client.head().headers, choice.backend->settings())) {
        return true;
    }
    m_outgoing.credential = source->current();
    if (m_outgoing.credential) {
        return true;
    }
    m_clock.enter(model::Stage::Lease);
    m_translated.pending = std::move(choice);
    m_translated.isPendingFresh = isFresh;
    if (m_upload.isUpload && !m_upload.isWhole) {
        m_client.pauseBody();
    }
    m_wait = Wait::Credential;
    m_timer.start(std::min(CredentialPatience, patience()));
    m_translated.waiter =
        source->acquire(m_worker.loop, [this](Result<provider::CredentialPtr> credential) {
            onCredential(std::move(credential));
        });
    return false;
}

/// The wait for a credential is over, well or badly; a timer's end counts as badly.
void Exchange::onCredential(Result<provider::CredentialPtr> credential)
{
    m_timer.stop();
    m_wait = Wait::Nothing;
    m_translated.waiter.reset();
    routing::RouteChoice choice = std::exchange(m_translated.pending, {});
    if (credential && *credential) {
        m_outgoing.credential = *credential;
        launch(std::move(choice), m_translated.isPendingFresh);
        return;
    }
    const std::string name = choice.backend->name();
    qCWarning(lcPrepare, "id=%.*s backend=%s no credential: %s",
              static_cast<int>(m_id.view().size()), m_id.view().data(), name.c_str(),
              credential ? "none" : credential.error().detail.c_str());
    m_worker.metrics.count(observe::Counter::CredentialFailures);
    passOver(std::move(choice), HttpError::NoCredential,
             http::errorMessage(HttpError::NoCredential, name));
}

/// Gives a choice back that no attempt will be made of.
void Exchange::releaseChoice(routing::RouteChoice choice)
{
    if (!choice.backend) {
        return;
    }
    if (choice.isProbe) {
        choice.probe->abandonProbe();
    }
    upstream::InflightGuard(std::move(choice.backend), m_facts.pick.cost,
                            m_snapshot->admission.get())
        .release();
}

/// Tokens that no backend of the model can count.
void Exchange::answerEstimate()
{
    std::string problem;
    const HttpError error = readRequest(problem);
    if (error != HttpError::None) {
        refuse(error, problem);
        return;
    }
    const std::uint64_t tokens = provider::estimateTokens(*m_translated.translation->request());
    m_translated.fidelity.clear();
    m_findings.tokensHeader = "estimate";
    respondWhole(200, {}, provider::encodeCount(m_surface.dialect, tokens));
}

} // namespace meridian::proxy
