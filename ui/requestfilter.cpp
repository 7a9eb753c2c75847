// SPDX-License-Identifier: MIT
// The filter box of the requests: plain words, all of which must hold.
#include "ui/requestfilter.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype MaxWords = 32;
constexpr qsizetype MaxText = 1'024;

using TextField = QString RequestRow::*;

struct Key
{
    QLatin1String word;
    TextField field;
};

constexpr std::array Keys{
    Key{"backend"_L1, &RequestRow::backend}, Key{"caller"_L1, &RequestRow::caller},
    Key{"surface"_L1, &RequestRow::surface}, Key{"error"_L1, &RequestRow::errorType},
    Key{"id"_L1, &RequestRow::requestId}};

bool holds(const QString &text, const QString &part)
{
    return text.contains(part, Qt::CaseInsensitive);
}

bool holdsModel(const RequestRow &row, const QString &part)
{
    return holds(row.model, part) || holds(row.servedModel, part);
}

QStringList wordsOf(const QString &text)
{
    QStringList words;
    QString word;
    bool isQuoted = false;
    for (const QChar c : text) {
        if (c == u'"') {
            isQuoted = !isQuoted;
        } else if (c.isSpace() && !isQuoted) {
            words.append(word);
            word.clear();
        } else {
            word.append(c);
        }
    }
    words.append(word);
    words.removeAll(QString());
    return words;
}

} // namespace

RequestFilter::Parsed RequestFilter::parse(const QString &text)
{
    Parsed parsed;
    parsed.filter.m_text = text;
    const QStringList words = wordsOf(text.left(MaxText));
    if (text.size() > MaxText || words.size() > MaxWords) {
        parsed.error = tr("The filter is too long: at most %1 words are heeded.").arg(MaxWords);
    }
    for (QString word : words.mid(0, MaxWords)) {
        const bool isNegated = word.size() > 1 && word.startsWith(u'-');
        auto [test, error] = testOf(isNegated ? word.mid(1) : word);
        if (!test) {
            parsed.error = parsed.error.isEmpty() ? error : parsed.error;
        } else if (isNegated) {
            parsed.filter.m_tests.push_back(
                [test = std::move(test)](const RequestRow &row) { return !test(row); });
        } else {
            parsed.filter.m_tests.push_back(std::move(test));
        }
    }
    return parsed;
}

bool RequestFilter::matches(const RequestRow &row) const
{
    return std::all_of(m_tests.begin(), m_tests.end(), [&](const Test &test) { return test(row); });
}

std::pair<RequestFilter::Test, QString> RequestFilter::testOf(const QString &word)
{
    if (word == "error"_L1) {
        return {[](const RequestRow &row) { return row.isError(); }, {}};
    }
    if (word == "stream"_L1) {
        return {[](const RequestRow &row) { return row.isStream; }, {}};
    }
    if (word == "defects"_L1) {
        return {[](const RequestRow &row) { return row.hasDefects; }, {}};
    }
    if (word == "translated"_L1) {
        return {[](const RequestRow &row) { return row.isTranslated; }, {}};
    }
    if (word == "cached"_L1) {
        return {[](const RequestRow &row) { return row.cachedTokens > 0; }, {}};
    }
    if (word.contains(u'>') || word.contains(u'<')) {
        return durationTest(word);
    }
    // A model's name may hold a colon too ("llama3:8b"): only our own words are keys.
    if (const qsizetype colon = word.indexOf(u':'); colon > 0) {
        if (auto found = keyTest(word.left(colon).toLower(), word.mid(colon + 1));
            found.first || !found.second.isEmpty()) {
            return found;
        }
    }
    return {[word](const RequestRow &row) {
                return holdsModel(row, word) || holds(row.backend, word) ||
                       holds(row.requestId, word) || holds(row.caller, word) ||
                       holds(row.surface, word) || holds(row.errorType, word);
            },
            {}};
}

std::pair<RequestFilter::Test, QString> RequestFilter::keyTest(const QString &key,
                                                               const QString &value)
{
    if (key == "status"_L1) {
        return statusTest(value);
    }
    if (key == "model"_L1) {
        return value.isEmpty()
                   ? std::pair<Test, QString>{{}, tr("model: needs a part of a name after it.")}
                   : std::pair<Test, QString>{
                         [value](const RequestRow &row) { return holdsModel(row, value); }, {}};
    }
    for (const Key &known : Keys) {
        if (key != known.word) {
            continue;
        }
        if (value.isEmpty()) {
            return {{}, tr("%1: needs a part of a name after it.").arg(key)};
        }
        return {[field = known.field, value](const RequestRow &row) {
                    return holds(row.*field, value);
                },
                {}};
    }
    return {};
}

std::pair<RequestFilter::Test, QString> RequestFilter::statusTest(const QString &value)
{
    static const QRegularExpression Form(u"^([1-5])(\\d\\d|xx)$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = Form.match(value);
    if (!match.hasMatch()) {
        return {{}, tr("status:%1 is no status: write status:404 or status:5xx.").arg(value)};
    }
    if (match.captured(2).toLower() == "xx"_L1) {
        const int hundreds = match.captured(1).toInt();
        return {[hundreds](const RequestRow &row) { return row.status / 100 == hundreds; }, {}};
    }
    const int status = value.toInt();
    return {[status](const RequestRow &row) { return row.status == status; }, {}};
}

std::pair<RequestFilter::Test, QString> RequestFilter::durationTest(const QString &word)
{
    static const QRegularExpression Form(u"^(ttft|total)?([<>])(\\d+(?:\\.\\d+)?)(ms|s|m|min)?$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = Form.match(word);
    if (!match.hasMatch()) {
        return {{}, tr("%1 is no duration: write >2s, <500ms or ttft>1s.").arg(word)};
    }
    const QString unit = match.captured(4).toLower();
    const double factor = unit == "ms"_L1 ? 1 : unit.startsWith(u'm') ? 60'000 : 1'000;
    const double limit = match.captured(3).toDouble() * factor;
    const bool isMore = match.captured(2) == ">"_L1;
    const auto field = match.captured(1).compare("ttft"_L1, Qt::CaseInsensitive) == 0
                           ? &RequestRow::ttfbMs
                           : &RequestRow::totalMs;
    return {[=](const RequestRow &row) { // NaN is neither more nor less
                return isMore ? row.*field > limit : row.*field < limit;
            },
            {}};
}

} // namespace meridian::ui
