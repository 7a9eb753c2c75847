// SPDX-License-Identifier: MIT
// Whatever a model says, Qt's own Markdown reader finds no image and no HTML in it.
#include "ui/messagelist.h"
#include "ui/safemarkdown.h"

#include <QTextBlock>
#include <QTextDocument>
#include <QtTest>

using namespace meridian::ui;

namespace {

bool hasImage(const QTextDocument &document)
{
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            if (part.fragment().charFormat().isImageFormat()) {
                return true;
            }
        }
    }
    return document.toHtml().contains(QStringLiteral("<img"));
}

} // namespace

class TestSafeMarkdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loadsNothing_data();
    void loadsNothing();
    void keepsWhatItMeans();
    void cutsWhatIsTooLong();
    void keepsTheListBounded();
};

void TestSafeMarkdown::loadsNothing_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"![x](http://127.0.0.1:9/a.png)", "![x][r]\n\n[r]: http://127.0.0.1:9/a.png",
          "<img src='http://127.0.0.1:9/a.png'>", "<IMG\nsrc=x>", "> ```\n<img src=x>",
          "- a\n\n      <img src=x>", "1. a\n  ```\n  b\n<img src=x>", "text ![a ![b](c)](d)",
          "|a|b|\n|-|-|\n|![x](y)|<img src=z>|", "[![x](y)](z)", "<p><img src=x></p>",
          "<!--><img src=x>-->", "&lt;<img src=x>", "~~~\n~~~\n<img src=x>",
          "```\n<img src=x>\n```\n![x](y)", "\\![x](y)", "!\\![x](y)", "<![CDATA[<img src=x>]]>"}) {
        QTest::newRow(text) << QString::fromUtf8(text);
    }
}

void TestSafeMarkdown::loadsNothing()
{
    QFETCH(QString, text);
    QTextDocument document;
    document.setMarkdown(safeMarkdown(text, 1000));
    QVERIFY2(!hasImage(document), qPrintable(document.toHtml()));
}

void TestSafeMarkdown::keepsWhatItMeans()
{
    QTextDocument document;
    document.setMarkdown(safeMarkdown(
        u"# Title\n\n**bold**, a < b, `x <y> z` and [a link](https://example.org)", 1000));
    QString plain = document.toPlainText();
    plain.remove(QChar(0x2060));
    QCOMPARE(plain, QStringLiteral("Title\nbold, a < b, x <y> z and a link"));
}

void TestSafeMarkdown::cutsWhatIsTooLong()
{
    QVERIFY(safeMarkdown(QString(5000, QLatin1Char('x')), 100).size() < 110);
    QVERIFY(safeMarkdown(QString(100'000, QLatin1Char('<')), 1000).size() < 2100);
}

void TestSafeMarkdown::keepsTheListBounded()
{
    MessageList list;
    for (std::size_t i = 0; i < MessageList::MaxMessages + 10; ++i) {
        list.append({QStringLiteral("user"), QString::number(i), {}, false});
    }
    QVERIFY(list.messages().size() <= MessageList::MaxMessages);
    QCOMPARE(list.messages().back().text, QString::number(MessageList::MaxMessages + 9));
}

QTEST_MAIN(TestSafeMarkdown)
#include "tst_safemarkdown.moc"
