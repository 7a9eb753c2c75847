// SPDX-License-Identifier: MIT
// Fuzzes the HTTP parser: cut into pieces a message must be what it is as a whole.
#include "core/http/messageparser.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace meridian::http;
using State = MessageParser::State;

namespace {

constexpr MessageParser::Limits SmallLimits{.headBytes = 512, .headers = 8};

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

class Recorder final : public BodySink
{
public:
    void onBodyBytes(std::string_view bytes) override { text.append(bytes); }

    std::string text;
};

/// What came of the first message, and where the next one begins.
struct Finding
{
    State state = State::Head;
    bool finished = false;
    std::size_t consumed = 0;
    std::string head;
    std::string body;

    bool operator==(const Finding &) const = default;
};

void checkHead(const MessageHead &head)
{
    require(head.headers.size() <= SmallLimits.headers);
    require(!(head.isChunked && head.contentLength)); // two ends: never
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const HeaderField field = head.headers[i];
        require(!field.name.empty());
        require(field.name.find_first_of(" \t\r\n:") == std::string_view::npos);
        require(field.value.find_first_of("\r\n") == std::string_view::npos);
    }
}

std::string describe(const MessageHead &head)
{
    std::string text(head.method);
    text.append("\n").append(head.target).append("\n").append(std::to_string(head.status));
    text.append("\n").append(head.isChunked ? "chunked" : "");
    text.append("\n").append(head.contentLength ? std::to_string(*head.contentLength) : "");
    text.append(head.keepAlive ? "\nkeep" : "\nclose");
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        text.append("\n").append(head.headers[i].name).append(":").append(head.headers[i].value);
    }
    return text;
}

/// `cuts` are sizes of pieces, used in turn; each piece has memory of its own.
Finding examine(MessageParser &parser, std::string_view input, const std::vector<std::size_t> &cuts)
{
    Finding finding;
    Recorder recorder;
    std::size_t next = 0;
    std::size_t end = 0;
    while (end < input.size()) {
        end = std::min(end + cuts[next++ % cuts.size()], input.size());
        while (finding.consumed < end && parser.state() != State::Complete &&
               parser.state() != State::Failed) {
            const std::size_t size = end - finding.consumed;
            const auto memory = std::make_unique<char[]>(size);
            std::copy_n(input.data() + finding.consumed, size, memory.get());
            const State before = parser.state();
            const std::size_t taken = parser.feed({memory.get(), size}, recorder);
            require(taken <= size);
            require(taken > 0 || parser.state() != before); // it never stands still
            finding.consumed += taken;
        }
    }
    finding.state = parser.state();
    if (finding.state == State::Body || finding.state == State::Complete) {
        checkHead(parser.head());
        finding.head = describe(parser.head());
    }
    finding.body = recorder.text;
    finding.finished = parser.finish();
    if (finding.state == State::Failed) {
        require(parser.fault() != MessageParser::Fault::None && !finding.finished);
        require(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", recorder) == 0);
        require(parser.state() == State::Failed && recorder.text == finding.body);
        finding.consumed = 0; // where an error is noticed may depend on the pieces
    }
    return finding;
}

void compare(MessageParser::Kind kind,
             bool noBody,
             std::string_view input,
             const std::vector<std::size_t> &cuts)
{
    MessageParser parser(kind, SmallLimits); // reset() must forget all of the message before
    Finding whole;
    bool isFirst = true;
    for (const auto &pieces : {std::vector{input.size()}, std::vector{std::size_t{1}}, cuts}) {
        parser.reset();
        if (noBody) {
            parser.expectNoBody();
        }
        Finding finding = examine(parser, input, pieces);
        require(isFirst || finding == whole);
        whole = std::move(finding);
        isFirst = false;
    }
}

} // namespace

/// The first byte says how many of the next are sizes of pieces; its top bit means "answer to a
/// HEAD".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::size_t count = size > 0 ? 1 + data[0] % 8U : 0;
    if (size < 2 + count) {
        return 0;
    }
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i <= count; ++i) {
        cuts.push_back(1 + data[i] % 64U);
    }
    const std::string_view input(reinterpret_cast<const char *>(data) + 1 + count,
                                 size - 1 - count);
    compare(MessageParser::Kind::Request, false, input, cuts);
    compare(MessageParser::Kind::Response, (data[0] & 0x80) != 0, input, cuts);
    return 0;
}
