// SPDX-License-Identifier: MIT
// The filter box of the requests: plain words, all of which must hold.
#pragma once

#include "ui/requestrow.h"

#include <QCoreApplication>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace meridian::ui {

/// Words are separated by blanks; "…" keeps blanks together; a leading - negates.
/// `status:404` `status:5xx` `backend:x` `model:x` `caller:x` `surface:x` `error:x` `id:x` (part of
/// the name, case is ignored; `status:` exact), `error` `stream` `defects` `translated` `cached`,
/// `>2s` `<500ms` (total time), `ttft>1s`, and any other word: part of a name anywhere.
class RequestFilter
{
    Q_DECLARE_TR_FUNCTIONS(RequestFilter)

public:
    struct Parsed;

    [[nodiscard]] static Parsed parse(const QString &text);

    [[nodiscard]] const QString &text() const { return m_text; }

    [[nodiscard]] bool isEmpty() const { return m_tests.empty(); }

    [[nodiscard]] bool matches(const RequestRow &row) const;

private:
    using Test = std::function<bool(const RequestRow &)>;

    /// The test of one word; the second says what is wrong with it.
    [[nodiscard]] static std::pair<Test, QString> testOf(const QString &word);
    [[nodiscard]] static std::pair<Test, QString> statusTest(const QString &value);
    [[nodiscard]] static std::pair<Test, QString> durationTest(const QString &word);
    [[nodiscard]] static std::pair<Test, QString> keyTest(const QString &key, const QString &value);

    QString m_text;
    std::vector<Test> m_tests;
};

/// A filter of the words that could be read, and what is wrong with the first that could not.
struct RequestFilter::Parsed
{
    RequestFilter filter;
    QString error;
};

} // namespace meridian::ui
