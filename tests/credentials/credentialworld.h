// SPDX-License-Identifier: MIT
// What the tests of credentials share: a loop to run, waiters to ask with, files, answers.
#pragma once

#include "core/credentials/credentialsources.h"
#include "tests/credentials/surroundings.h"
#include "tests/support/childprocess.h"
#include "tests/support/fakeupstream.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace meridian::test {

using CredentialResult = Result<provider::CredentialPtr>;

/// Runs the loop until it is true. (QTest::qWaitFor never blocks, and event::Loop works when the
/// dispatcher is about to.)
template <typename Condition>
[[nodiscard]] bool waitUntil(Condition condition, support::Deadline deadline = support::Patient)
{
    QTimer wake; // the condition may come true on another thread
    wake.start(5);
    while (!condition() && !deadline.hasPassed()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return condition();
}

/// One question to a source.
struct Asked
{
    Asked(provider::CredentialSource &source, event::Loop &loop)
        : waiter(source.acquire(loop, [this](CredentialResult answer) {
            ++calls;
            result = std::move(answer);
        }))
    {
    }

    Asked(const Asked &) = delete;
    Asked &operator=(const Asked &) = delete;

    [[nodiscard]] bool wait(support::Deadline deadline = support::Patient) const
    {
        return waitUntil([this] { return result.has_value(); }, deadline);
    }

    [[nodiscard]] std::string bearer() const
    {
        return result && *result ? std::string((**result)->bearer.reveal()) : std::string();
    }

    [[nodiscard]] std::string error() const
    {
        return result && !*result ? result->error().detail : std::string();
    }

    std::optional<CredentialResult> result;
    int calls = 0;
    std::unique_ptr<provider::CredentialSource::Waiter> waiter; // last: goes first
};

inline std::string writeFile(const QTemporaryDir &folder, const char *name, std::string_view text)
{
    const std::string path = folder.filePath(QString::fromLatin1(name)).toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    return path;
}

inline std::string readFile(const std::string &path)
{
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

/// An answer of a token service.
inline support::Reply tokenReply(const std::string &token, int seconds = 3600)
{
    return support::Reply::json(R"({"access_token":")" + token +
                                R"(","token_type":"Bearer","expires_in":)" +
                                std::to_string(seconds) + "}");
}

} // namespace meridian::test
