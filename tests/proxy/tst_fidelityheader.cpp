// SPDX-License-Identifier: MIT
// What a client reads in x-meridian-fidelity.
#include "core/proxy/fidelityheader.h"

#include <QTest>

using namespace meridian;
using provider::Fidelity;

class TestFidelityHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void saysWhatIsLost()
    {
        Fidelity fidelity;
        QCOMPARE(proxy::fidelityHeader(fidelity), std::string("lossless"));
        fidelity.dropped("logit_bias");
        QCOMPARE(proxy::fidelityHeader(fidelity), std::string("degraded; logit_bias dropped"));
        fidelity.approximated("messages[2].content[0]", "an image, as text");
        fidelity.dropped("logit_bias"); // said once
        QCOMPARE(proxy::fidelityHeader(fidelity),
                 std::string("degraded; logit_bias dropped, messages[2].content[0] approximated "
                             "(an image? as text)"));
        fidelity.clear();
        QCOMPARE(proxy::fidelityHeader(fidelity), std::string("lossless"));
    }

    void isOneFieldWhateverAClientCallsThings()
    {
        Fidelity fidelity;
        fidelity.dropped("a\r\nset-cookie: x=1;\t, \xC3\xA9\x7F" + std::string(1, '\0'));
        const std::string text = proxy::fidelityHeader(fidelity);
        QCOMPARE(text, std::string("degraded; a??set-cookie: x=1??? ???? dropped"));
        for (const char c : text) {
            QVERIFY(c >= ' ' && c <= '~');
        }
    }

    void isCut()
    {
        Fidelity fidelity;
        for (int i = 0; i < 100; ++i) {
            fidelity.dropped("field" + std::to_string(i));
        }
        QCOMPARE(fidelity.count(), std::size_t(100));
        const std::string text = proxy::fidelityHeader(fidelity);
        QVERIFY(text.size() < 1100);
        QVERIFY(text.ends_with(", 68 more"));

        Fidelity huge;
        huge.dropped(std::string(5000, 'x'));
        huge.dropped("small");
        QCOMPARE(proxy::fidelityHeader(huge), std::string("degraded; 2 more"));
    }
};

QTEST_GUILESS_MAIN(TestFidelityHeader)
#include "tst_fidelityheader.moc"
