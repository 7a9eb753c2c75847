// SPDX-License-Identifier: MIT
// What a FakeUpstream does with one request: a list of steps, built in words.
#include "tests/support/reply.h"

#include <utility>

namespace meridian::support {

namespace {

std::string statusLine(int status)
{
    return "HTTP/1.1 " + std::to_string(status) + (status < 400 ? " OK\r\n" : " Not OK\r\n");
}

} // namespace

Reply Reply::of(int status,
                std::string_view contentType,
                std::string_view body,
                const Headers &extra)
{
    std::string text = statusLine(status) + "content-type: ";
    text.append(contentType)
        .append("\r\ncontent-length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
    text.append(headerLines(extra)).append("\r\n").append(body);
    return raw(text);
}

Reply Reply::json(std::string_view body, int status, const Headers &extra)
{
    return of(status, "application/json", body, extra);
}

Reply Reply::chunkedHead(std::string_view contentType, int status, const Headers &extra)
{
    std::string text = statusLine(status) + "content-type: ";
    text.append(contentType)
        .append("\r\ntransfer-encoding: chunked\r\n")
        .append(headerLines(extra))
        .append("\r\n");
    return raw(text);
}

Reply Reply::chunks(std::string_view contentType,
                    const std::vector<std::string> &parts,
                    std::chrono::milliseconds pause,
                    int status,
                    const Headers &extra)
{
    Reply reply = chunkedHead(contentType, status, extra);
    for (const std::string &part : parts) {
        reply.sendChunk(part);
        if (pause.count() > 0) {
            reply.pause(pause);
        }
    }
    return reply.endChunks();
}

Reply Reply::sse(const std::vector<std::string> &events, std::chrono::milliseconds pause)
{
    return chunks("text/event-stream", events, pause, 200, {{"cache-control", "no-cache"}});
}

Reply Reply::closeDelimited(std::string_view contentType, std::string_view body)
{
    std::string text = statusLine(200) + "content-type: ";
    text.append(contentType).append("\r\nconnection: close\r\n\r\n").append(body);
    return raw(text).ending(Ending::Close);
}

Reply Reply::raw(std::string_view bytes)
{
    return Reply().send(bytes);
}

Reply Reply::never()
{
    return Reply().awaitPeerClose().ending(Ending::Close);
}

Reply Reply::hangUp(Ending ending)
{
    return Reply().ending(ending);
}

Reply &Reply::send(std::string_view bytes, std::size_t times)
{
    m_steps.emplace_back(Send{std::string(bytes), times});
    return *this;
}

Reply &Reply::sendChunk(std::string_view bytes, std::size_t times)
{
    return send(chunk(bytes), times);
}

Reply &Reply::endChunks()
{
    return send(chunk({}));
}

Reply &Reply::pause(std::chrono::milliseconds span)
{
    m_steps.emplace_back(Pause{span});
    return *this;
}

Reply &Reply::await(SharedGate gate)
{
    m_steps.emplace_back(AwaitGate{std::move(gate)});
    return *this;
}

Reply &Reply::awaitPeerClose()
{
    m_steps.emplace_back(AwaitPeerClose{});
    return *this;
}

Reply &Reply::precededBy(std::string_view bytes)
{
    m_steps.insert(m_steps.begin(), Send{std::string(bytes), 1});
    return *this;
}

Reply &Reply::after(std::chrono::milliseconds span)
{
    m_steps.insert(m_steps.begin(), Pause{span});
    return *this;
}

Reply &Reply::cutAfter(std::size_t count, Ending ending)
{
    std::size_t left = count;
    std::vector<Step> kept;
    for (const Step &step : m_steps) {
        const Send *piece = std::get_if<Send>(&step);
        for (std::size_t i = 0; piece != nullptr && i < piece->times && left > 0; ++i) {
            kept.emplace_back(Send{piece->bytes.substr(0, left), 1});
            left -= std::get<Send>(kept.back()).bytes.size();
        }
        if (left == 0) {
            break;
        }
        if (piece == nullptr) {
            kept.push_back(step);
        }
    }
    m_steps = std::move(kept);
    m_ending = ending;
    return *this;
}

Reply &Reply::ending(Ending ending)
{
    m_ending = ending;
    return *this;
}

Reply Reply::headOnly() const
{
    Reply reply;
    reply.m_ending = m_ending;
    for (const Step &step : m_steps) {
        const Send *piece = std::get_if<Send>(&step);
        if (piece == nullptr) {
            reply.m_steps.push_back(step);
            continue;
        }
        const auto end = piece->bytes.find("\r\n\r\n");
        const bool isInterim = piece->bytes.starts_with("HTTP/1.1 1");
        reply.send(
            std::string_view(piece->bytes).substr(0, end == std::string::npos ? end : end + 4));
        if (!isInterim) {
            break;
        }
    }
    return reply;
}

std::string completionBody(std::string_view model)
{
    return std::string(R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":")")
        .append(model)
        .append(
            R"(","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],)"
            R"("usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}})");
}

std::string deltaEvent(std::string_view text)
{
    return std::string(
               R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":")")
        .append(text)
        .append("\"}}]}\n\n");
}

std::string usageEvent()
{
    return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[],"
           "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5,\"total_tokens\":16}}\n\n";
}

} // namespace meridian::support
