// SPDX-License-Identifier: MIT
// The language of the window: English as written, or a translation that is built in.
#include "ui/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace meridian::ui {

namespace {

constexpr const char *Ours = "meridian-translation"; // the application owns them, by this name

void install(const QString &name, const QString &folder)
{
    auto *translator = new QTranslator(QCoreApplication::instance());
    translator->setObjectName(QLatin1String(Ours));
    if (translator->load(name, folder)) {
        QCoreApplication::installTranslator(translator);
    } else {
        delete translator;
    }
}

} // namespace

QString languageFor(const QString &setting)
{
    const bool isSystem = setting != QLatin1String("de") && setting != QLatin1String("en");
    const bool isGerman = isSystem ? QLocale::system().language() == QLocale::German
                                   : setting == QLatin1String("de");
    return isGerman ? QStringLiteral("de") : QStringLiteral("en");
}

void installLanguage(const QString &setting)
{
    for (QTranslator *old : QCoreApplication::instance()->findChildren<QTranslator *>(
             QLatin1String(Ours), Qt::FindDirectChildrenOnly)) {
        delete old; // which removes it
    }
    const QString language = languageFor(setting);
    install(QStringLiteral("qtbase_") + language,
            QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("meridian_") + language, QStringLiteral(":/i18n"));
    QLocale::setDefault(setting == language ? QLocale(language) : QLocale::system());
}

} // namespace meridian::ui
