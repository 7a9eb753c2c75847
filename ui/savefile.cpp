// SPDX-License-Identifier: MIT
// Writes a file that a person has chosen: whole, or not at all.
#include "ui/savefile.h"

#include <QCoreApplication>
#include <QSaveFile>

namespace meridian::ui {

QString saveFile(const QUrl &file, const QByteArray &content)
{
    const auto problem = [&](const QString &reason) {
        return QCoreApplication::translate("SaveFile", "%1 was not saved: %2.")
            .arg(file.isLocalFile() ? file.toLocalFile() : file.toString(), reason);
    };
    if (!file.isLocalFile()) {
        return problem(QCoreApplication::translate("SaveFile", "it is not on this computer"));
    }
    QSaveFile out(file.toLocalFile());
    if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size() || !out.commit()) {
        return problem(out.errorString());
    }
    return {};
}

} // namespace meridian::ui
