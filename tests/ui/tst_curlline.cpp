// SPDX-License-Identifier: MIT
// Lines for a shell: what a real one makes of them.
#include "ui/curlline.h"
#include "ui/shellquote.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The words as a POSIX shell sees them.
QStringList wordsOf(const QString &line)
{
    QProcess shell;
    shell.start(u"/bin/sh"_s, {u"-c"_s, u"set -- "_s + line + u"; printf '%s\\0' \"$@\""_s});
    if (!shell.waitForFinished(30'000)) {
        return {};
    }
    QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(0));
    words.removeLast();
    return words;
}

} // namespace

class TstCurlLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quoting_data();
    void quoting();
    void surfaces_data();
    void surfaces();
};

void TstCurlLine::quoting_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << u"llama3:8b"_s;
    QTest::newRow("empty") << QString();
    QTest::newRow("blank") << u"a b"_s;
    QTest::newRow("quote") << u"it's"_s;
    QTest::newRow("quotes") << u"''\"'"_s;
    QTest::newRow("command") << u"$(reboot) `id` ; rm -rf * & | > x"_s;
    QTest::newRow("line end") << u"a\nb\n"_s;
    QTest::newRow("history") << u"!!"_s;
    QTest::newRow("tilde") << u"~root"_s;
    QTest::newRow("backslash") << u"\\\\ \\n \\'"_s;
    QTest::newRow("foreign") << u"größer 模型 🙂"_s;
}

void TstCurlLine::quoting()
{
    QFETCH(QString, text);
    QCOMPARE(wordsOf(u"x "_s + shellQuoted(text)), QStringList({u"x"_s, text}));
}

void TstCurlLine::surfaces_data()
{
    QTest::addColumn<QString>("surface");
    QTest::addColumn<QString>("key");
    QTest::newRow("chat") << u"/v1/chat/completions"_s << u"messages"_s;
    QTest::newRow("completions") << u"/v1/completions"_s << u"prompt"_s;
    QTest::newRow("messages") << u"/v1/messages"_s << u"max_tokens"_s;
    QTest::newRow("responses") << u"/v1/responses"_s << u"input"_s;
    QTest::newRow("embeddings") << u"/v1/embeddings"_s << u"input"_s;
    QTest::newRow("rerank") << u"/v1/rerank"_s << u"documents"_s;
    QTest::newRow("ollama") << u"/api/chat"_s << u"stream"_s;
    QTest::newRow("gemini") << u"/v1beta/models/gemini:generateContent"_s << u"contents"_s;
    QTest::newRow("other") << u"/v1/files"_s << QString();
}

void TstCurlLine::surfaces()
{
    QFETCH(QString, surface);
    QFETCH(QString, key);
    const QStringList words =
        wordsOf(curlLineOf(u"http://127.0.0.1:8080"_s, surface, u"it's \"m\""_s, false));
    QCOMPARE(words.value(0), u"curl"_s);
    QVERIFY(words.contains(u"http://127.0.0.1:8080"_s + surface));
    const qsizetype data = words.indexOf(u"-d"_s);
    QCOMPARE(data >= 0, !key.isEmpty());
    if (data >= 0) {
        const QJsonObject body = QJsonDocument::fromJson(words[data + 1].toUtf8()).object();
        QVERIFY(body.contains(key));
        QVERIFY(body.contains(u"contents"_s) || body[u"model"_s].toString() == u"it's \"m\""_s);
    }
}

QTEST_GUILESS_MAIN(TstCurlLine)
#include "tst_curlline.moc"
