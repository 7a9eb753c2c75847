// SPDX-License-Identifier: MIT
// The whole records behind the table's rows, packed: ten thousand of them in about two megabytes.
#include "ui/recordarchive.h"

#include <QJsonDocument>

namespace meridian::ui {

namespace {

constexpr int FastLevel = 1; // records of one batch resemble each other: a tenth is left

} // namespace

quint32 RecordArchive::add(const QJsonArray &records)
{
    const quint32 block = m_next++;
    m_blocks[block] = {qCompress(QJsonDocument(records).toJson(QJsonDocument::Compact), FastLevel),
                       int(records.size())};
    return block;
}

void RecordArchive::release(quint32 block, int rows)
{
    const auto found = m_blocks.find(block);
    if (found != m_blocks.end() && (found->second.rows -= rows) <= 0) {
        m_blocks.erase(found);
    }
}

QJsonArray RecordArchive::records(quint32 block) const
{
    const auto found = m_blocks.find(block);
    return found == m_blocks.end()
               ? QJsonArray()
               : QJsonDocument::fromJson(qUncompress(found->second.packed)).array();
}

QJsonObject RecordArchive::record(quint32 block, const QString &requestId) const
{
    for (const QJsonValue &value : records(block)) {
        const QJsonObject record = value.toObject();
        if (record.value(QLatin1String("request_id")).toString() == requestId) {
            return record;
        }
    }
    return {};
}

qsizetype RecordArchive::bytes() const
{
    qsizetype sum = 0;
    for (const auto &[number, block] : m_blocks) {
        sum += block.packed.size();
    }
    return sum;
}

} // namespace meridian::ui
