// SPDX-License-Identifier: MIT
// One request in the table: what is shown and searched of a record.
#pragma once

#include <QJsonObject>
#include <QSet>
#include <QString>
#include <QVariant>

#include <array>

namespace meridian::ui {

/// Names that repeat in row after row are kept once. Main thread.
class NamePool
{
public:
    [[nodiscard]] QString shared(const QString &name);

private:
    static constexpr qsizetype MaxNames = 4'096; // then it starts anew; rows keep what they have

    QSet<QString> m_names;
};

struct RequestRow
{
    enum Field {
        RequestId,
        Timestamp,
        Model,
        ServedModel,
        Backend,
        Status,
        ErrorType,
        Stream,
        TtfbMs,
        TotalMs,
        PromptTokens,
        CompletionTokens,
        CachedTokens,
        Caller,
        Surface,
        HasDefects,
        Translated,
        FieldCount,
    };

    /// The name of a role, as QML and CSV have it.
    [[nodiscard]] static const char *fieldName(Field field);
    /// FieldCount for a name that is none.
    [[nodiscard]] static Field fieldOf(const QString &name);

    [[nodiscard]] static RequestRow of(const QJsonObject &record, NamePool &names);

    /// What QML gets; numbers that are unknown are NaN (durations) or -1 (tokens).
    [[nodiscard]] QVariant value(Field field) const;

    /// -1, 0 or 1: this against `other`.
    [[nodiscard]] int compare(const RequestRow &other, Field field) const;

    [[nodiscard]] bool isError() const { return status >= 400 || !errorType.isEmpty(); }

    QString requestId;
    QString model;
    QString servedModel;
    QString backend; // empty: none was chosen
    QString errorType;
    QString caller;
    QString surface;
    qint64 timestampMs = 0;
    qint64 promptTokens = -1;
    qint64 completionTokens = -1;
    qint64 cachedTokens = -1;
    double totalMs = 0;
    double ttfbMs;
    quint32 block = 0; // of RecordArchive
    int status = 0;
    bool isStream = false;
    bool hasDefects = false;
    bool isTranslated = false;
};

} // namespace meridian::ui
