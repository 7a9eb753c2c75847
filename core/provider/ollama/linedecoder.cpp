// SPDX-License-Identifier: MIT
#include "core/provider/ollama/linedecoder.h"

namespace meridian::provider::ollama {

namespace {

bool isBlank(std::string_view line) noexcept
{
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

void LineDecoder::fail(StreamDefect defect, const char *message)
{
    m_reader.writer().fail(defect, message);
    m_hasFailed = true;
    m_line = {};
}

void LineDecoder::feed(std::string_view bytes)
{
    while (!bytes.empty() && !m_hasFailed) {
        if (m_reader.writer().hasEnded()) {
            if (!isBlank(bytes)) {
                m_defects.note(StreamDefect::AfterEnd);
            }
            return;
        }
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (m_line.size() + piece.size() > MaxLine) {
            fail(StreamDefect::TooLarge, "a line of the Ollama server's stream is too large");
            return;
        }
        if (end == std::string_view::npos) {
            m_line.append(piece);
            return;
        }
        bytes.remove_prefix(end + 1);
        if (m_line.empty()) {
            takeLine(piece);
        } else {
            m_line.append(piece);
            const std::string line = std::move(m_line);
            m_line.clear();
            takeLine(line);
        }
    }
}

void LineDecoder::takeLine(std::string_view line)
{
    if (!isBlank(line) && !takeObject(line)) {
        fail(StreamDefect::NotJson, "the Ollama server's stream is not made of JSON lines");
    }
}

bool LineDecoder::takeObject(std::string_view line)
{
    const auto value = m_checker.check(line);
    if (!value || !value->isObject()) {
        return false;
    }
    m_reader.readLine(*value);
    m_hasFailed = m_reader.hasFailed();
    return true;
}

void LineDecoder::bodyEnded()
{
    if (m_hasFailed) {
        return;
    }
    // the last line may lack its end; what is no JSON was cut
    if (!m_reader.writer().hasEnded() && !isBlank(m_line)) {
        static_cast<void>(takeObject(m_line));
    }
    m_line = {};
    m_reader.writer().bodyEnded();
}

} // namespace meridian::provider::ollama
