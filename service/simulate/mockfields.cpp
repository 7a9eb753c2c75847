// SPDX-License-Identifier: MIT
#include "service/simulate/mockfields.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace meridian::simulate {

MockFields mockFieldsOf(std::string_view body)
{
    MockFields fields;
    if (body.find("\"mock_") == std::string_view::npos) {
        return fields; // nearly always: spares a document
    }
    const auto bytes = QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size()));
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    fields.fail = object.value(QStringLiteral("mock_fail")).toBool();
    if (const int status = object.value(QStringLiteral("mock_status")).toInt(-1); status >= 0) {
        fields.status = status;
    }
    const qint64 bytesWanted = object.value(QStringLiteral("mock_disconnect_after")).toInteger(-1);
    if (bytesWanted >= 0) {
        fields.disconnectAfter = static_cast<std::uint64_t>(bytesWanted);
    }
    return fields;
}

} // namespace meridian::simulate
