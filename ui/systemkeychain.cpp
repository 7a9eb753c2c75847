// SPDX-License-Identifier: MIT
// The real keychain through QtKeychain: Secret Service, KWallet, macOS, Windows.
#include "ui/systemkeychain.h"

#include <QCoreApplication>
#include <QTimer>
#include <qt6keychain/keychain.h>

#include <utility>

namespace meridian::ui {

namespace {

QString service()
{
    return QStringLiteral("Meridian");
}

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(meridian::ui::SystemKeychain)
};

/// One call's end: the job's or the deadline's, whichever comes first.
class Ending : public QObject
{
public:
    explicit Ending(Keychain::Done done)
        : m_done(std::move(done))
    {
    }

    void end(const Keychain::Answer &answer)
    {
        if (const Keychain::Done done = std::exchange(m_done, nullptr)) {
            deleteLater();
            done(answer);
        }
    }

private:
    Keychain::Done m_done;
};

Keychain::Answer answerOf(const QKeychain::Job &job)
{
    Keychain::Answer answer;
    switch (job.error()) {
    case QKeychain::NoError:
        answer.outcome = Keychain::Outcome::Done;
        if (const auto *read = dynamic_cast<const QKeychain::ReadPasswordJob *>(&job)) {
            QByteArray data = read->binaryData();
            answer.secret =
                Secret(std::string_view(data.constData(), static_cast<std::size_t>(data.size())));
            data.fill('\0'); // our copy; QtKeychain's own ends with the job
        }
        return answer;
    case QKeychain::EntryNotFound:
        answer.outcome = Keychain::Outcome::NotFound;
        break;
    default:
        answer.outcome = Keychain::Outcome::Unavailable;
    }
    answer.reason = job.errorString();
    return answer;
}

} // namespace

SystemKeychain::SystemKeychain()
    : m_running(std::make_shared<int>(0))
{
}

SystemKeychain::~SystemKeychain() = default;

void SystemKeychain::read(const QString &name, Done done)
{
    run(new QKeychain::ReadPasswordJob(service()), name, std::move(done));
}

void SystemKeychain::write(const QString &name, const Secret &secret, Done done)
{
    auto *job = new QKeychain::WritePasswordJob(service());
    const std::string_view bytes = secret.reveal();
    job->setBinaryData(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    run(job, name, std::move(done));
}

void SystemKeychain::remove(const QString &name, Done done)
{
    run(new QKeychain::DeletePasswordJob(service()), name, std::move(done));
}

void SystemKeychain::run(QKeychain::Job *job, const QString &name, Done done)
{
    auto *ending = new Ending(std::move(done)); // ends with the answer, at the latest by Deadline
    if (*m_running >= MaxRunning) {
        delete job; // never started
        QTimer::singleShot(0, ending, [ending] {
            ending->end({Outcome::Unavailable,
                         {},
                         Words::tr("The keychain has not answered for a while.")});
        });
        return;
    }
    ++*m_running;
    job->setKey(name);
    job->setAutoDelete(true);
    QObject::connect(job, &QKeychain::Job::finished, ending,
                     [ending](QKeychain::Job *ended) { ending->end(answerOf(*ended)); });
    QObject::connect(job, &QKeychain::Job::finished, job, [running = m_running] { --*running; });
    QTimer::singleShot(Deadline, ending, [ending] {
        ending->end(
            {Outcome::Unavailable, {}, Words::tr("The keychain did not answer within 5 seconds.")});
    });
    job->start();
}

} // namespace meridian::ui
