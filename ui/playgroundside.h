// SPDX-License-Identifier: MIT
// One of the playground's one or two conversations, and what its last answer was like.
#pragma once

#include "ui/chatstream.h"
#include "ui/messagelist.h"

#include <QTimer>

namespace meridian::ui {

/// Main thread. At most one request at a time.
class PlaygroundSide final : public QObject, private ChatListener
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to a PlaygroundModel")
    Q_PROPERTY(QString model READ model WRITE setModel NOTIFY modelChanged)
    Q_PROPERTY(meridian::ui::MessageList *messages READ messages CONSTANT)
    Q_PROPERTY(bool isBusy READ isBusy NOTIFY figuresChanged)
    Q_PROPERTY(double ttftMs READ ttftMs NOTIFY figuresChanged) // NaN: unknown
    Q_PROPERTY(double tokensPerSecond READ tokensPerSecond NOTIFY figuresChanged)
    Q_PROPERTY(int tokens READ tokens NOTIFY figuresChanged)
    Q_PROPERTY(int promptTokens READ promptTokens NOTIFY figuresChanged)
    /// Counted from the pieces that came, as the backend has not told.
    Q_PROPERTY(bool isEstimated READ isEstimated NOTIFY figuresChanged)
    Q_PROPERTY(double cost READ cost NOTIFY figuresChanged) // NaN: no price is known
    Q_PROPERTY(QString costText READ costText NOTIFY figuresChanged)
    Q_PROPERTY(QString backend READ backend NOTIFY figuresChanged)
    Q_PROPERTY(QString requestId READ requestId NOTIFY figuresChanged)

public:
    /// Per million tokens; negative: unknown.
    struct Price
    {
        double prompt = -1;
        double completion = -1;
    };

    PlaygroundSide(event::Loop &loop, QObject *parent = nullptr);
    ~PlaygroundSide() override;

    [[nodiscard]] double ttftMs() const { return m_ttftMs; }

    [[nodiscard]] double tokensPerSecond() const { return m_tokensPerSecond; }

    [[nodiscard]] int tokens() const { return m_tokens; }

    [[nodiscard]] int promptTokens() const { return m_promptTokens; }

    [[nodiscard]] bool isEstimated() const { return m_isEstimated; }

    [[nodiscard]] QString backend() const { return m_backend; }

    [[nodiscard]] QString requestId() const { return m_requestId; }

    [[nodiscard]] QString model() const { return m_model; }

    void setModel(const QString &model);

    [[nodiscard]] MessageList *messages() { return &m_messages; }

    [[nodiscard]] bool isBusy() const { return m_stream != nullptr; }

    [[nodiscard]] double cost() const;
    [[nodiscard]] QString costText() const;
    void setPrice(Price price);

    /// Sends the conversation so far and `text`, once.
    void send(const QString &address, const QString &systemPrompt, const QString &text);
    /// Closes the connection; what has come stays.
    void stop();
    void clear();

Q_SIGNALS:
    void modelChanged();
    void figuresChanged();

private:
    void onChatHead(const Head &head) override;
    void onChatText(std::string_view text) override;
    void onChatUsage(const Usage &usage) override;
    void onChatEnded() override;
    void onChatFailed(const std::string &reason) override;

    void showPending();
    void measure();
    void end(const QString &error);
    [[nodiscard]] std::string body(const QString &systemPrompt) const;

    event::Loop &m_loop;
    MessageList m_messages;
    std::unique_ptr<ChatStream> m_stream;
    QTimer m_frame;        // shows what came, at most some twenty times a second
    std::string m_pending; // text not shown yet
    std::chrono::steady_clock::time_point m_sentAt, m_firstAt, m_lastAt;
    QString m_model, m_backend, m_requestId;
    double m_ttftMs, m_tokensPerSecond;
    int m_tokens = 0, m_promptTokens = 0, m_pieces = 0;
    bool m_isEstimated = false;
    bool m_isTold = false; // the tokens are the backend's own count
    Price m_price;
};

} // namespace meridian::ui
