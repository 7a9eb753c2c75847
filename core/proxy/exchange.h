// SPDX-License-Identifier: MIT
// The life of one model request, from its head to its record.
#pragma once

#include "core/http/errorresponse.h"
#include "core/proxy/exchangecore.h"
#include "core/routing/explanation.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

/// Walks the stages of docs/architecture.md; their names are the methods' names. Thread: its
/// worker's. settle() runs exactly once, on every path, the client's leaving included. One attempt
/// is under way at a time, or two while the first token is hedged.
class Exchange final : public http::RequestHandler,
                       private AttemptListener,
                       private event::TimerClient,
                       private ExchangeCore
{
public:
    Exchange(http::ServerConnection &client,
             WorkerContext &worker,
             const Surface &surface,
             std::string_view path); // pathOf() the target
    ~Exchange() override;

    void start() override;
    void onRequestBody(std::string_view bytes) override;
    void onRequestComplete() override;
    void onResponseDrained() override;
    void onRequestFailed(http::MessageParser::Fault fault, bool timedOut) override;
    void onClientGone() override;
    void onShutdown() override;

private:
    // exchangerequest.cpp: stages 4 to 7
    void identify();
    void collect();
    void scan();
    void sniffUpload(bool isWhole);
    void recallResponse(const json::BodyFields &fields);
    [[nodiscard]] filter::FilterContext filterContext() const;

    // exchangeroute.cpp: stage 8
    void prepareRouting(const json::BodyFields &fields);
    void route();
    [[nodiscard]] routing::RouteQuery routeQuery();
    [[nodiscard]] routing::RouteChoice chooseBackend();
    void keepTrail(const routing::RouteChoice &choice);
    void explainChoice(const routing::RouteQuery &query,
                       const routing::RouteChoice &choice,
                       std::vector<routing::BackendFigures> figures);
    void enqueue();
    void onSlot(std::shared_ptr<upstream::Backend> backend);
    void leaveQueue();
    void refuseUnrouted(const routing::RouteChoice &choice);
    void refuseSaturated(http::HttpError error);
    [[nodiscard]] int priority() const;

    // exchangeprepare.cpp: what the chosen backend must be told, and with whose key
    [[nodiscard]] provider::Passage passageFor(const upstream::Backend &backend) const;
    [[nodiscard]] bool prepare(routing::RouteChoice &choice, bool isFresh);
    [[nodiscard]] bool lacksKey(const upstream::Backend &backend) const;
    void passOver(routing::RouteChoice choice, http::HttpError error, const std::string &why);
    [[nodiscard]] bool prepareRival(const routing::RouteChoice &choice);
    [[nodiscard]] http::HttpError readRequest(std::string &problem);
    [[nodiscard]] bool answersLoading() const;
    [[nodiscard]] provider::AnswerContext answerContext() const;
    void rememberResponse();
    [[nodiscard]] bool translateFor(const upstream::Backend &backend, std::string &problem);
    [[nodiscard]] model::OnLoss lossRule() const;
    [[nodiscard]] bool allowsLosses() const;
    [[nodiscard]] bool mayLose(const routing::RouteChoice &choice);
    [[nodiscard]] routing::RouteChoice chooseNext();
    [[nodiscard]] bool hasCredential(routing::RouteChoice &choice, bool isFresh);
    void onCredential(Result<provider::CredentialPtr> credential);
    void releaseChoice(routing::RouteChoice choice);
    void answerEstimate();

    // exchangeanswer.cpp: answers in another dialect, and errors that are looked at
    void beginAnswer(Attempt &attempt);
    void passAnswer(Attempt &attempt);
    void startStream(Attempt &attempt);
    void completeAnswer(Attempt &attempt);
    void failAnswer(Attempt &attempt);
    [[nodiscard]] bool failOverPage(Attempt &attempt);
    void endTruncated(Attempt &attempt);
    void respondWhole(int status, std::string_view errorType, std::string_view body);
    void endStream(std::string_view type, std::string_view message);
    [[nodiscard]] bool holdsErrors(const Attempt &attempt) const;
    void releaseHeld(Attempt &attempt);
    [[nodiscard]] bool tryLargerModel(const provider::ApiError &error);
    void refuse(const provider::ApiError &error, std::chrono::nanoseconds retryAfter);

    // exchangeretry.cpp: what follows an attempt that failed
    [[nodiscard]] bool mayRepeat(const Attempt &attempt, bool requestSent, bool isAnswered) const;
    [[nodiscard]] std::chrono::nanoseconds patience() const;
    void failOver(Attempt &attempt, const http::UpstreamFault &fault);
    [[nodiscard]] bool failOverStatus(Attempt &attempt);
    [[nodiscard]] bool noteRefusedKey(const Attempt &attempt);
    [[nodiscard]] bool failOverRefusedKey(Attempt &attempt);
    void noteFailover(const Attempt &failed);
    [[nodiscard]] bool continueElsewhere(Attempt &attempt);
    void onContinuationHead(Attempt &attempt);
    [[nodiscard]] bool backOff(std::chrono::nanoseconds retryAfter);
    void armHedge();
    void startHedge();
    void onTimer() noexcept override;

    // exchangeupstream.cpp: stages 9 to 11
    std::unique_ptr<Attempt> startAttempt(routing::RouteChoice choice, bool isFresh, bool isHedge);
    void lease(routing::RouteChoice choice, bool isFresh);
    void launch(routing::RouteChoice choice, bool isFresh);
    void send(Attempt &attempt);
    void rewriteBody(Attempt &attempt) const;
    void forwardUpload(Attempt &attempt, std::string_view bytes);
    void onAttemptConnected(Attempt &attempt) override;
    void onAttemptDrained(Attempt &attempt) override;
    void onAttemptHead(Attempt &attempt) override;
    void onAttemptBody(Attempt &attempt, std::string_view bytes) override;
    void onAttemptComplete(Attempt &attempt) override;
    void onAttemptFailed(Attempt &attempt, const http::UpstreamFault &fault) override;
    void commit(Attempt &attempt);

    [[nodiscard]] bool isRacing() const noexcept { return m_attempt && m_rival; }

    void drop(std::unique_ptr<Attempt> &attempt, std::string_view fault);
    void dropRacer(Attempt &attempt, std::string_view fault);
    void endAttempts(std::string_view fault);
    void noteAttemptEnd(const Attempt &attempt, std::string_view fault);

    // exchange.cpp: the end
    struct Instead // of what the error table says
    {
        int status = 0;
        std::chrono::seconds retryAfter{0};
    };

    void refuse(http::HttpError error, std::string_view message = {}, Instead instead = {0, {}});
    void refuse(const filter::Refusal &refusal);
    void appendOwnHeaders(std::string &out) const;
    void settle(int status, std::string_view errorType);
    void fill(model::RequestRecord &record, int status, std::string_view errorType);
};

} // namespace meridian::proxy
