// SPDX-License-Identifier: MIT
// Shared by the tests of single sections: rows of a text and the one problem it has.
#pragma once

#include "tests/config/configtext.h"

#include <QByteArray>
#include <QTest>

namespace meridian::test {

/// The settings of a text that has no problems; a problem fails the calling test.
inline model::Settings settingsWithoutProblems(std::string_view text)
{
    const config::LoadResult loaded = load(text);
    const QStringList problems = problemsOf(text);
    if (!loaded || !problems.isEmpty()) {
        QTest::qFail(qPrintable(problems.join(QLatin1Char('\n'))), __FILE__, __LINE__);
        return {};
    }
    return loaded->settings;
}

/// `text` with the shortest list of backends below it.
inline std::string withBackend(const std::string &text)
{
    return text + '\n' + std::string(OneBackend);
}

inline void addProblemColumns()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
}

/// `problem` is without the file name; the row is named after the text.
inline void addProblem(const std::string &text, const char *problem)
{
    QTest::newRow(text.substr(0, 80).c_str())
        << QByteArray::fromStdString(text)
        << QStringLiteral("c.yaml:") + QString::fromUtf8(problem);
}

/// The text of the current row is refused, for its one problem.
inline void verifyRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const config::LoadResult loaded = load(withBackend(text.toStdString()));
    QVERIFY(!loaded);
    QCOMPARE(formatted(loaded.error()), QStringList{problem});
}

} // namespace meridian::test
