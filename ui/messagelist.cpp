// SPDX-License-Identifier: MIT
// One side's conversation in the playground.
#include "ui/messagelist.h"

#include "ui/safemarkdown.h"

namespace meridian::ui {

namespace {

constexpr qsizetype MaxShown = 200'000; // rendering a longer text takes seconds

} // namespace

int MessageList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> MessageList::roleNames() const
{
    return {{RoleRole, "role"},
            {TextRole, "text"},
            {MarkdownRole, "markdown"},
            {IsStreamingRole, "isStreaming"},
            {ErrorRole, "error"}};
}

QVariant MessageList::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count()) {
        return {};
    }
    const Message &message = m_messages[static_cast<std::size_t>(index.row())];
    switch (role) {
    case RoleRole:
        return message.role;
    case Qt::DisplayRole:
    case TextRole:
        return message.text;
    case MarkdownRole:
        return safeMarkdown(message.text, MaxShown);
    case IsStreamingRole:
        return message.isStreaming;
    case ErrorRole:
        return message.error;
    default:
        return {};
    }
}

void MessageList::append(Message message)
{
    if (m_messages.size() >= MaxMessages) { // a question goes with its answer
        beginRemoveRows({}, 0, 1);
        m_messages.erase(m_messages.begin(), m_messages.begin() + 2);
        endRemoveRows();
    }
    beginInsertRows({}, count(), count());
    m_messages.push_back(std::move(message));
    endInsertRows();
    Q_EMIT countChanged();
}

void MessageList::extendLast(const QString &text)
{
    if (!m_messages.empty() && !text.isEmpty()) {
        m_messages.back().text.append(text);
        lastChanged();
    }
}

void MessageList::endLast(const QString &error)
{
    if (!m_messages.empty()) {
        m_messages.back().isStreaming = false;
        m_messages.back().error = error;
        lastChanged();
    }
}

void MessageList::lastChanged()
{
    const QModelIndex last = index(count() - 1);
    Q_EMIT dataChanged(last, last);
}

void MessageList::clear()
{
    beginResetModel();
    m_messages.clear();
    endResetModel();
    Q_EMIT countChanged();
}

} // namespace meridian::ui
