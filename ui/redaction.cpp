// SPDX-License-Identifier: MIT
// Takes out of a text what must not leave this computer in a bug report.
#include "ui/redaction.h"

#include <QDir>
#include <QRegularExpression>

namespace meridian::ui {

QString redacted(const QString &text)
{
    using Expression = QRegularExpression;
    const auto options = Expression::CaseInsensitiveOption;
    const QString gone = QStringLiteral("\\1[redacted]");
    QString result = text;
    // `"api_key": "value"`, `token=value`, `authorization: Bearer value`; a reference is no secret
    static const Expression Named(
        QStringLiteral(
            "((?:api[-_]?key|auth[-_]?header|authorization|(?:access|admin|session|refresh)?[-_]?"
            "token|passwo?r?d|pass[-_]?phrase|secret)\"?'?\\s*[:=]\\s*[\"']?"
            "(?:bearer\\s+|basic\\s+)?)"
            "(?!(?:env|file|keychain|credential):|\\$\\{)[^\\s\"',;}&]+"),
        options);
    static const Expression Bearer(
        QStringLiteral("\\b((?:bearer|basic)\\s+)[A-Za-z0-9._~+/=-]{8,}"), options);
    static const Expression Key(QStringLiteral(
        "()\\b(?:sk|pk|rk|gsk|xai|hf|ghp|mrdn|nvapi|AIza|ya29|AKIA|eyJ)[-_.A-Za-z0-9]{12,}"));
    static const Expression UserInfo(QStringLiteral("([a-z][a-z0-9+.-]*://)[^\\s/@\"']+@"),
                                     options);
    result.replace(Named, gone);
    result.replace(Bearer, gone);
    result.replace(Key, gone);
    result.replace(UserInfo, QStringLiteral("\\1[redacted]@"));
    const QString home = QDir::homePath();
    if (home.size() > 1) { // "/" would eat every path
        result.replace(home, QStringLiteral("~"));
    }
    return result;
}

} // namespace meridian::ui
