// SPDX-License-Identifier: MIT
// The whole records behind the table's rows, packed: ten thousand of them in about two megabytes.
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <map>

namespace meridian::ui {

/// Each batch is one block, compressed, dropped when its last row is gone. Main thread.
class RecordArchive
{
public:
    /// Returns the block's number, which every row of the batch refers to.
    quint32 add(const QJsonArray &records);

    /// `rows` rows of a block are gone.
    void release(quint32 block, int rows = 1);

    /// Empty when it is not there.
    [[nodiscard]] QJsonObject record(quint32 block, const QString &requestId) const;

    /// All of a block, as they came.
    [[nodiscard]] QJsonArray records(quint32 block) const;

    void clear() { m_blocks.clear(); }

    [[nodiscard]] qsizetype bytes() const;

private:
    struct Block
    {
        QByteArray packed;
        int rows = 0;
    };

    std::map<quint32, Block> m_blocks;
    quint32 m_next = 1;
};

} // namespace meridian::ui
