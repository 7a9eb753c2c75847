// SPDX-License-Identifier: MIT
// Fuzzes the event stream machines: cut into pieces they must say what they say about the whole.
#include "core/http/sseboundary.h"
#include "core/http/ssereader.h"
#include "core/http/streamusage.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

using namespace meridian::http;

namespace {

constexpr std::size_t Limit = 256;

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

class Recorder : public SseHandler
{
public:
    void sseEvent(std::string_view name, std::string_view data) override
    {
        require(data.size() <= Limit);
        m_text.append("E").append(name).append("\n").append(data).append("\n\n");
    }

    void sseLine(std::string_view field, std::string_view value) override
    {
        m_text.append("L").append(field).append("\n").append(value).append("\n\n");
    }

    [[nodiscard]] const std::string &text() const { return m_text; }

private:
    std::string m_text;
};

/// What reader, boundary and usage say about a stream; the pieces' memory ends with them.
struct Findings
{
    std::string events;
    std::size_t passed = 0;
    bool isTooLarge = false;
};

Findings examine(std::string_view stream, std::size_t step)
{
    Findings findings;
    Recorder recorder;
    SseReader reader(recorder, Limit);
    SseBoundary boundary;
    StreamUsage usage;
    for (std::size_t begin = 0; begin < stream.size(); begin += step) {
        const std::size_t size = std::min(step, stream.size() - begin);
        const auto memory = std::make_unique<char[]>(size);
        std::copy_n(stream.data() + begin, size, memory.get());
        const std::string_view piece(memory.get(), size);
        findings.isTooLarge = reader.feed(piece) == SseReader::Status::TooLarge;
        const std::size_t prefix = boundary.completePrefix(piece);
        require(prefix <= size);
        if (prefix > 0) {
            findings.passed = begin + prefix;
        }
        require(boundary.isBetweenEvents() == (findings.passed == begin + size));
        usage.feed(piece.substr(0, prefix));
    }
    findings.events = recorder.text();
    return findings;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const std::size_t step = 1 + data[0] % 32U;
    const std::string_view stream(reinterpret_cast<const char *>(data) + 1, size - 1);
    const Findings whole = examine(stream, stream.size());
    for (const std::size_t pieces : {std::size_t{1}, step}) {
        const Findings split = examine(stream, pieces);
        require(split.events == whole.events);
        require(split.passed == whole.passed);
        require(split.isTooLarge == whole.isTooLarge);
    }
    return 0;
}
