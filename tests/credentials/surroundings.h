// SPDX-License-Identifier: MIT
// The process around a test: its environment's variables, and what it logs.
#pragma once

#include <QByteArray>
#include <QString>
#include <QtGlobal>

#include <mutex>
#include <string>
#include <string_view>

namespace meridian::test {

/// Keeps everything that is logged while it lives; make one per test, as Qt Test has a handler too.
class LogCapture
{
public:
    LogCapture()
    {
        s_text.clear();
        s_before = qInstallMessageHandler(&LogCapture::take);
    }

    ~LogCapture() { qInstallMessageHandler(s_before); }

    LogCapture(const LogCapture &) = delete;
    LogCapture &operator=(const LogCapture &) = delete;

    [[nodiscard]] static bool has(std::string_view text)
    {
        const std::scoped_lock lock(s_lock);
        return s_text.find(text) != std::string::npos;
    }

private:
    static void take(QtMsgType type, const QMessageLogContext &context, const QString &message)
    {
        {
            const std::scoped_lock lock(s_lock);
            s_text += message.toStdString() + "\n";
        }
        s_before(type, context, message);
    }

    inline static std::mutex s_lock;
    inline static std::string s_text;
    inline static QtMessageHandler s_before = nullptr;
};

/// Sets a variable for as long as it lives; an empty value takes it away.
class Environment
{
public:
    Environment(const char *name, const std::string &value)
        : m_name(name)
        , m_before(qgetenv(name))
        , m_wasSet(qEnvironmentVariableIsSet(name))
    {
        value.empty() ? qunsetenv(name) : qputenv(name, QByteArray::fromStdString(value));
    }

    ~Environment() { m_wasSet ? qputenv(m_name, m_before) : qunsetenv(m_name); }

    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;

private:
    const char *m_name;
    QByteArray m_before;
    bool m_wasSet;
};

} // namespace meridian::test
