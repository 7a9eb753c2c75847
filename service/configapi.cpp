// SPDX-License-Identifier: MIT
#include "service/configapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/recordformat.h"
#include "service/adminanswers.h"
#include "service/configorders.h"
#include "service/jsonfields.h"
#include "service/problemjson.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace meridian::service {

namespace {

using State = ConfigEditor::Written::State;

constexpr std::string_view Root = "/meridian/config";
constexpr std::string_view HistoryPath = "/meridian/config/history";
constexpr std::string_view VersionPrefix = "/meridian/config/history/";

struct Route
{
    std::string_view path;
    std::string_view methods;
};

constexpr std::array Routes{
    Route{Root, "GET, HEAD, PUT"},
    Route{"/meridian/config/edit", "POST"},
    Route{"/meridian/config/validate", "POST"},
    Route{"/meridian/config/diff", "POST"},
    Route{"/meridian/config/undo", "POST"},
    Route{HistoryPath, "GET, HEAD"},
};

AdminResponse invalidBody(const std::string &why, std::string_view shape)
{
    return errorAnswer(
        400, "The body must be " + std::string(shape) + (why.empty() ? std::string() : "; " + why),
        "invalid_body");
}

void writeValues(json::JsonWriter &out, const std::vector<config::Provenance> &values)
{
    out.key("values").beginArray();
    for (const config::Provenance &value : values) {
        out.beginObject().string("path", value.path).string("value", value.value);
        out.string("source", config::sourceName(value.source));
        stringOrNull(out, "file", value.file);
        if (value.line > 0) {
            out.integer("line", value.line).integer("column", value.column);
        } else {
            out.null("line").null("column");
        }
        out.endObject();
    }
    out.endArray();
}

void writeText(json::JsonWriter &out, std::string_view key, const std::optional<std::string> &text)
{
    if (text) {
        out.string(key, *text);
    } else {
        out.null(key);
    }
}

void writeVersion(json::JsonWriter &out, const ConfigVersion &version, const ConfigHistory &all)
{
    std::string timestamp;
    observe::TimestampFormat().append(timestamp, version.timestamp);
    integer(out, "id", version.id);
    out.string("timestamp", timestamp);
    out.string("principal",
               std::string(admin::kindName(version.principal.kind)) + ' ' + version.principal.name);
    out.string("note", version.note);
    integer(out, "changes", version.changes);
    out.boolean("current", version.id == all.current().id);
    out.string("etag", version.etag);
    integer(out, "origin", version.origin);
}

} // namespace

ConfigApi::ConfigApi(admin::AdminService &service, ConfigEditor &editor)
    : m_service(service)
    , m_editor(editor)
{
}

std::string_view ConfigApi::methodsOf(std::string_view path) const
{
    const auto *route = std::find_if(Routes.begin(), Routes.end(),
                                     [&](const Route &known) { return known.path == path; });
    if (route != Routes.end()) {
        return route->methods;
    }
    return path.starts_with(VersionPrefix) ? "GET, HEAD" : "";
}

AdminResponse ConfigApi::answer(const AdminRequest &request)
{
    if (request.path == HistoryPath) {
        return history();
    }
    if (request.path.starts_with(VersionPrefix)) {
        return version(request.path.substr(VersionPrefix.size()));
    }
    if (request.path == Root) {
        return request.method == "PUT" ? put(request) : show(request);
    }
    const std::string_view word = request.path.substr(Root.size() + 1);
    return word == "edit"       ? edit(request)
           : word == "validate" ? validate(request)
           : word == "diff"     ? compare(request)
                                : undo(request);
}

AdminResponse ConfigApi::show(const AdminRequest &request)
{
    const ConfigEditor::View view = m_editor.view(request.principal);
    json::JsonWriter out;
    out.beginObject();
    stringOrNull(out, "path", view.path);
    stringOrNull(out, "format", view.path.empty() ? std::string_view() : view.format);
    out.string("text", view.text);
    stringOrNull(out, "etag", view.etag);
    out.integer("generation", m_service.status(request.principal).generation);
    out.boolean("writable", view.readOnly.empty());
    integer(out, "secrets_masked", view.secrets);
    if (view.routes) {
        out.key("routes").beginObject().string("path", view.routes->path);
        out.string("text", view.routes->text).string("etag", view.routes->etag).endObject();
    } else {
        out.null("routes");
    }
    out.boolean("changed_on_disk", view.isChangedOnDisk);
    stringOrNull(out, "read_only_because", view.readOnly);
    stringOrNull(out, "problem", view.problem);
    writeValues(out, view.values);
    return jsonAnswer(out.endObject().take());
}

AdminResponse ConfigApi::edit(const AdminRequest &request)
{
    constexpr std::string_view Shape =
        R"({"text": configuration, "edits": [{"path", "value"}, …]})";
    const auto order = readConfigOrder(request.body);
    if (!order || !order->text || order->edits.empty()) {
        return invalidBody(order ? std::string() : order.error().detail, Shape);
    }
    const auto edited = m_editor.edit(*order->text, order->edits);
    if (!edited) {
        return errorAnswer(400, "Cannot edit: " + edited.error().detail, "edit_refused");
    }
    json::JsonWriter out;
    return jsonAnswer(out.beginObject().string("text", *edited).endObject().take());
}

AdminResponse ConfigApi::validate(const AdminRequest &request)
{
    const auto order = readConfigOrder(request.body);
    if (!order || !order->text) {
        return invalidBody(order ? std::string() : order.error().detail,
                           R"({"text": configuration})");
    }
    const ConfigEditor::Check check = m_editor.validate(*order->text);
    json::JsonWriter out;
    out.beginObject().boolean("valid", check.isValid);
    writeProblems(out, "problems", check.problems);
    writeValues(out, check.values);
    return jsonAnswer(out.endObject().take());
}

AdminResponse ConfigApi::compare(const AdminRequest &request)
{
    const auto order = readConfigOrder(request.body);
    if (!order || !order->text) {
        return invalidBody(order ? std::string() : order.error().detail,
                           R"({"text": configuration})");
    }
    const auto comparison = m_editor.compare(request.principal, *order->text);
    if (!comparison.errors.empty()) {
        return invalidConfig(comparison.errors);
    }
    json::JsonWriter out;
    out.beginObject();
    strings(out, "changes", comparison.changes);
    strings(out, "need_restart", comparison.needRestart);
    return jsonAnswer(out.string("diff", comparison.diff).endObject().take());
}

AdminResponse ConfigApi::put(const AdminRequest &request)
{
    auto order = readConfigOrder(request.body);
    if (!order || !order->text || !order->etag) {
        return invalidBody(order ? std::string() : order.error().detail,
                           R"({"text": configuration, "etag": the file's, as GET told it})");
    }
    return tell(
        m_editor.apply(request.principal, *order->text, *order->etag, std::move(order->note)));
}

AdminResponse ConfigApi::undo(const AdminRequest &request)
{
    const auto order = readConfigOrder(request.body);
    if (!order || !order->etag) {
        return invalidBody(order ? std::string() : order.error().detail,
                           R"({"etag": the file's, as GET told it})");
    }
    return tell(m_editor.undo(request.principal, *order->etag));
}

AdminResponse ConfigApi::tell(const ConfigEditor::Written &written)
{
    json::JsonWriter out;
    switch (written.state) {
    case State::Applied: {
        std::string body = toJson(written.outcome);
        body.pop_back();
        out.beginObject();
        integer(out, "version", written.version);
        out.string("etag", written.etag).endObject();
        return jsonAnswer(body + ',' + out.take().substr(1));
    }
    case State::Invalid:
        return invalidConfig(written.problems);
    case State::Changed: {
        out.beginObject().key("error").beginObject();
        out.string("message", "Not written: " + written.detail);
        out.string("type", "invalid_request_error").string("code", "config_changed");
        out.null("param").endObject();
        writeText(out, "theirs", written.theirs);
        writeText(out, "base", written.base);
        return jsonAnswer(out.string("etag", written.etag).endObject().take(), 409);
    }
    case State::ReadOnly:
        return errorAnswer(403, "The configuration file cannot be written: " + written.detail,
                           "config_read_only");
    case State::NoFile:
        return errorAnswer(404,
                           "This gateway runs without a configuration file; start it with "
                           "meridian serve -c config.yaml to have one",
                           "no_config_file");
    case State::NothingToUndo:
        return errorAnswer(409, "There is no version before this one", "nothing_to_undo");
    case State::Failed:
        break;
    }
    return jsonAnswer(
        errorJson("Not written: " + written.detail, "internal_error", "config_write_failed"), 500);
}

AdminResponse ConfigApi::history()
{
    const ConfigHistory &all = m_editor.history();
    json::JsonWriter out;
    out.beginObject().key("versions").beginArray();
    for (auto version = all.all().rbegin(); version != all.all().rend(); ++version) {
        out.beginObject();
        writeVersion(out, *version, all);
        out.endObject();
    }
    return jsonAnswer(out.endArray().endObject().take());
}

AdminResponse ConfigApi::version(std::string_view id)
{
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool isNumber = parsed.ec == std::errc() && parsed.ptr == id.data() + id.size();
    const ConfigVersion *version = isNumber ? m_editor.history().find(number) : nullptr;
    if (version == nullptr) {
        return errorAnswer(404,
                           "There is no such version; the last " +
                               std::to_string(ConfigHistory::MaxVersions) +
                               " since the start are kept",
                           "version_not_found");
    }
    json::JsonWriter out;
    out.beginObject();
    writeVersion(out, *version, m_editor.history());
    writeText(out, "text", m_editor.shown(*version));
    return jsonAnswer(out.string("diff", m_editor.diffOf(*version)).endObject().take());
}

} // namespace meridian::service
