// SPDX-License-Identifier: MIT
#include "service/simulate/simulatecommand.h"

#include <QCommandLineParser>

#include <array>
#include <cmath>
#include <limits>

namespace meridian::simulate {

namespace {

constexpr double MaxMilliseconds = 3600.0 * 1000;

struct OptionRow
{
    const char *name;
    const char *value;
    const char *description;
    const char *variable; // of the environment; null: none
};

constexpr std::array<OptionRow, 13> Rows{{
    {"port", "P", "Port to listen on; 0 lets the kernel choose.", nullptr},
    {"host", "H", "Address to listen on (default 127.0.0.1).", nullptr},
    {"name", "N", "Name that answers tell (default simulated).", "BACKEND_NAME"},
    {"model", "M", "Model that is served (default demo-model); empty: any.", "MODEL_NAME"},
    {"latency-ms", "L", "Milliseconds before an answer begins (default 50).", "BASE_LATENCY_MS"},
    {"jitter-ms", "J", "The latency is up to this much shorter or longer (default 0).", nullptr},
    {"error-rate", "R", "Share of calls answered with 500, 0 to 1 (default 0).", "ERROR_RATE"},
    {"tokens", "N", "Tokens of a made-up answer without a maximum (default 32).", nullptr},
    {"tokens-per-second", "T", "Pace of streams; 0: no pause (default 0).", nullptr},
    {"chunk-bytes", "B", "Send bodies in HTTP chunks of at most B bytes (default 0: whole).",
     nullptr},
    {"disconnect-after", "BYTES",
     "Drop each connection after so many body bytes; 0: before the head.", nullptr},
    {"dialect", "D", "Whose server: openai (default), anthropic, gemini, ollama or oci.", nullptr},
    {"api-key", "K", "Refuse callers without this key; OCI takes signed requests as well.",
     nullptr},
}};

/// Finds values and keeps the first complaint.
class Reader
{
public:
    Reader(const QCommandLineParser &parser, const QProcessEnvironment &environment)
        : m_parser(parser)
        , m_environment(environment)
    {
    }

    /// The option's value, else the variable's; `*source` tells which for messages.
    [[nodiscard]] QString text(const char *name, bool &isGiven, QString &source) const
    {
        const QString option = QString::fromLatin1(name);
        isGiven = m_parser.isSet(option);
        source = QStringLiteral("--") + option;
        if (isGiven) {
            return m_parser.value(option);
        }
        for (const OptionRow &row : Rows) {
            if (option == QLatin1String(row.name) && row.variable != nullptr) {
                source = QString::fromLatin1(row.variable);
                isGiven = m_environment.contains(source);
                return m_environment.value(source);
            }
        }
        return {};
    }

    void read(const char *name, std::string &out, bool mayBeEmpty)
    {
        bool isGiven = false;
        QString source;
        const QString value = text(name, isGiven, source);
        if (isGiven && value.isEmpty() && !mayBeEmpty) {
            complain(source + QStringLiteral(" must not be empty"));
        } else if (isGiven) {
            out = value.toStdString();
        }
    }

    /// False when not given, or given wrongly.
    bool number(const char *name, double lowest, double highest, bool isWhole, double &out)
    {
        bool isGiven = false;
        QString source;
        const QString value = text(name, isGiven, source);
        if (!isGiven) {
            return false;
        }
        bool isNumber = false;
        out = value.toDouble(&isNumber);
        if (isNumber && std::isfinite(out) && out >= lowest && out <= highest &&
            (!isWhole || std::floor(out) == out)) {
            return true;
        }
        complain(QStringLiteral("%1 must be %2 between %3 and %4, not '%5'")
                     .arg(source,
                          isWhole ? QStringLiteral("a whole number") : QStringLiteral("a number"),
                          QString::number(lowest, 'g', 12), QString::number(highest, 'g', 12),
                          value));
        return false;
    }

    template <typename T>
    void whole(const char *name, double lowest, double highest, T &out)
    {
        double value = 0;
        if (number(name, lowest, highest, true, value)) {
            out = static_cast<T>(value);
        }
    }

    void milliseconds(const char *name, std::chrono::milliseconds &out)
    {
        std::int64_t count = out.count();
        whole(name, 0, MaxMilliseconds, count);
        out = std::chrono::milliseconds(count);
    }

    void complain(const QString &problem)
    {
        if (m_problem.isEmpty()) {
            m_problem = problem;
        }
    }

    [[nodiscard]] const QString &problem() const noexcept { return m_problem; }

private:
    const QCommandLineParser &m_parser;
    const QProcessEnvironment &m_environment;
    QString m_problem;
};

void readDialect(Reader &reader, SimulatorOptions &options)
{
    std::string name(ProtocolNames.front());
    reader.read("dialect", name, false);
    if (const auto protocol = protocolOf(name)) {
        options.protocol = *protocol;
    } else {
        reader.complain(QStringLiteral("unknown dialect '%1'; there are openai, anthropic, gemini, "
                                       "ollama and oci")
                            .arg(QString::fromStdString(name)));
    }
}

void readOptions(Reader &reader, SimulatorOptions &options)
{
    reader.whole("port", 0, std::numeric_limits<std::uint16_t>::max(), options.port);
    reader.read("host", options.host, false);
    reader.read("name", options.name, false);
    reader.read("model", options.model, true);
    readDialect(reader, options);
    reader.read("api-key", options.apiKey, false);
    reader.milliseconds("latency-ms", options.latency);
    reader.milliseconds("jitter-ms", options.jitter);
    reader.number("error-rate", 0, 1, false, options.errorRate);
    reader.whole("tokens", 1, MaxTokens, options.tokens);
    reader.number("tokens-per-second", 0, 1e6, false, options.tokensPerSecond);
    reader.whole("chunk-bytes", 0, 1 << 20, options.chunkBytes);
    double bytes = 0;
    if (reader.number("disconnect-after", 0, 1e15, true, bytes)) {
        options.disconnectAfter = static_cast<std::uint64_t>(bytes);
    }
}

} // namespace

Result<SimulateArguments> parseSimulateArguments(const QStringList &arguments,
                                                 const QProcessEnvironment &environment)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves one simulated backend."));
    for (const OptionRow &row : Rows) {
        parser.addOption(QCommandLineOption(QString::fromLatin1(row.name),
                                            QString::fromLatin1(row.description),
                                            QString::fromLatin1(row.value)));
    }
    const QCommandLineOption help = parser.addHelpOption();
    QStringList line = arguments;
    if (line.value(1) == QStringLiteral("simulate")) {
        line.removeAt(1);
    }
    if (!parser.parse(line)) {
        return failure(ErrorCode::InvalidConfig, parser.errorText().toStdString());
    }
    SimulateArguments result;
    if (parser.isSet(help)) {
        result.help = parser.helpText();
        return result;
    }
    if (!parser.positionalArguments().isEmpty()) {
        const QString first = parser.positionalArguments().constFirst();
        return failure(ErrorCode::InvalidConfig,
                       "unexpected argument '" + first.toStdString() + "'");
    }
    Reader reader(parser, environment);
    if (!parser.isSet(QStringLiteral("port"))) {
        reader.complain(QStringLiteral("--port is needed"));
    }
    readOptions(reader, result.options);
    if (!reader.problem().isEmpty()) {
        return failure(ErrorCode::InvalidConfig, reader.problem().toStdString());
    }
    return result;
}

} // namespace meridian::simulate
