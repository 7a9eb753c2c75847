// SPDX-License-Identifier: MIT
// OTLP: every field of the spans of an exchange, in protobuf and in JSON.
#include "core/observe/otlpbatch.h"
#include "core/observe/otlpspans.h"
#include "core/observe/protobufwriter.h"
#include "tests/observe/jsondecoder.h"
#include "tests/observe/protobufdecoder.h"
#include "tests/observe/tracedrecord.h"

#include <QTest>

using namespace meridian;
using namespace meridian::observe;
using namespace std::chrono_literals;
using test::DecodedRequest;
using test::DecodedSpan;
using test::tracedRecord;

using Protocol = OtlpBatch::Protocol;
Q_DECLARE_METATYPE(Protocol)

namespace {

constexpr std::uint64_t Internal = 1;
constexpr std::uint64_t Server = 2;
constexpr std::uint64_t Client = 3;

BackendNames names()
{
    BackendNames names;
    names.remember(6, {"old"});
    names.remember(7, {"first", "second"});
    return names;
}

DecodedRequest encode(Protocol protocol, const std::vector<model::RequestRecord> &records)
{
    OtlpBatch batch(protocol);
    for (const auto &record : records) {
        batch.add(record, names());
    }
    const std::string body = batch.request({"svc", "1.2.3", "instance-1"});
    DecodedRequest request =
        protocol == Protocol::Json ? test::decodeJson(body) : test::decodeProtobuf(body);
    if (batch.spans() != request.spans.size() || batch.exchanges() != records.size() ||
        batch.bytes() >= body.size()) {
        throw std::runtime_error("the batch counts wrongly");
    }
    return request;
}

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N> &id)
{
    return test::hexOf({reinterpret_cast<const char *>(id.data()), N});
}

std::uint64_t nanos(std::chrono::nanoseconds span)
{
    return static_cast<std::uint64_t>(span.count());
}

} // namespace

class TestOtlp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void resourceAndScope();
    void serverSpan();
    void stageSpans();
    void attemptSpans();
    void rootHasNoParent();
    void errors_data();
    void errors();
    void operations_data();
    void operations();
    void unknownSurface();
    void forgottenSnapshot();
    void absentPartsAreLeftOut();
    void oddTimesStayInOrder();
    void bytesThatAreNoText();
    void manyRecords();
    void wireFormat();
};

void TestOtlp::initTestCase_data()
{
    QTest::addColumn<Protocol>("protocol");
    QTest::newRow("protobuf") << Protocol::Protobuf;
    QTest::newRow("json") << Protocol::Json;
}

void TestOtlp::resourceAndScope()
{
    QFETCH_GLOBAL(Protocol, protocol);
    const auto request = encode(protocol, {tracedRecord()});
    const std::map<std::string, std::string> expected{{"service.name", "s:svc"},
                                                      {"service.version", "s:1.2.3"},
                                                      {"service.instance.id", "s:instance-1"},
                                                      {"telemetry.sdk.name", "s:meridian"},
                                                      {"telemetry.sdk.language", "s:cpp"},
                                                      {"telemetry.sdk.version", "s:1.2.3"}};
    QCOMPARE(request.resource, expected);
    QCOMPARE(request.scopeName, std::string("meridian"));
    QCOMPARE(request.scopeVersion, std::string("1.2.3"));
    QCOMPARE(request.schemaUrl, std::string(TraceSchemaUrl));
    QCOMPARE(request.spans.size(), std::size_t(1 + 2 + 2));
}

void TestOtlp::serverSpan()
{
    QFETCH_GLOBAL(Protocol, protocol);
    const auto record = tracedRecord();
    const auto request = encode(protocol, {record});
    const auto servers = request.ofKind(Server);
    QCOMPARE(servers.size(), std::size_t(1));
    const DecodedSpan &span = servers.front();
    QCOMPARE(span.traceId, std::string("4bf92f3577b34da6a3ce929d0e0e4736"));
    QCOMPARE(span.spanId, hex(record.trace.spanId));
    QCOMPARE(span.parentId, std::string("00f067aa0ba902b7"));
    QCOMPARE(span.name, std::string("chat llama-3"));
    QCOMPARE(span.flags, std::uint64_t{0x301}); // sampled, the parent is remote
    QCOMPARE(span.end, nanos(record.timestamp.time_since_epoch()));
    QCOMPARE(span.start, span.end - nanos(record.latency));
    QCOMPARE(span.statusCode, std::uint64_t{0});
    const std::map<std::string, std::string> expected{
        {"gen_ai.operation.name", "s:chat"},
        {"gen_ai.provider.name", "s:openai"},
        {"gen_ai.system", "s:openai"},
        {"gen_ai.request.model", "s:llama-3"},
        {"gen_ai.usage.input_tokens", "i:10"},
        {"gen_ai.usage.output_tokens", "i:20"},
        {"http.request.method", "s:POST"},
        {"url.path", "s:/v1/chat/completions"},
        {"http.response.status_code", "i:200"},
        {"http.request.body.size", "i:321"},
        {"http.response.body.size", "i:4321"},
        {"client.address", "s:127.0.0.1"},
        {"meridian.request_id", "s:mrdn-000000000001"},
        {"meridian.backend", "s:second"},
        {"meridian.attempts", "i:2"},
        {"meridian.tier", "s:long_prompt"},
        {"meridian.session_route", "s:pinned"},
        {"meridian.stream", "b:true"},
        {"meridian.hedged", "b:true"},
        {"meridian.queued_us", "i:250"},
        {"meridian.first_byte_us", "i:5500"}};
    QCOMPARE(span.attributes, expected);
}

void TestOtlp::stageSpans()
{
    QFETCH_GLOBAL(Protocol, protocol);
    const auto record = tracedRecord();
    const auto request = encode(protocol, {record});
    const auto stages = request.ofKind(Internal);
    const DecodedSpan server = request.ofKind(Server).front();
    QCOMPARE(stages.size(), std::size_t(2)); // those that took no time are left out
    QCOMPARE(stages[0].name, std::string("route"));
    QCOMPARE(stages[0].start, server.start);
    QCOMPARE(stages[0].end, server.start + 40'000);
    QCOMPARE(stages[1].name, std::string("relay"));
    QCOMPARE(stages[1].start, stages[0].end);
    QCOMPARE(stages[1].end, stages[0].end + 9'000'000);
    QCOMPARE(stages[1].spanId, hex(stageSpanId(record.trace, model::Stage::Relay)));
    for (const DecodedSpan &stage : stages) {
        QCOMPARE(stage.traceId, server.traceId);
        QCOMPARE(stage.parentId, server.spanId);
        QCOMPARE(stage.flags, std::uint64_t{0x101}); // sampled, the parent is ours
        QVERIFY(stage.attributes.empty());
    }
}

void TestOtlp::attemptSpans()
{
    QFETCH_GLOBAL(Protocol, protocol);
    const auto record = tracedRecord();
    const auto request = encode(protocol, {record});
    const auto attempts = request.ofKind(Client);
    const DecodedSpan server = request.ofKind(Server).front();
    QCOMPARE(attempts.size(), std::size_t(2));
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        QCOMPARE(attempts[i].spanId, hex(attemptSpanId(record.trace, i)));
        QCOMPARE(attempts[i].traceId, server.traceId);
        QCOMPARE(attempts[i].parentId, server.spanId);
        QCOMPARE(attempts[i].name, std::string("chat llama-3"));
    }
    QCOMPARE(attempts[0].start, server.start + nanos(100us));
    QCOMPARE(attempts[0].end, server.start + nanos(2'100us));
    QCOMPARE(attempts[0].statusCode, std::uint64_t{2});
    QCOMPARE(attempts[0].statusMessage, std::string("ConnectError"));
    std::map<std::string, std::string> expected{
        {"gen_ai.operation.name", "s:chat"}, {"gen_ai.provider.name", "s:openai"},
        {"gen_ai.system", "s:openai"},       {"gen_ai.request.model", "s:llama-3"},
        {"http.request.method", "s:POST"},   {"server.address", "s:first"},
        {"meridian.attempt", "i:0"},         {"error.type", "s:ConnectError"}};
    QCOMPARE(attempts[0].attributes, expected);
    QCOMPARE(attempts[1].end, server.start + nanos(12'000us));
    QCOMPARE(attempts[1].statusCode, std::uint64_t{0});
    expected.erase("error.type");
    expected["server.address"] = "s:second";
    expected["meridian.attempt"] = "i:1";
    expected["meridian.hedge"] = "b:true";
    expected["http.response.status_code"] = "i:200";
    QCOMPARE(attempts[1].attributes, expected);
}

void TestOtlp::rootHasNoParent()
{
    QFETCH_GLOBAL(Protocol, protocol);
    const auto request = encode(protocol, {tracedRecord("no traceparent")});
    const DecodedSpan server = request.ofKind(Server).front();
    QVERIFY(server.parentId.empty());
    QCOMPARE(server.flags, std::uint64_t{0x101});
    QCOMPARE(server.traceId.size(), std::size_t(32));
}

void TestOtlp::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("errorType");
    QTest::addColumn<QByteArray>("expectedType");
    QTest::addColumn<bool>("isError");
    QTest::newRow("200") << 200 << QByteArray() << QByteArray() << false;
    QTest::newRow("400") << 400 << QByteArray("invalid_request_error")
                         << QByteArray("s:invalid_request_error") << false;
    QTest::newRow("client left") << 499 << QByteArray("client_closed")
                                 << QByteArray("s:client_closed") << false;
    QTest::newRow("502") << 502 << QByteArray("upstream_error") << QByteArray("s:upstream_error")
                         << true;
    QTest::newRow("503 without a name") << 503 << QByteArray() << QByteArray("s:503") << true;
}

void TestOtlp::errors()
{
    QFETCH_GLOBAL(Protocol, protocol);
    QFETCH(int, status);
    QFETCH(QByteArray, errorType);
    QFETCH(QByteArray, expectedType);
    QFETCH(bool, isError);
    auto record = tracedRecord();
    record.status = static_cast<std::uint16_t>(status);
    record.errorType = {errorType.data(), static_cast<std::size_t>(errorType.size())};
    record.lastStage = model::Stage::Lease;
    record.attemptTrail[0].fault = {};
    record.attemptTrail[0].status = 429; // an error to us, as its client
    const auto request = encode(protocol, {record});
    const DecodedSpan server = request.ofKind(Server).front();
    QCOMPARE(server.statusCode, std::uint64_t{isError ? 2U : 0U});
    QCOMPARE(server.at("error.type"), expectedType.toStdString());
    QCOMPARE(server.at("http.response.status_code"), "i:" + std::to_string(status));
    QCOMPARE(server.at("meridian.last_stage"),
             std::string(expectedType.isEmpty() ? "" : "s:lease"));
    const DecodedSpan attempt = request.ofKind(Client).front();
    QCOMPARE(attempt.statusCode, std::uint64_t{2});
    QCOMPARE(attempt.at("error.type"), std::string("s:429"));
}

void TestOtlp::operations_data()
{
    QTest::addColumn<QByteArray>("surface");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("chat") << QByteArray("/v1/chat/completions") << QByteArray("chat");
    QTest::newRow("responses") << QByteArray("/v1/responses") << QByteArray("chat");
    QTest::newRow("legacy") << QByteArray("/v1/completions") << QByteArray("text_completion");
    QTest::newRow("embeddings") << QByteArray("/v1/embeddings") << QByteArray("embeddings");
    QTest::newRow("rerank") << QByteArray("/v1/rerank") << QByteArray("rerank");
    QTest::newRow("moderations") << QByteArray("/v1/moderations") << QByteArray("moderation");
    QTest::newRow("speech") << QByteArray("/v1/audio/speech") << QByteArray("generate_content");
    QTest::newRow("audio") << QByteArray("/v1/audio/transcriptions") << QByteArray("transcription");
    QTest::newRow("images") << QByteArray("/v1/images/edits") << QByteArray("generate_content");
    QTest::newRow("messages") << QByteArray("/v1/messages") << QByteArray("chat");
    QTest::newRow("ollama") << QByteArray("/api/generate") << QByteArray("text_completion");
    QTest::newRow("gemini") << QByteArray("/v1beta/models/g:streamGenerateContent")
                            << QByteArray("generate_content");
    QTest::newRow("none") << QByteArray("/v1/chat/completions/") << QByteArray();
}

void TestOtlp::operations()
{
    QFETCH(QByteArray, surface);
    QFETCH(QByteArray, name);
    const auto found = operationName({surface.data(), static_cast<std::size_t>(surface.size())});
    QCOMPARE(std::string(found), name.toStdString());
}

void TestOtlp::unknownSurface()
{
    QFETCH_GLOBAL(Protocol, protocol);
    auto record = tracedRecord();
    record.surface.assign("/nowhere");
    record.model = {};
    record.model.assign("");
    record.status = 404;
    record.lastStage = model::Stage::Identify;
    record.attemptRecords = 0;
    const DecodedSpan server = encode(protocol, {record}).ofKind(Server).front();
    QCOMPARE(server.name, std::string("HTTP"));
    QCOMPARE(server.at("http.request.method"), std::string("s:_OTHER"));
    QCOMPARE(server.at("url.path"), std::string("s:/nowhere"));
    for (const auto &[key, value] : server.attributes) {
        QVERIFY2(!key.starts_with("gen_ai.") || key.starts_with("gen_ai.usage."), key.c_str());
    }
}

void TestOtlp::forgottenSnapshot()
{
    QFETCH_GLOBAL(Protocol, protocol);
    auto record = tracedRecord();
    record.route.generation = 99;
    auto attempts = encode(protocol, {record}).ofKind(Client);
    QCOMPARE(attempts[0].at("server.address"), std::string()); // better nothing than a guess
    record.attempts = 1;
    record.attemptRecords = 1;
    attempts = encode(protocol, {record}).ofKind(Client);
    QCOMPARE(attempts[0].at("server.address"), std::string("s:second"));

    BackendNames many;
    for (std::uint32_t i = 0; i < 10 + BackendNames::KeptGenerations; ++i) {
        many.remember(i, {"b" + std::to_string(i)});
    }
    QVERIFY(many.find(9, 0).empty());
    QCOMPARE(std::string(many.find(10, 0)), std::string("b10"));
    QVERIFY(many.find(10, 1).empty());
}

void TestOtlp::absentPartsAreLeftOut()
{
    QFETCH_GLOBAL(Protocol, protocol);
    auto record = tracedRecord();
    record.hasUsage = false;
    record.stream = record.isHedged = false;
    record.tier = record.sessionRoute = {};
    record.backend.assign("");
    record.queued = record.firstByte = 0ns;
    const DecodedSpan server = encode(protocol, {record}).ofKind(Server).front();
    for (const char *key :
         {"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "meridian.stream",
          "meridian.hedged", "meridian.continued", "meridian.tier", "meridian.session_route",
          "meridian.backend", "meridian.queued_us", "meridian.first_byte_us", "error.type"}) {
        QVERIFY2(!server.attributes.contains(key), key);
    }
}

void TestOtlp::oddTimesStayInOrder()
{
    QFETCH_GLOBAL(Protocol, protocol);
    auto record = tracedRecord();
    record.stageMicros.fill(0xFFFFFFFF); // more than the exchange took
    record.attemptTrail[0].start = -5ms;
    record.attemptTrail[0].end = 0ns; // never noted
    record.attemptTrail[1].start = 1h;
    record.attemptTrail[1].end = 2h;
    const auto request = encode(protocol, {record});
    const DecodedSpan server = request.ofKind(Server).front();
    for (const DecodedSpan &span : request.spans) {
        QVERIFY(span.start >= server.start);
        QVERIFY(span.end >= span.start);
        QVERIFY(span.end <= server.end);
    }
    QCOMPARE(request.ofKind(Client).front().end, server.end);
    record.timestamp = {}; // a clock at 1970 must not wrap around
    const DecodedSpan old = encode(protocol, {record}).ofKind(Server).front();
    QCOMPARE(old.start, std::uint64_t{0});
    QCOMPARE(old.end, std::uint64_t{0});
}

void TestOtlp::bytesThatAreNoText()
{
    QFETCH_GLOBAL(Protocol, protocol);
    auto record = tracedRecord();
    record.model.assign("a\xFFz\xC3\xA9\"\\");
    record.surface.assign("/v1/chat/completions");
    const DecodedSpan server = encode(protocol, {record}).ofKind(Server).front();
    QCOMPARE(server.at("gen_ai.request.model"), std::string("s:a\xEF\xBF\xBDz\xC3\xA9\"\\"));
    QCOMPARE(server.name, std::string("chat a\xEF\xBF\xBDz\xC3\xA9\"\\"));
}

void TestOtlp::manyRecords()
{
    QFETCH_GLOBAL(Protocol, protocol);
    std::vector<model::RequestRecord> records;
    for (int i = 0; i < 600; ++i) {
        records.push_back(tracedRecord("none"));
        records.back().promptTokens = 0xFFFFFFFFFFULL + static_cast<std::uint64_t>(i);
    }
    const auto request = encode(protocol, records);
    QCOMPARE(request.spans.size(), std::size_t(600 * 5));
    const auto servers = request.ofKind(Server);
    QCOMPARE(servers.size(), records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        QCOMPARE(servers[i].traceId, hex(records[i].trace.traceId));
        QCOMPARE(servers[i].at("gen_ai.usage.input_tokens"),
                 "i:" + std::to_string(records[i].promptTokens));
    }
    QVERIFY(encode(protocol, {}).spans.empty());
}

/// The examples of the encoding's own documentation, and lengths around a varint's steps.
void TestOtlp::wireFormat()
{
    std::string out;
    ProtobufWriter writer(out);
    writer.varint(1, 150);
    writer.string(2, "testing");
    const std::size_t mark = writer.begin(3);
    writer.varint(1, 150);
    writer.end(mark);
    QCOMPARE(test::hexOf(out), std::string("089601120774657374696e671a03089601"));
    out.clear();
    writer.varint(1, ~std::uint64_t{0});
    writer.fixed32(16, 1);
    writer.fixed64(2, 0x0102030405060708);
    QCOMPARE(test::hexOf(out), std::string("08ffffffffffffffffff01"
                                           "850101000000"
                                           "110807060504030201"));
    for (const std::size_t size : {0U, 1U, 127U, 128U, 16'383U, 16'384U, 2'097'152U}) {
        out = "before";
        const std::size_t at = writer.begin(5);
        out.append(size, 'x');
        writer.end(at);
        QVERIFY(out.starts_with("before"));
        const test::ProtobufMessage message(std::string_view(out).substr(6));
        QCOMPARE(message.text(5), std::string(size, 'x'));
    }
}

QTEST_GUILESS_MAIN(TestOtlp)
#include "tst_otlp.moc"
