// SPDX-License-Identifier: MIT
#include "tests/provider/ollama/randomchat.h"

#include <QJsonArray>

#include <random>

namespace meridian::testing {

namespace {

class Maker
{
public:
    explicit Maker(unsigned seed)
        : m_engine(seed)
    {
    }

    QJsonObject body()
    {
        QJsonObject body{{QStringLiteral("model"), text()},
                         {QStringLiteral("messages"), messages()},
                         {QStringLiteral("stream"), may()}};
        put(body, "tools", [&] { return tools(); });
        put(body, "options", [&] { return options(); });
        put(body, "format", [&] { return may() ? QJsonValue(QStringLiteral("json")) : schema(); });
        put(body, "think", [&] {
            const char *levels[] = {"low", "medium", "high", "max"};
            return may() ? QJsonValue(may()) : QJsonValue(QString::fromLatin1(levels[below(4)]));
        });
        put(body, "keep_alive",
            [&] { return may() ? QJsonValue(QStringLiteral("1h30m")) : QJsonValue(-1); });
        put(body, "logprobs", [&] { return QJsonValue(true); });
        put(body, "top_logprobs", [&] { return QJsonValue(below(20)); });
        put(body, "truncate", [&] { return QJsonValue(may()); });
        put(body, "x_unknown", [&] { return QJsonValue(QJsonArray{1, text()}); });
        return body;
    }

private:
    int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(m_engine); }

    bool may() { return below(2) == 0; }

    template <typename F>
    void put(QJsonObject &object, const char *name, F make)
    {
        if (below(3) == 0) {
            object.insert(QString::fromLatin1(name), QJsonValue(make()));
        }
    }

    QString text()
    {
        const QString words[] = {QStringLiteral("Zürich"), QStringLiteral("東京 🙂"),
                                 QStringLiteral("\"quoted\"\\\n\t"), QStringLiteral("data: [DONE]"),
                                 QStringLiteral("x")};
        return words[below(5)] + QString::number(below(100));
    }

    QJsonObject schema()
    {
        return {{QStringLiteral("type"), QStringLiteral("object")},
                {QStringLiteral("properties"),
                 QJsonObject{{text(), QJsonObject{{QStringLiteral("minimum"), below(9) / 4.0}}}}}};
    }

    QJsonArray tools()
    {
        QJsonArray tools;
        for (int i = 1 + below(3); i > 0; --i) {
            QJsonObject function{{QStringLiteral("name"), text()}};
            put(function, "description", [&] { return text(); });
            put(function, "parameters", [&] { return schema(); });
            put(function, "strict", [&] { return may(); });
            put(function, "x_function", [&] { return below(9); });
            QJsonObject tool{{QStringLiteral("type"), QStringLiteral("function")},
                             {QStringLiteral("function"), function}};
            put(tool, "items", [&] { return schema(); });
            tools.append(may() ? tool
                               : QJsonObject{{QStringLiteral("type"), QStringLiteral("browser")},
                                             {QStringLiteral("page"), below(9)}});
        }
        return tools;
    }

    QJsonObject options()
    {
        QJsonObject options;
        for (const char *name : {"temperature", "top_p", "top_k", "min_p", "seed",
                                 "presence_penalty", "frequency_penalty", "repeat_penalty",
                                 "num_ctx", "mirostat_tau", "num_gpu", "num_predict"}) {
            put(options, name, [&] { return below(200) - (name[0] == 'n' ? 2 : 0); });
        }
        put(options, "stop", [&] { return QJsonArray{text(), text()}; });
        put(options, "use_mmap", [&] { return may(); });
        if (options.isEmpty()) {
            options.insert(QStringLiteral("seed"), 1);
        }
        return options;
    }

    QJsonObject message(const char *role)
    {
        QJsonObject message{{QStringLiteral("role"), QString::fromLatin1(role)},
                            {QStringLiteral("content"), may() ? text() : QString()}};
        put(message, "x_message", [&] { return text(); });
        return message;
    }

    void addCalls(QJsonArray &messages, QJsonObject assistant)
    {
        const bool hasIds = may();
        QJsonArray calls;
        QJsonArray results;
        for (int i = 1 + below(3); i > 0; --i) {
            const QString name = text();
            QJsonObject call{
                {QStringLiteral("function"),
                 QJsonObject{{QStringLiteral("name"), name},
                             {QStringLiteral("arguments"), may() ? schema() : QJsonObject()}}}};
            put(call, "x_call", [&] { return below(9); });
            QJsonObject result = message("tool");
            result.insert(QStringLiteral("tool_name"), name);
            if (hasIds) {
                const QString id = QStringLiteral("call_%1").arg(m_calls++);
                call.insert(QStringLiteral("id"), id);
                result.insert(QStringLiteral("tool_call_id"), id);
            }
            calls.append(call);
            results.append(result);
        }
        assistant.insert(QStringLiteral("tool_calls"), calls);
        messages.append(assistant);
        for (const QJsonValue &result : results) {
            messages.append(result);
        }
    }

    QJsonArray messages()
    {
        QJsonArray messages;
        if (may()) {
            messages.append(message("system"));
        }
        for (int i = below(5); i >= 0; --i) {
            QJsonObject user = message("user");
            put(user, "images", [&] {
                return QJsonArray{QStringLiteral("iVBORw0KGgoAAA=="), QStringLiteral("AAAA")};
            });
            messages.append(user);
            QJsonObject assistant = message("assistant");
            put(assistant, "thinking", [&] { return text(); });
            if (may()) {
                addCalls(messages, assistant);
            } else {
                messages.append(assistant);
            }
        }
        return messages;
    }

    std::mt19937 m_engine;
    int m_calls = 0;
};

} // namespace

QJsonObject randomChat(unsigned seed)
{
    return Maker(seed).body();
}

} // namespace meridian::testing
