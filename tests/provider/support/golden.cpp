// SPDX-License-Identifier: MIT
#include "tests/provider/support/golden.h"

#include "core/json/checker.h"
#include "core/json/jsonwriter.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace meridian::testing {

namespace {

using namespace provider;

constexpr const char *KindNames[] = {"text",     "image", "document", "audio",   "thinking",
                                     "redacted", "call",  "result",   "refusal", "opaque"};
constexpr const char *FinishNames[] = {
    "stop", "stop_sequence", "max_tokens", "context_exceeded", "tool_calls", "filtered", "pause"};
constexpr const char *ErrorNames[] = {
    "bad_request", "context_too_long", "authentication", "upstream_auth", "permission", "not_found",
    "too_large",   "rate_limited",     "overloaded",     "timeout",       "upstream",   "internal"};
constexpr const char *VendorNames[] = {"unknown", "openai", "anthropic",
                                       "google",  "cohere", "ollama"};

std::string inQuotes(std::string_view text)
{
    std::string out;
    json::appendString(out, text);
    return out;
}

QString pathOf(const std::string &path)
{
    return QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/golden/") + QString::fromStdString(path);
}

/// White space between tokens left out.
std::string compact(std::string_view json)
{
    std::string out;
    bool inString = false;
    bool isEscaped = false;
    for (const char c : json) {
        if (inString) {
            out.push_back(c);
            inString = isEscaped || c != '"';
            isEscaped = !isEscaped && c == '\\';
        } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            out.push_back(c);
            inString = c == '"';
        }
    }
    return out;
}

/// Indented, so that a golden file can be read.
std::string indented(std::string_view json)
{
    std::string out;
    bool inString = false;
    bool isEscaped = false;
    std::size_t depth = 0;
    const std::string text = compact(json);
    const auto newLine = [&] { out.append("\n").append(depth * 2, ' '); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            out.push_back(c);
            inString = isEscaped || c != '"';
            isEscaped = !isEscaped && c == '\\';
            continue;
        }
        const bool isEmpty = i + 1 < text.size() && (text[i + 1] == '}' || text[i + 1] == ']');
        if (c == '{' || c == '[') {
            out.push_back(c);
            if (isEmpty) {
                out.push_back(text[++i]);
            } else {
                ++depth;
                newLine();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            newLine();
            out.push_back(c);
        } else if (c == ',') {
            out.push_back(c);
            newLine();
        } else if (c == ':') {
            out.append(": ");
        } else {
            out.push_back(c);
            inString = c == '"';
        }
    }
    return out + "\n";
}

} // namespace

std::string goldenFile(const std::string &path)
{
    QFile file(pathOf(path));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read the golden file %s", path.c_str());
    }
    return file.readAll().toStdString();
}

std::string differsFromGolden(const std::string &path, std::string_view actual)
{
    if (qgetenv("MERIDIAN_GOLDEN") == "write") {
        QDir().mkpath(QFileInfo(pathOf(path)).path());
        QFile file(pathOf(path));
        const std::string text = indented(actual);
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(text)) < 0) {
            return "cannot write " + path;
        }
        return {};
    }
    const std::string wanted = compact(goldenFile(path));
    const std::string given = compact(actual);
    return wanted == given ? std::string() : path + "\nwanted: " + wanted + "\ngiven:  " + given;
}

void EventLog::line(std::string text)
{
    flush();
    m_text.append(text).append("\n");
}

void EventLog::flush()
{
    if (m_hasDelta) {
        m_hasDelta = false;
        m_text.append("delta ").append(std::to_string(m_deltaIndex)).append(" ");
        m_text.append(inQuotes(m_delta)).append("\n");
        m_delta.clear();
    }
}

void EventLog::start(const AnswerStart &start)
{
    line("start id=" + start.id + " model=" + start.model +
         " created=" + std::to_string(start.created));
}

void EventLog::partStart(std::uint32_t index, const PartStart &part)
{
    std::string text =
        "part " + std::to_string(index) + " " + KindNames[static_cast<int>(part.kind)];
    if (part.kind == Part::Kind::ToolCall) {
        text.append(" id=").append(part.id).append(" name=").append(part.name);
    }
    if (!part.data.empty()) {
        text.append(" ").append(inQuotes(part.data));
    }
    line(std::move(text));
}

void EventLog::partDelta(std::uint32_t index, std::string_view text)
{
    if (!m_hasDelta || m_deltaIndex != index) {
        flush();
    }
    m_hasDelta = true;
    m_deltaIndex = index;
    m_delta.append(text);
}

void EventLog::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    line("signature " + std::to_string(index) + " " + VendorNames[static_cast<int>(by)] + " " +
         inQuotes(signature));
}

void EventLog::partStop(std::uint32_t index)
{
    line("stop " + std::to_string(index));
}

void EventLog::usage(const TokenUsage &usage)
{
    m_usage.merge(usage);
    m_hasUsage = true;
}

void EventLog::finish(FinishReason reason, std::string_view stopSequence)
{
    std::string text = std::string("finish ") + FinishNames[static_cast<int>(reason)];
    if (!stopSequence.empty()) {
        text.append(" ").append(inQuotes(stopSequence));
    }
    line(std::move(text));
}

void EventLog::end()
{
    line("end");
}

void EventLog::error(const ApiError &error)
{
    std::string text = std::string("error ") + ErrorNames[static_cast<int>(error.kind)];
    if (!error.code.empty()) {
        text.append(" code=").append(error.code);
    }
    if (!error.param.empty()) {
        text.append(" param=").append(error.param);
    }
    line(text + " " + inQuotes(error.message));
}

void EventLog::ping() {} // how many there are depends on nothing

std::string EventLog::text()
{
    flush();
    std::string text = m_text;
    if (m_hasUsage) {
        text.append("usage");
        const auto add = [&](const char *name, const std::optional<std::uint64_t> &count) {
            if (count) {
                text.append(" ").append(name).append("=").append(std::to_string(*count));
            }
        };
        add("input", m_usage.input);
        add("cache_read", m_usage.cacheRead);
        add("cache_write", m_usage.cacheWrite);
        add("cache_write_1h", m_usage.cacheWrite1h);
        add("output", m_usage.output);
        add("reasoning", m_usage.reasoning);
        text.append("\n");
    }
    return text;
}

Reading readStream(const ProviderCodec &codec,
                   std::string_view stream,
                   const std::vector<std::size_t> &cuts)
{
    Reading reading;
    EventLog log;
    const auto decoder = codec.streamDecoder(log, reading.defects, "seed");
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        decoder->feed(stream.substr(from, cut - from));
        from = cut;
    }
    decoder->feed(stream.substr(from));
    decoder->bodyEnded();
    reading.events = log.text();
    return reading;
}

std::string differsWhenCut(const ProviderCodec &codec, std::string_view stream)
{
    const Reading whole = readStream(codec, stream);
    std::vector<std::size_t> everywhere;
    for (std::size_t i = 1; i < stream.size(); ++i) {
        everywhere.push_back(i);
        const Reading cut = readStream(codec, stream, {i});
        if (cut.events != whole.events) {
            return "cut at " + std::to_string(i) + "\nwanted:\n" + whole.events + "given:\n" +
                   cut.events;
        }
    }
    const Reading bytes = readStream(codec, stream, everywhere);
    return bytes.events == whole.events
               ? std::string()
               : "byte by byte\nwanted:\n" + whole.events + "given:\n" + bytes.events;
}

std::string readAnswer(const ProviderCodec &codec, std::string_view body)
{
    json::Checker checker;
    const auto value = checker.check(body);
    if (!value) {
        return "not json";
    }
    EventLog log;
    codec.decodeAnswer(*value, log, "seed");
    return log.text();
}

tl::expected<ChatRequest, std::string>
readRequest(const ClientCodec &codec, std::string_view body, std::string_view target)
{
    json::Checker checker;
    const auto value = checker.check(body);
    if (!value) {
        return tl::unexpected<std::string>("not json");
    }
    auto request = codec.decodeRequest(*value, target);
    if (!request) {
        return tl::unexpected<std::string>(request.error().message);
    }
    return std::move(*request);
}

std::string textOf(const Fidelity &fidelity)
{
    std::string text;
    for (const Fidelity::Entry &entry : fidelity.entries()) {
        text.append(entry.loss == Fidelity::Loss::Dropped ? "dropped " : "approximated ");
        text.append(entry.path);
        if (!entry.reason.empty()) {
            text.append(": ").append(entry.reason);
        }
        text.append("\n");
    }
    return text;
}

} // namespace meridian::testing
