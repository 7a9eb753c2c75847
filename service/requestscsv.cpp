// SPDX-License-Identifier: MIT
// The recent requests as a table for spreadsheets.
#include "service/requestscsv.h"

#include "core/json/jsonwriter.h"
#include "core/observe/recordformat.h"

#include <optional>
#include <string_view>

namespace meridian::service {

namespace {

constexpr std::string_view Head =
    "seq,request_id,timestamp,model,stream,chosen_backend,status_code,latency_ms,ttfb_ms,"
    "error_type,surface,attempts,prompt_tokens,completion_tokens,cached_tokens,queued_ms,client,"
    "dialect,provider,fidelity,upstream_request_id\r\n";

class Row
{
public:
    explicit Row(std::string &out)
        : m_out(out)
    {
    }

    Row &text(std::string_view value)
    {
        separate();
        const bool isFormula = !value.empty() && std::string_view("=+-@\t\r").find(value.front()) !=
                                                     std::string_view::npos;
        if (!isFormula && value.find_first_of(",\"\r\n") == std::string_view::npos) {
            m_out += value;
            return *this;
        }
        m_out += isFormula ? "\"'" : "\"";
        for (const char c : value) {
            m_out.append(c == '"' ? 2 : 1, c);
        }
        m_out += '"';
        return *this;
    }

    Row &number(std::uint64_t value)
    {
        separate();
        m_out += std::to_string(value);
        return *this;
    }

    Row &numberIf(bool isKnown, std::uint64_t value) { return isKnown ? number(value) : text({}); }

    Row &milliseconds(std::chrono::nanoseconds duration)
    {
        separate();
        json::appendHundredths(m_out, observe::hundredthsOfMs(duration));
        return *this;
    }

    void end() { m_out += "\r\n"; }

private:
    void separate()
    {
        if (m_hasCell) {
            m_out += ',';
        }
        m_hasCell = true;
    }

    std::string &m_out;
    bool m_hasCell = false;
};

} // namespace

std::string requestsCsv(const std::vector<model::RequestRecord> &requests)
{
    std::string out(Head);
    observe::TimestampFormat timestamps;
    for (const model::RequestRecord &record : requests) {
        std::string timestamp;
        timestamps.append(timestamp, record.timestamp);
        Row row(out);
        row.number(record.seq).text(record.requestId.view()).text(timestamp);
        row.text(record.model.view()).text(record.stream ? "true" : "false");
        row.text(record.backend.view()).number(record.status).milliseconds(record.latency);
        if (record.firstByte.count() > 0) {
            row.milliseconds(record.firstByte);
        } else {
            row.text({});
        }
        row.text(record.errorType).text(record.surface.view()).number(record.attempts);
        row.numberIf(record.hasUsage, record.promptTokens);
        row.numberIf(record.hasUsage, record.completionTokens);
        row.numberIf(record.hasUsage, record.cacheReadTokens);
        row.milliseconds(record.queued).text(record.client.view()).text(record.dialect);
        row.text(record.provider).text(record.fidelity.view());
        row.text(record.upstreamRequestId.view()).end();
    }
    return out;
}

} // namespace meridian::service
