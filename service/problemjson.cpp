// SPDX-License-Identifier: MIT
#include "service/problemjson.h"

#include "service/adminanswers.h"

#include <algorithm>
#include <string>

namespace meridian::service {

using config::Diagnostic;

void writeProblems(json::JsonWriter &out,
                   std::string_view key,
                   const std::vector<Diagnostic> &problems)
{
    out.key(key).beginArray();
    for (const Diagnostic &problem : problems) {
        const bool isError = problem.severity == Diagnostic::Severity::Error;
        out.beginObject().string("severity", isError ? "error" : "warning");
        out.integer("line", problem.line).integer("column", problem.column);
        out.string("path", problem.path).string("message", problem.message).endObject();
    }
    out.endArray();
}

AdminResponse invalidConfig(const std::vector<Diagnostic> &problems)
{
    const auto first = std::find_if(problems.begin(), problems.end(), [](const auto &problem) {
        return problem.severity == Diagnostic::Severity::Error;
    });
    std::string message = "The configuration is not valid";
    if (first != problems.end()) {
        message += ": " + first->format();
    }
    json::JsonWriter out;
    out.beginObject().key("error").beginObject();
    out.string("message", message).string("type", "invalid_request_error");
    out.string("code", "config_invalid").null("param");
    writeProblems(out, "problems", problems);
    return jsonAnswer(out.endObject().endObject().take(), 400);
}

} // namespace meridian::service
