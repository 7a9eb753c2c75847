// SPDX-License-Identifier: MIT
// A request for the control plane: checked here, answered by the main thread over an in-process
// pair.
#pragma once

#include "core/base/ids.h"
#include "core/http/errorresponse.h"
#include "core/http/serverconnection.h"
#include "core/proxy/controllink.h"
#include "core/proxy/responserelay.h"
#include "core/proxy/surfaces.h"
#include "core/proxy/workercontext.h"

#include <memory>
#include <string>

namespace meridian::proxy {

/// The main thread's HTTP server trusts what it is sent, so it is sent little: method, target, who
/// asks as AccessFilter found it, and the few fields it reads, one content-length, a bounded body.
/// A caller's own field of PrincipalHeader never gets there. Not model traffic: counted, not
/// logged. Thread: its worker's.
class ControlExchange final : public http::RequestHandler, private http::ResponseHandler
{
public:
    static constexpr std::size_t MaxBody = 1024 * 1024;
    /// `local 127.0.0.1`: kind and address; in the pair only.
    static constexpr std::string_view PrincipalHeader = "x-meridian-principal";
    /// The call is a browser's; in the pair only.
    static constexpr std::string_view BrowserHeader = "x-meridian-browser";

    ControlExchange(http::ServerConnection &client,
                    WorkerContext &worker,
                    ControlLink &link,
                    const Surface &surface);
    ~ControlExchange() override;

    void start() override;
    void onRequestBody(std::string_view bytes) override;
    void onRequestComplete() override;
    void onResponseDrained() override;
    void onRequestFailed(http::MessageParser::Fault fault, bool timedOut) override;
    void onClientGone() override;
    void onShutdown() override;

private:
    void onResponseHead(const http::MessageHead &head) override;
    void onResponseBody(std::string_view bytes) override;
    void onResponseComplete() override;
    void onUpstreamFailed(const http::UpstreamFault &fault) override;

    void refuse(http::HttpError error, std::string_view message = {});
    void endAttempt();
    [[nodiscard]] std::string ownHeaders() const;

    http::ServerConnection &m_client;
    WorkerContext &m_worker;
    ControlLink &m_link;
    const Surface m_surface;
    filter::Caller m_caller = filter::Caller::Anyone;
    const RequestId m_id = RequestId::next();
    std::string m_body;
    std::unique_ptr<http::ClientConnection> m_upstream;
    ResponseRelay m_relay;
};

} // namespace meridian::proxy
