// SPDX-License-Identifier: MIT
// The model field of a form: found as soon as it is whole, never wrongly, wherever the window ends.
#include "core/proxy/uploadmodel.h"

#include <QtTest>

#include <string>

using namespace meridian::proxy;
using Outcome = UploadModelOutcome;

namespace {

const char *const Form = "multipart/form-data; boundary=XyZ";

std::string part(const std::string &disposition, const std::string &value)
{
    return "--XyZ\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
}

std::string fileOf(std::size_t size)
{
    return part("name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav",
                std::string(size, '-') + "\r\n--Xy\r\n--\r\n\r\n--\r\nXyZ");
}

} // namespace

class TestUploadModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void windowCutAtEveryByte_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("model");
        const auto row = [](const char *name, const std::string &body, const char *model) {
            QTest::newRow(name) << QByteArray::fromStdString(body) << QByteArray(model);
        };
        const std::string model = part("name=\"model\"", "whisper-1");
        row("first", model + fileOf(20) + "--XyZ--\r\n", "whisper-1");
        row("after a file", fileOf(50) + model + "--XyZ--\r\n", "whisper-1");
        row("without quotes", part("name=model", "m") + fileOf(5) + "--XyZ--\r\n", "m");
        row("more fields in its head",
            part("name=\"model\"\r\nContent-Type: text/plain", "m") + "--XyZ--\r\n", "m");
        row("empty value", part("name=\"model\"", "") + "--XyZ--\r\n", "");
        row("no value at all",
            "--XyZ\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--XyZ--\r\n", "");
        row("preamble", "to be ignored\r\n" + model + "--XyZ--\r\n", "whisper-1");
        row("look-alikes before",
            part("name=\"model_id\"", "x") + part("filename=\"model\"", "y") +
                part("name=\"xmodel\"", "z") + model + "--XyZ--\r\n",
            "whisper-1");
    }

    void windowCutAtEveryByte()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, model);
        const std::string_view whole(body.constData(), std::size_t(body.size()));
        std::size_t firstFound = whole.size() + 1;
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const std::string window(whole.substr(0, size)); // its own memory: reads stay inside
            const UploadModel result = findUploadModel(Form, window);
            if (result.outcome == Outcome::Found) {
                firstFound = std::min(firstFound, size);
                QCOMPARE(QByteArray::fromStdString(std::string(result.model)), model);
                QVERIFY(result.model.data() >= window.data());
            } else {
                QVERIFY(result.outcome == Outcome::NeedMore);
                QVERIFY2(firstFound > size, "found once means found in every longer window");
            }
        }
        QVERIFY(firstFound <= whole.size());
    }

    void absentAtTheClosingDelimiter()
    {
        const std::string body = fileOf(30) + part("name=\"prompt\"", "model") + "--XyZ--\r\n";
        QVERIFY(findUploadModel(Form, body).outcome == Outcome::Absent);
        const std::string open = body.substr(0, body.size() - 4);
        QVERIFY(findUploadModel(Form, open).outcome == Outcome::NeedMore);
    }

    void contentTypes_data()
    {
        QTest::addColumn<bool>("isForm");
        for (const char *type :
             {"multipart/form-data; boundary=XyZ", "Multipart/Form-Data;boundary=XyZ",
              "multipart/form-data; boundary=\"XyZ\"",
              "multipart/form-data; charset=utf-8; boundary=XyZ; x=y",
              "multipart/form-data; boundary=XyZ ;x=y"}) {
            QTest::newRow(type) << true;
        }
        for (const char *type :
             {"", "application/json", "multipart/mixed; boundary=XyZ", "multipart/form-data",
              "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""}) {
            QTest::newRow(type) << false;
        }
    }

    void contentTypes()
    {
        QFETCH(bool, isForm);
        const std::string body = part("name=\"model\"", "m") + "--XyZ--\r\n";
        const UploadModel result = findUploadModel(QTest::currentDataTag(), body);
        QCOMPARE(int(result.outcome), int(isForm ? Outcome::Found : Outcome::Absent));
    }
};

QTEST_GUILESS_MAIN(TestUploadModel)
#include "tst_uploadmodel.moc"
