// SPDX-License-Identifier: MIT
// One of the playground's one or two conversations, and what its last answer was like.
#include "ui/playgroundside.h"

#include "core/json/jsonwriter.h"

#include <QLocale>

#include <cmath>
#include <limits>
#include <utility>

namespace meridian::ui {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();
constexpr auto Frame = 50ms;
constexpr double Million = 1e6;

double secondsBetween(Clock::time_point from, Clock::time_point to)
{
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

PlaygroundSide::PlaygroundSide(event::Loop &loop, QObject *parent)
    : QObject(parent)
    , m_loop(loop)
    , m_ttftMs(Unknown)
    , m_tokensPerSecond(Unknown)
{
    m_frame.setInterval(Frame);
    connect(&m_frame, &QTimer::timeout, this, &PlaygroundSide::showPending);
}

PlaygroundSide::~PlaygroundSide()
{
    if (m_stream) {
        m_stream->cancel();
    }
}

void PlaygroundSide::setModel(const QString &model)
{
    if (model != m_model) {
        m_model = model;
        Q_EMIT modelChanged();
    }
}

void PlaygroundSide::setPrice(Price price)
{
    m_price = price;
    Q_EMIT figuresChanged();
}

double PlaygroundSide::cost() const
{
    if (m_price.prompt < 0 || m_price.completion < 0 || m_isEstimated || m_tokens == 0) {
        return Unknown;
    }
    return (m_promptTokens * m_price.prompt + m_tokens * m_price.completion) / Million;
}

QString PlaygroundSide::costText() const
{
    const double amount = cost();
    if (std::isnan(amount)) {
        return {};
    }
    // four decimals below a cent, as a chat's usual cost would else read as nothing
    constexpr double Least = 0.0001;
    if (amount < Least) {
        return QStringLiteral("<$0.0001");
    }
    return QLatin1Char('$') + QLocale::c().toString(amount, 'f', amount < 0.01 ? 4 : 2);
}

std::string PlaygroundSide::body(const QString &systemPrompt) const
{
    json::JsonWriter out;
    const auto write = [&out](std::string_view role, const QString &text) {
        out.beginObject().string("role", role).string("content", text.toStdString()).endObject();
    };
    out.beginObject().string("model", m_model.toStdString()).boolean("stream", true);
    out.key("stream_options").beginObject().boolean("include_usage", true).endObject();
    out.key("messages").beginArray();
    if (!systemPrompt.isEmpty()) {
        write("system", systemPrompt);
    }
    for (const MessageList::Message &message : m_messages.messages()) {
        if (!message.text.isEmpty()) { // an answer that failed at once
            write(message.role.toStdString(), message.text);
        }
    }
    return out.endArray().endObject().take();
}

void PlaygroundSide::send(const QString &address, const QString &systemPrompt, const QString &text)
{
    if (m_stream) {
        return; // one request at a time: it is a purchase
    }
    m_messages.append({QStringLiteral("user"), text, {}, false});
    std::string request = body(systemPrompt);
    m_messages.append({QStringLiteral("assistant"), {}, {}, true});
    m_ttftMs = m_tokensPerSecond = Unknown;
    m_tokens = m_promptTokens = m_pieces = 0;
    m_isEstimated = m_isTold = false;
    m_backend.clear();
    m_requestId.clear();
    m_pending.clear();
    m_sentAt = Clock::now();
    m_stream =
        std::make_unique<ChatStream>(m_loop, address.toStdString(), std::move(request),
                                     static_cast<ChatListener &>(*this)); // private, so only here
    m_frame.start();
    Q_EMIT figuresChanged();
}

void PlaygroundSide::onChatHead(const Head &head)
{
    m_backend = QString::fromStdString(head.backend);
    m_requestId = QString::fromStdString(head.requestId);
    Q_EMIT figuresChanged();
}

void PlaygroundSide::onChatText(std::string_view text)
{
    m_lastAt = Clock::now();
    if (m_pieces == 0) {
        m_firstAt = m_lastAt;
        m_ttftMs = secondsBetween(m_sentAt, m_firstAt) * 1000;
    }
    ++m_pieces;
    m_pending.append(text);
}

void PlaygroundSide::onChatUsage(const Usage &usage)
{
    if (usage.completionTokens) {
        m_tokens = static_cast<int>(*usage.completionTokens);
        m_isTold = true;
        m_isEstimated = false;
    }
    m_promptTokens = static_cast<int>(usage.promptTokens.value_or(m_promptTokens));
}

void PlaygroundSide::onChatEnded()
{
    end({});
}

void PlaygroundSide::onChatFailed(const std::string &reason)
{
    end(QString::fromStdString(reason));
}

void PlaygroundSide::showPending()
{
    if (m_pending.empty()) {
        return;
    }
    m_messages.extendLast(QString::fromStdString(m_pending));
    m_pending.clear();
    if (!m_isTold) { // most backends send a piece per token
        m_tokens = m_pieces;
        m_isEstimated = true;
    }
    measure();
    Q_EMIT figuresChanged();
}

void PlaygroundSide::measure()
{
    const double span = m_pieces > 1 ? secondsBetween(m_firstAt, m_lastAt) : 0;
    // the first token's time is the prompt's; of one piece nobody can tell a speed
    m_tokensPerSecond = span > 0 && m_tokens > 1 ? (m_tokens - 1) / span : Unknown;
}

void PlaygroundSide::end(const QString &error)
{
    showPending();
    measure();
    m_frame.stop();
    m_messages.endLast(error);
    if (m_stream) {
        m_loop.deleteLater(std::move(m_stream)); // we are in its callback
    }
    Q_EMIT figuresChanged();
}

void PlaygroundSide::stop()
{
    if (m_stream) {
        m_stream->cancel();
        end({});
    }
}

void PlaygroundSide::clear()
{
    stop();
    m_messages.clear();
}

} // namespace meridian::ui
