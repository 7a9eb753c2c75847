// SPDX-License-Identifier: MIT
// Writes, reads and removes one key in the real keychain: run by tst_systemkeychain with a session
// bus of its own, or with none.
#include "ui/keychainsecretsource.h"
#include "ui/systemkeychain.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

using namespace meridian;
using namespace meridian::ui;

namespace {

const QString Name = QStringLiteral("meridian-test");

void print(const char *step, const Keychain::Answer &answer)
{
    const char *word = answer.outcome == Keychain::Outcome::Done       ? "done"
                       : answer.outcome == Keychain::Outcome::NotFound ? "not found"
                                                                       : "unavailable";
    std::printf("%s: %s%s%s%s%s\n", step, word, answer.secret.isEmpty() ? "" : ", ",
                std::string(answer.secret.reveal()).c_str(), answer.reason.isEmpty() ? "" : ": ",
                answer.reason.toUtf8().constData());
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2) {
        return 2;
    }
    const Secret secret{std::string_view(argv[1])};
    SystemKeychain keychain;
    KeychainSecretSource source(keychain);
    const auto removed = [&](const Keychain::Answer &answer) {
        print("remove", answer);
        keychain.read(Name, [&](const Keychain::Answer &last) {
            print("read again", last);
            QCoreApplication::quit();
        });
    };
    const auto written = [&](const Keychain::Answer &answer) {
        print("write", answer);
        keychain.read(Name, [&](const Keychain::Answer &found) {
            print("read", found);
            source.load({Name}, [&] {
                const auto resolved = source.source()(Name.toStdString());
                std::printf("resolve: %s\n", resolved ? std::string(resolved->reveal()).c_str()
                                                      : resolved.error().detail.c_str());
                keychain.remove(Name, removed);
            });
        });
    };
    keychain.read(QStringLiteral("meridian-availability"), [&](const Keychain::Answer &answer) {
        print("sentinel", answer);
        keychain.write(Name, secret, written);
    });
    return QCoreApplication::exec();
}
