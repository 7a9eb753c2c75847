// SPDX-License-Identifier: MIT
// One side's conversation in the playground.
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace meridian::ui {

/// Main thread. The last message may grow; everything else stays. Bounded: the oldest messages go.
class MessageList : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to a PlaygroundSide")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    static constexpr std::size_t MaxMessages = 500;

    enum Role {
        RoleRole = Qt::UserRole + 1, // "user" | "assistant"
        TextRole,                    // as it came
        MarkdownRole,                // safe for Text.MarkdownText, cut to a bearable length
        IsStreamingRole,
        ErrorRole,
    };

    struct Message
    {
        QString role;
        QString text;
        QString error;
        bool isStreaming = false;
    };

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] int count() const { return static_cast<int>(m_messages.size()); }

    [[nodiscard]] const std::vector<Message> &messages() const { return m_messages; }

    void append(Message message);
    void extendLast(const QString &text);
    void endLast(const QString &error = {});
    void clear();

Q_SIGNALS:
    void countChanged();

private:
    void lastChanged();

    std::vector<Message> m_messages;
};

} // namespace meridian::ui
